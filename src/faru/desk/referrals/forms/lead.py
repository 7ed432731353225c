"""What officers do with a lead, each act with its reason in one form. Reasons are the pack's own list."""

from datetime import datetime, time
from typing import Any, Final

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from faru.desk import clock, unit
from faru.desk.accounts.models import User
from faru.desk.referrals.models import Lead, Referral
from faru.desk.referrals.queries.leads import by_number
from faru.desk.referrals.queries.links import KINDS, label
from faru.desk.referrals.queries.reasons import field_words
from faru.packs.model import Purpose
from faru.policy import Effect
from faru.policy import Interrupt as Defined

WAKES: Final = time(8)
"""The hour of the unit's zone at which a waiting lead is back."""


def free_words(**given: Any) -> forms.CharField:
    """A field for free words."""
    given = {"label": _("In your own words"), "required": False, "max_length": 2000} | given
    return forms.CharField(widget=forms.Textarea(attrs={"rows": 2, "dir": "auto"}), **given)


class ReasonForm(forms.Form):
    """An act that asks for a reason of the pack, and lets free words be added."""

    purpose: Purpose
    reason = forms.ChoiceField(label=_("Reason"), error_messages={"required": _("Choose a reason.")})
    words = free_words()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, auto_id=f"{self.purpose}_%s", **kwargs)
        reasons = unit.pack().reasons.get(self.purpose, ())
        self.fields["reason"].choices = [("", _now("Choose a reason"))] + [
            (one.id, one.sentence) for one in reasons
        ]


class LetGoForm(ReasonForm):
    """Give a lead back."""

    purpose = Purpose.LET_GO


class CloseForm(ReasonForm):
    """Close a lead."""

    purpose = Purpose.CLOSE_LEAD


class ReopenForm(ReasonForm):
    """Open a closed lead again."""

    purpose = Purpose.REOPEN_LEAD


class WaitForm(ReasonForm):
    """Put a lead aside until a day."""

    purpose = Purpose.WAIT_LEAD
    field_order = ("until", "reason", "words")
    until = forms.DateField(
        label=_("Wait until"),
        help_text=_("It is back with you on that day at 08:00."),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        input_formats=["%Y-%m-%d"],
        error_messages={"invalid": _("Write the day as 2026-03-31."), "required": _("Choose a day.")},
    )

    def clean_until(self) -> datetime:
        """The moment on which it is back."""
        return datetime.combine(self.cleaned_data["until"], WAKES, clock.zone())


class OverrideForm(ReasonForm):
    """Put a lead in another band than its rules do."""

    purpose = Purpose.OVERRIDE_RANK
    field_order = ("band", "reason", "words")
    band = forms.ChoiceField(label=_("Band"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        bands = [(one.name, one.name) for one in unit.pack().rulebook.bands]
        self.fields["band"].choices = [("", _now("as its rules say")), *bands]


class JoinForm(ReasonForm):
    """Say that two leads are one."""

    purpose = Purpose.JOIN_LEADS
    field_order = ("other", "reason", "words")
    other = forms.CharField(
        label=_("Number of the other lead"),
        max_length=20,
        help_text=_("As L-2026-0412, or its digits alone. The older number stays."),
        widget=forms.TextInput(attrs={"dir": "ltr", "autocomplete": "off"}),
        error_messages={"required": _("Type the number of the other lead.")},
    )

    def __init__(self, *args: Any, viewer: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._viewer = viewer

    def clean_other(self) -> Lead:
        """The other lead, as far as the viewer may see it."""
        found = by_number(self._viewer, self.cleaned_data["other"])
        if found is None:
            raise forms.ValidationError(_("There is no lead with this number: see the list of leads."))
        return found


class PartForm(ReasonForm):
    """Switch off what links two referrals of a lead."""

    purpose = Purpose.PART_LEADS
    field_order = ("a", "b", "kinds", "reason", "words")
    a = forms.ModelChoiceField(Referral.objects.none(), label=_("One referral"), empty_label=_("Choose"))
    b = forms.ModelChoiceField(
        Referral.objects.none(), label=_("The other referral"), empty_label=_("Choose")
    )
    kinds = forms.MultipleChoiceField(
        label=_("Links to switch off"),
        required=False,
        help_text=_("None ticked: all of them."),
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, lead: Lead, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = lead.referrals.filter(current=True).defer("body")
        for name in ("a", "b"):
            self.fields[name].queryset = rows
            self.fields[name].label_from_instance = lambda row: f"{label(row)} · {row.sender}"
        self.fields["kinds"].choices = [(kind.value, words) for kind, words in KINDS.items()]


class RaiseForm(forms.Form):
    """Raise an interrupt by hand."""

    kind = forms.ChoiceField(label=_("What it is"))
    why = free_words(
        label=_("Why, in a sentence"),
        required=True,
        error_messages={"required": _("Say in a sentence why this interrupt is raised.")},
    )
    concerns = forms.ModelChoiceField(
        User.objects.none(),
        label=_("Officer it concerns"),
        required=False,
        empty_label=_("Nobody"),
        help_text=_("Only for a conflict of interest: this officer sees the lead no more."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, auto_id="raise_%s", **kwargs)
        defined = unit.pack().policy().interrupts
        self.fields["kind"].choices = [("", _now("Choose what it is"))] + [
            (one.id, one.sentence) for one in defined
        ]
        self.fields["concerns"].queryset = User.objects.filter(is_active=True, is_system=False).order_by(
            "display_name"
        )

    def clean(self) -> dict[str, Any]:
        """Only what recuses somebody names an officer."""
        found = super().clean() or {}
        defined = unit.pack().policy().interrupt(found.get("kind", ""))
        if defined is not None and Effect.RECUSE not in defined.effects:
            found["concerns"] = None
        return found


class ClearForm(forms.Form):
    """Clear an interrupt: what the policy wants stated, each in a field of its own."""

    def __init__(self, *args: Any, rule: Defined, **kwargs: Any) -> None:
        super().__init__(*args, auto_id=f"clear_{rule.id}_%s", **kwargs)
        for name in rule.clear_needs:
            if name == "reason":
                reasons = [
                    (one.sentence, one.sentence) for one in unit.pack().reasons[Purpose.CLEAR_INTERRUPT]
                ]
                self.fields[name] = forms.ChoiceField(
                    label=_("Reason"),
                    choices=[("", _now("Choose a reason")), *reasons],
                    error_messages={"required": _("Choose a reason.")},
                )
            else:
                self.fields[name] = free_words(
                    label=field_words(name),
                    required=True,
                    error_messages={"required": _("The policy wants this stated before it is cleared.")},
                )
