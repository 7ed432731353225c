"""The chain from a folder of alerts to a verified dossier, for `faru demo` and for notebooks.

Each stage is a module that calls one engine and carries its answer to the next in words of the vocabulary.
"""
