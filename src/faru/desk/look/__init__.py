"""How the desk appears: the page around every page, the template tags, the theme and the small script.

Other apps extend `look/base.html` (signed in) or `look/plain.html` (signed out) and `{% load faru %}`.
"""
