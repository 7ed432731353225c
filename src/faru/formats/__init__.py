"""How the world's alerts become one `Referral`: one module a foreign format, each with `sniff` and `read`.

How to add one: README.md in this folder. What is done with whole files and folders: `intake`.
"""
