"""The forms of the administration."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from faru.desk import unit
from faru.desk.accounts.models import User


class RolesForm(forms.Form):
    """Which roles somebody holds."""

    roles = forms.MultipleChoiceField(
        label=_("Roles"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("What each may do stands in the pack."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["roles"].choices = [
            (role.id, role.id.replace("_", " ").capitalize()) for role in unit.pack().roles
        ]


class AddForm(RolesForm):
    """A new account."""

    field_order = ("username", "display_name", "roles")
    username = forms.RegexField(
        r"\A[a-zA-Z0-9._-]{2,60}\Z",
        label=_("User name"),
        help_text=_("Two to sixty letters, digits, dots or hyphens. It is what is typed at the sign-in."),
        widget=forms.TextInput(attrs={"dir": "ltr", "autocomplete": "off"}),
        error_messages={
            "required": _("Type a user name."),
            "invalid": _("Only letters, digits, dots and hyphens, two to sixty of them."),
        },
    )
    display_name = forms.CharField(
        label=_("Name as it is shown"),
        max_length=User._meta.get_field("display_name").max_length,
        widget=forms.TextInput(attrs={"dir": "auto", "autocomplete": "off"}),
        error_messages={"required": _("Type the name that colleagues see.")},
    )
