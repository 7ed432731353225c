"""The one box of the search."""

from typing import Final

from django import forms
from django.utils.translation import gettext_lazy as _

LONGEST: Final = 300


class SearchForm(forms.Form):
    """What somebody looks for."""

    q = forms.CharField(
        label=_("Value to find"),
        max_length=LONGEST,
        help_text=_(
            "The whole value, exactly: capitals and blanks do not matter, parts of a value find nothing."
        ),
        widget=forms.TextInput(attrs={"dir": "auto", "autocomplete": "off", "type": "search"}),
        error_messages={"required": _("Type what is to be found.")},
    )
