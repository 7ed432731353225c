"""What officers key in about a request. Lines are never typed: they come from what was reported."""

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from faru.attribution.carriers import RecordKind
from faru.attribution.coverage import read_bound
from faru.attribution.moments import moment
from faru.desk import clock, unit
from faru.desk.requests.models import Part, Served
from faru.packs.model import Purpose


class LocalMoment(forms.CharField):
    """A moment on the clock of the unit's zone, as a browser gives it: "2026-03-10T09:30"."""

    widget = forms.DateTimeInput(attrs={"type": "datetime-local"})

    def clean(self, value: Any) -> datetime | None:
        """The moment, aware; None where the field was left empty."""
        text = super().clean(value)
        if not text:
            return None
        try:
            return datetime.fromisoformat(text).replace(tzinfo=clock.zone())
        except ValueError:
            raise forms.ValidationError(_now("Write the time as 2026-03-10T09:30.")) from None


class UtcMoment(forms.CharField):
    """A moment in UTC, as a carrier states it: "2026-02-24T04:00:00Z"."""

    widget = forms.TextInput(attrs={"dir": "ltr", "placeholder": "2026-02-24T04:00:00Z"})

    def clean(self, value: Any) -> datetime:
        """The moment, aware."""
        read = read_bound(str(super().clean(value)).strip())
        if isinstance(read, str):
            raise forms.ValidationError(f"{read}.")
        return moment(read)


def _words(**given: Any) -> forms.CharField:
    given = {"label": _("In your own words"), "required": False, "max_length": 2000} | given
    return forms.CharField(widget=forms.Textarea(attrs={"rows": 2, "dir": "auto"}), **given)


class _Form(forms.Form):
    """Forms of one page tell their fields apart by their own name."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        name = type(self).__name__.removesuffix("Form").lower()
        super().__init__(*args, auto_id=f"{name}_%s", **kwargs)


class DraftForm(forms.Form):
    """Which carrier to ask, about one lead or about everything that is going."""

    carrier = forms.CharField(max_length=60)
    lead = forms.CharField(max_length=40, required=False)  # its number or its id
    within = forms.IntegerField(min_value=1, max_value=24 * 366, required=False)

    def clean_within(self) -> timedelta:
        """Two days where nothing was said."""
        hours = self.cleaned_data["within"]
        return timedelta(hours=48 if hours is None else hours)


class ApproveForm(_Form):
    """The digest of the lines that the approver read."""

    seen = forms.CharField(max_length=64, widget=forms.HiddenInput)


class RefuseForm(_Form):
    """No, with a reason of the pack."""

    reason = forms.ChoiceField(label=_("Reason"), error_messages={"required": _("Choose a reason.")})
    words = _words()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        reasons = unit.pack().reasons.get(Purpose.REFUSE_REQUEST, ())
        choices = [(one.id, one.sentence) for one in reasons]
        self.fields["reason"].choices = [("", _now("Choose a reason")), *choices]


class WithdrawForm(_Form):
    """Take it back."""

    words = _words()


class ServeForm(_Form):
    """How it went to the carrier, and when."""

    how = forms.ChoiceField(
        label=_("How it was served"),
        choices=[("", _("Choose how")), *Served.choices],
        error_messages={"required": _("Say how it was served.")},
    )
    at = LocalMoment(
        label=_("When"), required=False, help_text=_("On the clock of the unit; empty for just now.")
    )


class AnswerForm(_Form):
    """A delivered file, and which part of the answer it is."""

    part = forms.ChoiceField(
        label=_("What it holds"),
        choices=Part.choices,
        initial=Part.RECORDS,
        widget=forms.RadioSelect,
        error_messages={"required": _("Say what the file holds.")},
    )


class CoverageForm(_Form):
    """What the carrier declares its search covered."""

    addresses = forms.CharField(
        label=_("Address or prefix"),
        max_length=60,
        widget=forms.TextInput(attrs={"dir": "ltr", "placeholder": "203.0.113.0/24"}),
    )
    start = UtcMoment(label=_("From (UTC)"))
    end = UtcMoment(label=_("To, not included (UTC)"))
    record_kind = forms.ChoiceField(
        label=_("Kind of record"),
        required=False,
        choices=[
            ("", _("every kind")),
            (RecordKind.SESSION.value, _("sessions: who held the address")),
            (RecordKind.NAT.value, _("address translation: who held the port")),
        ],
    )
    source = forms.CharField(
        label=_("Where the carrier says so"),
        max_length=300,
        help_text=_("For example: letter of 11 March 2026, second paragraph."),
        widget=forms.TextInput(attrs={"dir": "auto"}),
    )


class CloseForm(_Form):
    """Nothing more comes of it."""

    words = _words()
