"""The values of a referral as rows of a page: what it is, what was reported, where it stands in the source.

The fields that matter are there even where nobody reported them; the others only where somebody did.
"""

from dataclasses import dataclass
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from faru.vocabulary import FileRecord, Instant, PersonRecord, Referral


@dataclass(frozen=True, slots=True)
class Cell:
    """One value. `text` None and no instant: nobody reported it."""

    label: object
    text: str | None
    place: str  # "" where it has none
    instant: Instant | None = None
    code: bool = False  # left to right, whatever the page
    note: str = ""

    @property
    def missing(self) -> bool:
        """Nobody reported it."""
        return self.text is None and self.instant is None


@dataclass(frozen=True, slots=True)
class Block:
    """Cells under one heading."""

    title: object
    cells: tuple[Cell, ...]
    note: object = ""


ROLES: Final = {
    "reported": gettext_lazy("Reported person"),
    "recipient": gettext_lazy("Recipient"),
    "victim": gettext_lazy("Victim"),
    "associated": gettext_lazy("Associated with them"),
    "reporter": gettext_lazy("The platform's contact"),
    "unknown": gettext_lazy("Role not reported"),
}
OTHER: Final = {
    "vehicleDescription": gettext_lazy("Vehicle"),
    "vehicleTagNumber": gettext_lazy("Number plate"),
    "gangAffiliation": gettext_lazy("Member of a gang"),
    "awareOfReport": gettext_lazy("Knows of the report"),
    "ageAssertionDiscrepancy": gettext_lazy("Doubt about the stated age"),
    "schoolName": gettext_lazy("School"),
    "espService": gettext_lazy("Service of the platform"),
}
"""What senders state of persons beyond our own fields, by the name in their format."""
ACCOUNTS: Final = {
    "user_id": gettext_lazy("Account id"),
    "screen_name": gettext_lazy("User name"),
    "display_name": gettext_lazy("Display name"),
    "email": gettext_lazy("E-mail address"),
    "phone": gettext_lazy("Phone number"),
    "profile_url": gettext_lazy("Profile address"),
    "device_id": gettext_lazy("Device"),
    "payment": gettext_lazy("Payment account"),
    "group": gettext_lazy("Group"),
    "case_number": gettext_lazy("Another agency's number"),
    "other": gettext_lazy("Other identifier"),
}
INCIDENTS: Final = {
    "material": gettext_lazy("Possession, making or distribution of CSAM"),
    "trafficking": gettext_lazy("Trafficking of a child"),
    "travel": gettext_lazy("Travel to a child"),
    "abuse": gettext_lazy("Sexual abuse of a child"),
    "enticement": gettext_lazy("Enticement of a child online"),
    "unsolicited": gettext_lazy("Obscene material sent to a child"),
    "misleading_domain": gettext_lazy("Misleading domain name"),
    "misleading_words": gettext_lazy("Misleading words"),
    "other": gettext_lazy("Another kind"),
}


def identity(read: Referral) -> Block:
    """Who sent it, and how it may be used."""
    cell = _Cells(read)
    cell.always(_("Sender's number"), "number", read.number, code=True)
    cell.always(_("Platform"), "platform", read.platform)
    cell.always(_("Handling code"), "handling.tlp", f"TLP:{read.handling.tlp}" if read.handling.tlp else None)
    for at, caveat in enumerate(read.handling.caveats):
        cell.always(_("Caveat"), f"handling.caveats[{at}]", caveat)
    cell.stated(_("Sender's priority"), "priority", read.priority)
    cell.stated(_("Sender's urgency"), "escalation", read.escalation)
    for at, flag in enumerate(read.flags):
        cell.stated(_("Flag"), f"flags[{at}]", flag)
    for at, number in enumerate(read.refers_to):
        cell.stated(_("Names another report"), f"refers_to[{at}]", number, code=True)
    return Block(_("As sent"), cell.done())


def incident(read: Referral) -> Block:
    """What the sender says happened, and when."""
    cell = _Cells(read)
    kind = read.incident_type
    cell.always(_("Kind"), "incident_type", None if kind is None else str(INCIDENTS[kind.value]))
    cell.stated(_("As written"), "incident_type_text", read.incident_type_text)
    cell.time(_("Happened"), "incident_at", read.incident_at)
    cell.time(_("Reported"), "reported_at", read.reported_at)
    return Block(_("Incident"), cell.done())


def persons(read: Referral, most: int) -> tuple[Block, ...]:
    """Each adult, or person of an age that nobody stated."""
    return tuple(_person(read, at, one) for at, one in enumerate(read.persons[:most]))


def _person(read: Referral, at: int, one: PersonRecord) -> Block:
    cell, path = _Cells(read), f"persons[{at}]"
    cell.always(_("First name"), f"{path}.first_name", one.first_name)
    cell.stated(_("Middle name"), f"{path}.middle_name", one.middle_name)
    cell.always(_("Last name"), f"{path}.last_name", one.last_name)
    cell.stated(_("Called"), f"{path}.preferred_name", one.preferred_name)
    cell.always(_("Date of birth"), f"{path}.date_of_birth", one.date_of_birth, code=True)
    cell.always(_("Age"), f"{path}.age", _number(one.age), code=True)
    cell.stated(_("Gender"), f"{path}.gender", one.gender)
    cell.always(_("Country"), f"{path}.country", one.country)
    for address in one.addresses:
        cell.stated(_("Postal address"), f"{path}.addresses", address)
    cell.stated(_("Occupation"), f"{path}.occupation", one.occupation)
    cell.stated(_("Relationship to the child"), f"{path}.relationship_to_child", one.relationship_to_child)
    for name, label in FACTS.items():
        cell.stated(label, f"{path}.{name}", _yes(getattr(one, name)))
    for name, value in one.other:
        cell.stated(OTHER.get(name, name), f"{path}.other", value)
    return Block(ROLES[one.role.value], cell.done())


FACTS: Final = {
    "access_to_victim": gettext_lazy("Has access to the child"),
    "access_to_children": gettext_lazy("Has access to children"),
    "access_to_firearms": gettext_lazy("Has access to firearms"),
    "convicted_sex_offender": gettext_lazy("Convicted of a sexual offence"),
    "account_compromised": gettext_lazy("Account may be taken over"),
    "account_disabled": gettext_lazy("Account disabled"),
    "third_party": gettext_lazy("Third party"),
}


def accounts(read: Referral, most: int) -> Block:
    """Identifiers of people, each with whose it is and whether the platform checked it."""
    cell = _Cells(read)
    for at, one in enumerate(read.accounts[:most]):
        notes = [str(ROLES[one.role.value])]
        notes += [one.platform] if one.platform and one.platform != read.platform else []
        notes += {True: [_("verified")], False: [_("not verified")], None: []}[one.verified]
        notes += [_("found in free text")] if one.from_text else []
        label = ACCOUNTS[one.kind.value]
        cell.always(label, f"accounts[{at}]", one.value, code=True, note=" · ".join(notes))
    return Block(_("Accounts"), cell.done())


def files(read: Referral, most: int) -> tuple[Block, ...]:
    """What was reported of each file. No file is here, and none can be shown."""
    return tuple(_file(read, at, one) for at, one in enumerate(read.files[:most]))


def _file(read: Referral, at: int, one: FileRecord) -> Block:
    cell, path = _Cells(read), f"files[{at}]"
    for place, value in enumerate(one.hashes):
        bad = "" if value.canonical is not None else _("not valid for this algorithm")
        cell.always(value.algorithm.upper(), f"{path}.hashes[{place}]", value.literal, code=True, note=bad)
    if not one.hashes:
        cell.always(_("Hash"), f"{path}.hashes", None)
    cell.stated(_("Original name"), f"{path}.original_name", one.original_name)
    cell.stated(_("Sender's file id"), f"{path}.file_id", one.file_id, code=True)
    cell.stated(_("Size in bytes"), f"{path}.size", _number(one.size), code=True)
    cell.always(_("Sender looked at it"), f"{path}.viewed_by_sender", _yes(one.viewed_by_sender))
    cell.stated(
        _("Sender looked at its metadata"),
        f"{path}.metadata_viewed_by_sender",
        _yes(one.metadata_viewed_by_sender),
    )
    cell.always(_("Anybody could see it"), f"{path}.publicly_available", _yes(one.publicly_available))
    cell.stated(_("Sent along, not itself reported"), f"{path}.supplemental", _yes(one.supplemental))
    known = one.classification
    cell.always(
        _("Class"), f"{path}.classification", None if known is None else f"{known.scheme}: {known.code}"
    )
    for place, mark in enumerate(one.annotations):
        cell.stated(_("Sender's mark"), f"{path}.annotations[{place}]", mark)
    if one.uploaded_at is not None:
        cell.time(_("Uploaded"), f"{path}.uploaded_at", one.uploaded_at)
    cell.stated(_("Camera details reported"), f"{path}.camera_metadata", _yes(one.camera_metadata))
    for name, value in one.metadata:
        cell.stated(name, f"{path}.metadata", value)
    return Block(one.name or _("File without a name"), cell.done(), note=read.where(f"{path}.name") or "")


class _Cells:
    """Cells of one block, with the places that the referral knows."""

    def __init__(self, read: Referral) -> None:
        self._read = read
        self._cells: list[Cell] = []

    def always(self, label: Any, path: str, text: str | None, *, code: bool = False, note: str = "") -> None:
        """A value that is missed where it is not there."""
        place = (self._read.where(path) or "") if text is not None else ""
        self._cells.append(Cell(label, text, place, code=code, note=note))

    def stated(self, label: Any, path: str, text: str | None, *, code: bool = False) -> None:
        """A value that is shown where somebody stated it."""
        if text is not None:
            self.always(label, path, text, code=code)

    def time(self, label: Any, path: str, instant: Instant | None) -> None:
        """A time, or that nobody reported it."""
        self._cells.append(Cell(label, None, self._read.where(path) or "", instant=instant))

    def done(self) -> tuple[Cell, ...]:
        """All of them, in order."""
        return tuple(self._cells)


def _number(value: int | None) -> str | None:
    return None if value is None else str(value)


def _yes(value: bool | None) -> str | None:
    return {True: _("yes"), False: _("no"), None: None}[value]
