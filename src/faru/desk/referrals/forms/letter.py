"""The keyed form of a letter: its fields, its repeated rows, and the `Letter` that they make."""

import re
from collections.abc import Iterable
from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from faru.desk.referrals.queries.values import ACCOUNTS, INCIDENTS, ROLES
from faru.formats.letter import Problem
from faru.formats.letter_fill import TLP
from faru.formats.letter_form import (
    Attachment,
    KeyedAccount,
    KeyedHash,
    KeyedObservation,
    KeyedPerson,
    Letter,
    LetterKind,
)

MOST: Final = 40
"""Rows of one kind."""
FIRST: Final = 1
"""Empty rows that the form begins with."""

_KINDS: Final = (
    (LetterKind.PAPER.value, _("Paper: there is no file")),
    (LetterKind.PDF.value, _("A PDF with text")),
    (LetterKind.TEXT.value, _("A text, or an e-mail's body")),
    (LetterKind.PICTURE_ONLY.value, _("A scan or photograph without text: only its hash is kept")),
)
_ASK: Final = ("", _("not reported"))
_CHOOSE: Final = ("", _("choose"))
_LTR: Final = {"dir": "ltr"}


def _text(label: Any, *, most: int = 300, hint: Any = "", code: bool = False, **more: Any) -> forms.CharField:
    widget = forms.TextInput(attrs=_LTR if code else {"dir": "auto"})
    return forms.CharField(
        label=label, max_length=most, required=False, help_text=hint, widget=widget, **more
    )


class LetterForm(forms.Form):
    """The letter itself."""

    sender = forms.CharField(
        label=_("Who sent the letter"), max_length=80, widget=forms.TextInput(attrs={"dir": "auto"})
    )
    number = _text(_("The sender's number"), most=120, code=True)
    kind = forms.ChoiceField(label=_("What the letter is"), choices=_KINDS)
    file = forms.FileField(
        label=_("The letter itself"),
        required=False,
        help_text=_("PDF or text. Choose it last: adding a row forgets it."),
    )
    tlp = forms.ChoiceField(
        label=_("Handling code"), choices=(_ASK, *((one, f"TLP:{one}") for one in TLP)), required=False
    )
    caveats = forms.CharField(
        label=_("Caveats"),
        required=False,
        max_length=2000,
        help_text=_("One a line, as the sender wrote them."),
        widget=forms.Textarea(attrs={"rows": 2, "dir": "auto"}),
    )
    zone = _text(
        _("Zone of its times"),
        most=40,
        code=True,
        hint=_("As +05:00, UTC or Indian/Maldives. Leave it empty unless the letter says it."),
    )
    day_first = forms.ChoiceField(
        label=_("What does it mean by 03-04-2026?"),
        required=False,
        choices=(
            ("", _("No date is written so, or nobody knows")),
            ("day", _("3 April: the day comes first")),
            ("month", _("4 March: the month comes first")),
        ),
        widget=forms.RadioSelect,
    )
    reported_at = _text(_("Date of the letter, as written"), most=60, code=True)
    platform = _text(_("Platform"), most=200)
    incident_type = forms.ChoiceField(
        label=_("Kind of incident"), choices=(_ASK, *INCIDENTS.items()), required=False
    )
    incident_at = _text(_("When it happened, as written"), most=60, code=True)
    text = forms.CharField(
        label=_("Text of the letter"),
        required=False,
        max_length=100_000,
        help_text=_("What it says, word for word. Names of children that stand below are taken out of it."),
        widget=forms.Textarea(attrs={"rows": 8, "dir": "auto"}),
    )


class PersonForm(forms.Form):
    """Somebody whom the letter names."""

    role = forms.ChoiceField(label=_("Who it is"), choices=(_CHOOSE, *ROLES.items()), required=False)
    first_name = _text(_("First name"))
    middle_name = _text(_("Middle name"))
    last_name = _text(_("Last name"))
    preferred_name = _text(_("Called"))
    date_of_birth = _text(_("Date of birth, as written"), most=60, code=True)
    age = _text(_("Age"), most=20, code=True)
    gender = _text(_("Gender"), most=60)
    country = _text(_("Country"), most=120)
    address = _text(_("Postal address"), most=500)
    occupation = _text(_("Occupation"))
    school = _text(_("School"))
    note = _text(_("Also said of them"), most=2000)


class AccountForm(forms.Form):
    """An identifier of somebody."""

    kind = forms.ChoiceField(label=_("Kind"), choices=ACCOUNTS.items(), required=False)
    value = _text(_("Account, e-mail or phone"), code=True)
    role = forms.ChoiceField(label=_("Whose"), choices=(_ASK, *ROLES.items()), required=False)
    person = forms.IntegerField(
        label=_("Person"),
        required=False,
        min_value=1,
        max_value=MOST,
        help_text=_("Its number above."),
    )


class ObservationForm(forms.Form):
    """An address at a time."""

    address = _text(_("IP address"), most=120, code=True)
    port = _text(_("Source port"), most=20, code=True)
    at = _text(_("When, as written"), most=60, code=True)
    event = _text(_("Event"), most=60, hint=_("As login or upload."))
    person = forms.IntegerField(
        label=_("Person"),
        required=False,
        min_value=1,
        max_value=MOST,
        help_text=_("Its number above."),
    )


class HashForm(forms.Form):
    """A hash of a file."""

    algorithm = _text(_("Algorithm"), most=20, code=True, hint=_("As md5 or sha1."))
    value = _text(_("Hash"), most=400, code=True)
    file_name = _text(_("File name"))


ROWS: Final = {
    "persons": (PersonForm, KeyedPerson, _("Persons"), _("Person")),
    "accounts": (AccountForm, KeyedAccount, _("Accounts"), _("Account")),
    "observations": (ObservationForm, KeyedObservation, _("Addresses seen"), _("Address seen")),
    "hashes": (HashForm, KeyedHash, _("Hashes of files"), _("Hash")),
}
"""Repeated rows by their name: the form of one, what it becomes, how they are called."""

_CHOSEN: Final = {"accounts": {"kind": "user_id"}}
"""What a row says before anybody has typed in it."""
_NEEDED: Final = {"persons": ("role",), "accounts": ("kind", "value"), "hashes": ("value",)}
"""Values that a row always has, be they empty."""


class Keyed:
    """The form with its rows: sent (`data`), or still being typed (`typed`), when nothing is checked yet."""

    def __init__(self, data: Any = None, files: Any = None, *, typed: Any = None) -> None:
        begun = {"kind": LetterKind.PAPER.value} if typed is None else _initial(LetterForm, "", typed)
        self.form = LetterForm(data, files, initial=begun)
        self.rows: dict[str, list[forms.Form]] = {}
        for name, (kind, _made, _title, _one) in ROWS.items():
            prefixes = [f"{name}-{place}" for place in range(_count(data or typed, name))]
            self.rows[name] = [
                kind(data, prefix=one, initial=_initial(kind, f"{one}-", typed or {})) for one in prefixes
            ]

    def groups(self) -> list[tuple[str, Any, Any, list[forms.Form], bool]]:
        """For the page: name, title, what one row is called, the rows, whether there may be one more."""
        return [
            (name, title, one, self.rows[name], len(self.rows[name]) < MOST)
            for name, (_form, _made, title, one) in ROWS.items()
        ]

    def is_valid(self) -> bool:
        """Every form by itself; what the letter says as a whole is checked after."""
        return not [one for one in (self.form, *self._all()) if not one.is_valid()]

    def filled(self, name: str) -> list[int]:
        """Places of the rows of a kind in which somebody typed something."""
        return [place for place, form in enumerate(self.rows[name]) if _typed(form, _CHOSEN.get(name, {}))]

    def letter(self, attachment: Attachment) -> Letter:
        """What was keyed. Call it on a valid form."""
        of = self.form.cleaned_data
        numbers = {place + 1: number for number, place in enumerate(self.filled("persons"), 1)}
        return Letter(
            **{name: of[name] or None for name in ("number", "reported_at", "platform", "incident_at")},
            **{name: of[name] or None for name in ("tlp", "text", "zone", "incident_type")},
            sender=of["sender"],
            caveats=tuple(line.strip() for line in of["caveats"].splitlines() if line.strip()),
            day_first={"day": True, "month": False}.get(of["day_first"]),
            attachment=attachment,
            **{name: tuple(self._made(name, numbers)) for name in ROWS},
        )

    def _made(self, name: str, numbers: dict[int, int]) -> Iterable[Any]:
        made = ROWS[name][1]
        for place in self.filled(name):
            values = {key: value or None for key, value in self.rows[name][place].cleaned_data.items()}
            if values.get("person") is not None:
                values["person"] = numbers.get(values["person"], values["person"])
            for needed in _NEEDED.get(name, ()):
                values[needed] = values[needed] or ""
            yield made(**values)

    def show(self, problems: Iterable[Problem]) -> None:
        """Put each sentence at its field."""
        for problem in problems:
            form, field = self._place(problem.field)
            form.add_error(field if field in form.fields else None, problem.sentence)

    def errors(self) -> list[tuple[str, str, str]]:
        """For the summary on top: id of the field, its label, the sentence."""
        found = []
        for form in (self.form, *self._all()):
            found += [("", "", str(error)) for error in form.non_field_errors()]
            found += [
                (field.id_for_label, str(field.label), str(error)) for field in form for error in field.errors
            ]
        return found

    def _place(self, field: str) -> tuple[forms.Form, str | None]:
        row = re.fullmatch(r"(\w+)\[(\d+)\](?:\.(\w+))?", field)
        if row is not None and row[1] in self.rows:
            filled = self.filled(row[1])
            return self.rows[row[1]][filled[int(row[2])]], row[3]
        name = field.split("[")[0]
        return self.form, {"attachment.kind": "kind", "attachment.sha256": "file"}.get(name, name)

    def _all(self) -> list[forms.Form]:
        return [form for rows in self.rows.values() for form in rows]


def _initial(kind: type[forms.Form], prefix: str, typed: Any) -> dict[str, Any]:
    names = [name for name in kind.base_fields if f"{prefix}{name}" in typed]
    return {name: typed[f"{prefix}{name}"] for name in names}


def _count(data: Any, name: str) -> int:
    """How many rows of a kind there are, one more where the button was pressed."""
    if data is None:
        return FIRST
    try:
        count = int(data.get(f"{name}-count", FIRST))
    except ValueError:
        count = FIRST
    return max(FIRST, min(MOST, count + (data.get("add") == name)))


def _typed(form: forms.Form, chosen: dict[str, str]) -> bool:
    return any(
        value not in (None, "") and value != chosen.get(name) for name, value in form.cleaned_data.items()
    )
