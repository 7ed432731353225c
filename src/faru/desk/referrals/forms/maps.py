"""What the columns of a table mean: one choice a column, and what its cells do not say themselves."""

from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from faru.formats.column_map import FIELDS, ColumnMap, column_map
from faru.loaders.refusals import Refused

CONSTANTS: Final = 2
"""Values that hold for every row: so many can be stated on the page."""

_PERSON: Final = {
    "user_id": _("account id"),
    "screen_name": _("user name"),
    "display_name": _("display name"),
    "email": _("e-mail address"),
    "phone": _("phone number"),
    "profile_url": _("profile address"),
    "device_id": _("device"),
    "first_name": _("first name"),
    "middle_name": _("middle name"),
    "last_name": _("last name"),
    "date_of_birth": _("date of birth"),
    "age": _("age"),
    "gender": _("gender"),
    "country": _("country"),
    "occupation": _("occupation"),
    "school": _("school"),
}
_OTHER: Final = {
    "number": _("sender's number"),
    "platform": _("platform"),
    "reported_at": _("time of the report"),
    "priority": _("sender's priority"),
    "escalation": _("sender's urgency"),
    "refers_to": _("numbers of other reports"),
    "flags": _("flags"),
    "text": _("free text"),
    "incident_type": _("kind of incident"),
    "incident_at": _("time of the incident"),
    "address": _("IP address"),
    "port": _("source port"),
    "at": _("time at which the address was seen"),
    "event": _("event, as login or upload"),
    "possible_proxy": _("possible proxy"),
    "protocol": _("protocol"),
    "destination": _("destination"),
    "file_name": _("file name"),
    "file_size": _("file size in bytes"),
    "md5": _("MD5 of the file"),
    "sha1": _("SHA-1 of the file"),
    "sha256": _("SHA-256 of the file"),
    "pdq": _("PDQ of the file"),
    "file_class": _("class of the file"),
    "viewed_by_sender": _("whether the sender looked at the file"),
}
_GROUPS: Final = {
    "report": _("The report"),
    "capture": _("Address seen"),
    "file": _("File"),
    "reported": _("Reported person"),
    "victim": _("Victim (sealed when it is read)"),
    "recipient": _("Recipient (sealed when it is a child)"),
}


def field_words(field: str) -> Any:
    """What a field of a column map is called on the page; a lazy text."""
    person = field.removeprefix("victim.").removeprefix("recipient.")
    return _OTHER.get(field) or _PERSON[person]


def choices() -> list[tuple[Any, Any]]:
    """Every field by its group, after "leave it out"."""
    groups: dict[str, list[tuple[str, Any]]] = {name: [] for name in _GROUPS}
    for field, (group, _key) in FIELDS.items():
        groups[group].append((field, field_words(field)))
    return [("", _("leave it out")), *((_GROUPS[name], fields) for name, fields in groups.items())]


DAY_FIRST: Final = (
    ("", _("No date is written so, or nobody knows")),
    ("day", _("3 April: the day comes first")),
    ("month", _("4 March: the month comes first")),
)


class MapForm(forms.Form):
    """The map of one table's header. Its columns are fields c0, c1, ... in the order of the header."""

    sender = forms.CharField(
        label=_("Who sends these tables"),
        max_length=80,
        help_text=_("The agency or company, as it is to stand on each referral."),
    )
    zone = forms.CharField(
        label=_("Zone of times that state none"),
        max_length=40,
        required=False,
        help_text=_("As +05:00, UTC or Indian/Maldives. Leave it empty unless the sender said it."),
        widget=forms.TextInput(attrs={"dir": "ltr"}),
    )
    day_first = forms.ChoiceField(
        label=_("What does the sender mean by 03-04-2026?"),
        choices=DAY_FIRST,
        required=False,
        widget=forms.RadioSelect,
    )

    def __init__(self, header: tuple[str, ...], known: ColumnMap | None, *args: Any, **kwargs: Any) -> None:
        if known is not None:
            kwargs["initial"] = _initial(header, known)
        super().__init__(*args, **kwargs)
        self.header = header
        for place, title in enumerate(header):
            self.fields[f"c{place}"] = forms.ChoiceField(label=title, choices=choices, required=False)
        for place in range(CONSTANTS):
            self.fields[f"constant{place}"] = forms.ChoiceField(
                label=_("Holds for every row"), choices=choices, required=False
            )
            self.fields[f"value{place}"] = forms.CharField(label=_("Value"), max_length=200, required=False)

    def columns(self) -> list[tuple[str, Any]]:
        """Title and field of each column, for the page."""
        return [(title, self[f"c{place}"]) for place, title in enumerate(self.header)]

    def constants(self) -> list[tuple[Any, Any]]:
        """The pairs of what holds for every row, for the page."""
        return [(self[f"constant{place}"], self[f"value{place}"]) for place in range(CONSTANTS)]

    def stated(self) -> list[Any]:
        """The fields that are not columns, for the page."""
        return [self[name] for name in ("sender", "zone", "day_first")]

    def clean(self) -> dict[str, Any]:
        """The whole must be a map: what is wrong with it is one sentence."""
        cleaned = super().clean() or {}
        if not self.errors:
            try:
                self.column_map("table")
            except Refused as refused:
                self.add_error(None, refused.sentence.removeprefix("table: "))
        return cleaned

    def column_map(self, name: str) -> ColumnMap:
        """The map under this name. Raises `Refused`, with a sentence that begins with the name."""
        of = self.cleaned_data
        return column_map(
            name,
            of["sender"],
            {title: of[f"c{place}"] for place, title in enumerate(self.header) if title},
            constants={
                of[f"constant{place}"]: of[f"value{place}"]
                for place in range(CONSTANTS)
                if of[f"constant{place}"]
            },
            zone=of["zone"],
            day_first={"day": True, "month": False}.get(of["day_first"]),
        )


def _initial(header: tuple[str, ...], known: ColumnMap) -> dict[str, Any]:
    columns = dict(known.columns)
    initial: dict[str, Any] = {f"c{place}": columns.get(title, "") for place, title in enumerate(header)}
    for place, (field, value) in enumerate(known.constants[:CONSTANTS]):
        initial |= {f"constant{place}": field, f"value{place}": value}
    said = {True: "day", False: "month", None: ""}[known.day_first]
    return initial | {"sender": known.sender, "zone": known.zone or "", "day_first": said}
