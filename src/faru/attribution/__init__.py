"""Who held this address, at this port, at this time: every record that could explain it, never a best guess.

Typed values in, typed values out: no country, no web, no file format of the pack. See `docs/attribution.md`.
"""
