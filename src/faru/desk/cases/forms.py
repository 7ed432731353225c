"""Forms of a case. What they ask for comes from the policy; what is refused is said at the field."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from faru.conditions import Fact, FactType
from faru.desk import clock, unit
from faru.desk.accounts.models import User
from faru.desk.cases.contents import Upload
from faru.desk.cases.models import Dossier, PersonKind
from faru.desk.cases.people import DETAILS
from faru.desk.cases.roles import shown
from faru.desk.cases.steps import LONGEST, needs_of
from faru.policy import Policy, SkipRule, Step, StepKind

_WORDS: Final = {
    "reason": gettext_lazy("Reason"),
    "to": gettext_lazy("To whom"),
    "outcome": gettext_lazy("What was decided"),
    "risk": gettext_lazy("Risk"),
    "children": gettext_lazy("Children, without their names"),
    "zone_check": gettext_lazy("How the zone of the log was checked"),
    "compared_with": gettext_lazy("Compared with"),
}
_DETAIL_WORDS: Final = {
    "name": gettext_lazy("Name"),
    "other_names": gettext_lazy("Other names, parted by commas"),
    "born_on": gettext_lazy("Date of birth"),
    "address": gettext_lazy("Address"),
    "subscriptions": gettext_lazy("Subscription ids of carriers"),
    "words": gettext_lazy("What else is known"),
}


def label_of(field: str) -> str:
    """The words over a field of the policy."""
    return str(_WORDS.get(field) or shown(field).capitalize())


def _text(label: object, *, required: bool = True, rows: int = 2, hint: str = "") -> forms.CharField:
    line = forms.TextInput(attrs={"dir": "auto"})
    widget = line if rows == 1 else forms.Textarea(attrs={"rows": rows, "dir": "auto"})
    return forms.CharField(label=label, required=required, max_length=LONGEST, widget=widget, help_text=hint)


class Moment(forms.DateTimeField):
    """A date and time in the unit's zone."""

    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    input_formats = ("%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S")

    def to_python(self, value: Any) -> datetime | None:
        """Aware, whatever zone the process stands in."""
        with timezone.override(clock.zone()):
            return super().to_python(value)


class Acting(forms.Form):
    """A form whose ids stand apart from those of the other forms on its page."""

    def __init__(self, *given: Any, apart: str, **named: Any) -> None:
        super().__init__(*given, auto_id=f"{apart}-%s", **named)
        self.apart = apart


class StepForm(Acting):
    """The record of one step: the fields it needs, its document, in which role and when it was done."""

    def __init__(
        self,
        *given: Any,
        step: Step,
        roles: Sequence[str],
        dossiers: Sequence[Dossier] = (),
        **named: Any,
    ) -> None:
        super().__init__(*given, apart=f"step-{step.id}", **named)
        self.step = step
        for name in needs_of(step):
            self.fields[name] = _text(label_of(name))
        if step.kind is StepKind.DOCUMENT:
            if dossiers:
                choices = [
                    (str(one.pk), _("Dossier %(number)s, sealed") % {"number": one.number})
                    for one in dossiers
                ]
                self.fields["dossier"] = forms.ChoiceField(
                    label=_("What goes with it"),
                    required=False,
                    choices=[("", _("the document beneath")), *choices],
                )
            self.fields["document"] = forms.FileField(
                label=_("Document"),
                required=not dossiers,  # else the action says so, where no dossier is chosen either
                allow_empty_file=True,
                help_text=_("PDF, plain text or an office file, without pictures."),
            )
        if len(roles) > 1:
            self.fields["role"] = forms.ChoiceField(
                label=_("In which role"), choices=[(role, shown(role)) for role in roles]
            )
        self.fields["occurred_at"] = Moment(
            label=_("When it was done"), required=False, help_text=_("Leave it empty if it is done now.")
        )

    def stated(self) -> dict[str, str]:
        """The fields of the record."""
        return {name: self.cleaned_data.get(name, "") for name in needs_of(self.step)}

    def upload(self) -> Upload | None:
        """The attached file."""
        return uploaded(self.cleaned_data.get("document"))


class OutcomeForm(Acting):
    """What the prosecutor decided. Each outcome wants its own things stated."""

    def __init__(self, *given: Any, policy: Policy, step: Step, **named: Any) -> None:
        super().__init__(*given, apart="outcome", **named)
        self.names = [name for name in needs_of(step) if name != "outcome"]
        self.fields["outcome"] = forms.ChoiceField(
            label=label_of("outcome"),
            choices=[("", _("Choose")), *((one.outcome.value, one.sentence) for one in policy.outcomes)],
        )
        for name in self.names:
            self.fields[name] = _text(label_of(name))
        for rule in policy.outcomes:
            for name in rule.needs:
                if name not in self.fields:
                    hint = _("Needed for: %(what)s") % {"what": rule.sentence}
                    self.fields[name] = _text(label_of(name), required=False, rows=1, hint=hint)
                    self.names.append(name)
        self.fields["occurred_at"] = Moment(label=_("When it was decided"), required=False)

    def stated(self) -> dict[str, str]:
        """The fields of the record."""
        return {name: self.cleaned_data.get(name, "") for name in self.names}


class SkipForm(Acting):
    """Why a step is left out, and what takes its place."""

    def __init__(self, *given: Any, step: Step, rule: SkipRule, **named: Any) -> None:
        super().__init__(*given, apart=f"skip-{step.id}", **named)
        for name in rule.needs:
            self.fields[name] = _text(label_of(name))


class FactForm(Acting):
    """A fact that the policy reads, and its value."""

    def __init__(self, *given: Any, facts: Sequence[Fact], **named: Any) -> None:
        super().__init__(*given, apart="fact", **named)
        self.fields["name"] = forms.ChoiceField(
            label=_("Fact"), choices=[("", _("Choose")), *((one.name, one.sentence) for one in facts)]
        )
        hint = _("“yes” or “no”, or a number. Empty takes back what was stated.")
        whole = all(one.type is FactType.BOOL for one in facts)
        self.fields["value"] = forms.CharField(
            label=_("Value"), required=False, max_length=200, help_text="" if whole else hint
        )


class EventForm(Acting):
    """Something that happened, and when."""

    def __init__(self, *given: Any, policy: Policy, **named: Any) -> None:
        super().__init__(*given, apart="event", **named)
        self.fields["kind"] = forms.ChoiceField(
            label=_("What happened"),
            choices=[("", _("Choose")), *((one.id, one.sentence) for one in policy.events)],
        )
        self.fields["happened_at"] = Moment(label=_("When"))


class PersonForm(Acting):
    """Somebody of the case. With `person` hidden in it, what is known is said anew."""

    person = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def __init__(self, *given: Any, amends: bool = False, apart: str = "person", **named: Any) -> None:
        super().__init__(*given, apart=apart, **named)
        if not amends:
            self.fields["kind"] = forms.ChoiceField(
                label=_("In the case as"),
                choices=[("", _("Choose")), *PersonKind.choices],
                help_text=_("A child gets a pseudonym: leave every other field empty."),
            )
        for name in DETAILS:
            rows = 2 if name in ("address", "words") else 1
            self.fields[name] = _text(_DETAIL_WORDS[name], required=False, rows=rows)

    def details(self) -> Mapping[str, str]:
        """What was stated."""
        return {name: self.cleaned_data.get(name, "") for name in DETAILS}


class DocumentForm(Acting):
    """A document, or with `of` hidden in it another version of one."""

    of = forms.UUIDField(required=False, widget=forms.HiddenInput)
    document = forms.FileField(
        label=gettext_lazy("File"),
        allow_empty_file=True,
        help_text=gettext_lazy("PDF, plain text or an office file, without pictures. 32 MiB at most."),
    )

    def __init__(self, *given: Any, apart: str = "document", **named: Any) -> None:
        super().__init__(*given, apart=apart, **named)


class NoteForm(Acting):
    """A note, or with `note` hidden in it the correction of one."""

    note = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def __init__(self, *given: Any, corrects: bool = False, apart: str = "note", **named: Any) -> None:
        super().__init__(*given, apart=apart, **named)
        if corrects:
            reasons = unit.pack().reasons.get("correct_note", ())
            self.fields["reason"] = forms.ChoiceField(
                label=_("Why it is corrected"),
                choices=[("", _("Choose a reason")), *((one.id, one.sentence) for one in reasons)],
            )
        self.fields["text"] = _text(_("The note as it is now") if corrects else _("Note"), rows=3)


class StaffForm(Acting):
    """Somebody in a role; with a last day also as a stand-in."""

    def __init__(self, *given: Any, users: Sequence[User], roles: Sequence[str], **named: Any) -> None:
        super().__init__(*given, apart="staff", **named)
        self.users = {str(user.pk): user for user in users}
        self.fields["user"] = forms.ChoiceField(
            label=_("Who"),
            choices=[("", _("Choose")), *((key, user.display_name) for key, user in self.users.items())],
        )
        self.fields["role"] = forms.ChoiceField(
            label=_("As"), choices=[("", _("Choose")), *((role, shown(role)) for role in roles)]
        )
        self.fields["until"] = Moment(
            label=_("Until"), required=False, help_text=_("Only for somebody who stands in for a while.")
        )


def uploaded(file: Any) -> Upload | None:
    """The bytes of an uploaded file, which never left memory."""
    return None if file is None else Upload(file.name, file.read())


def detail_label(name: str) -> str:
    """The words over something that is known of a person."""
    return str(_DETAIL_WORDS[name])
