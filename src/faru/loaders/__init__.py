"""The strict readers of untrusted bytes: JSON, XML, CSV, ZIP and YAML, times and addresses.

Each sets limits, keeps the good part, and says in one sentence what is wrong with the rest.
Only this room may import `defusedxml` and `ruamel`.
"""
