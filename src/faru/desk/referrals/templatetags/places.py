"""Tags of this app's pages: {% load places %}."""

import re
from typing import Final

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

register = template.Library()

FORMATS: Final = {
    "cybertip_json": _("CyberTipline report (JSON)"),
    "cybertip_api": _("CyberTipline report (XML)"),
    "table": _("Table"),
    "letter": _("Letter"),
    "zip": _("Archive"),
}
"""What a format is called on the pages."""


@register.filter
def place(path: str) -> SafeString:
    """A place in the source, that breaks after its dots and strokes: {{ cell.place|place }}."""
    parts = ((part,) for part in re.split(r"(?<=[./])(?=\w)", path))
    return format_html('<bdi dir="ltr">{}</bdi>', format_html_join("", "{}<wbr>", parts))


@register.filter
def format_words(name: str) -> SafeString:
    """A format in words: {{ file.format|format_words }}."""
    return format_html("<bdi>{}</bdi>", FORMATS.get(name, name))
