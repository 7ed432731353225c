"""The forms of the handover."""

from datetime import datetime, time, timedelta
from typing import Any, Final

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from faru.desk import clock
from faru.desk.accounts.models import User
from faru.desk.referrals.models import Lead
from faru.desk.referrals.queries.leads import by_number

LONGEST: Final = 600
"""Signs of what the next officer should know: a handover is one page."""


class SignForm(forms.Form):
    """Sign what stands open."""

    words = forms.CharField(
        label=_("What the next officer should know"),
        required=False,
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"}),
        help_text=_("No names of children: they stand on the lead."),
    )


class PromiseForm(forms.Form):
    """A call that was promised."""

    whom = forms.CharField(
        label=_("Whom to call"),
        max_length=200,
        widget=forms.TextInput(attrs={"dir": "auto", "autocomplete": "off"}),
        error_messages={"required": _("Say whom the call was promised to.")},
    )
    about = forms.CharField(
        label=_("About what"),
        required=False,
        max_length=500,
        widget=forms.TextInput(attrs={"dir": "auto", "autocomplete": "off"}),
    )
    due_at = forms.CharField(
        label=_("Until when"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}),
        error_messages={"required": _("Choose until when.")},
    )
    lead = forms.CharField(
        label=_("Number of the lead, if it is about one"),
        required=False,
        max_length=20,
        widget=forms.TextInput(attrs={"dir": "ltr", "autocomplete": "off", "placeholder": "L-2026-0412"}),
    )

    def __init__(self, *args: Any, viewer: User, **kwargs: Any) -> None:
        tomorrow = clock.now().astimezone(clock.zone()).date() + timedelta(days=1)
        initial = {"due_at": datetime.combine(tomorrow, time(9)).strftime("%Y-%m-%dT%H:%M")}
        super().__init__(*args, initial=initial, **kwargs)
        self._viewer = viewer

    def clean_due_at(self) -> datetime:
        """The moment in the unit's zone."""
        try:
            local = datetime.fromisoformat(self.cleaned_data["due_at"])
        except ValueError:
            raise forms.ValidationError(_("Write the time as 2026-03-31T09:00.")) from None
        return local if timezone.is_aware(local) else local.replace(tzinfo=clock.zone())

    def clean_lead(self) -> Lead | None:
        """The lead, as far as the viewer may see it."""
        number = self.cleaned_data["lead"]
        if not number:
            return None
        found = by_number(self._viewer, number)
        if found is None:
            raise forms.ValidationError(_("There is no lead with this number: see the list of leads."))
        return found
