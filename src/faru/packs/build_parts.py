"""Calendar, roles, reasons, clocks, carriers, contacts and offences, built from their files."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time
from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from faru.attribution.carriers import Carrier, Prefix, RecordKind, Retention
from faru.loaders.yaml import At, Located
from faru.packs.findings import Severity
from faru.packs.model import Confirmation, Contact, Offence, Reason
from faru.packs.sheets import Sheets, pick
from faru.policy import Calendar, Deadline, PolicyRole, Term, Unit

_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def term(stated: dict[str, Any]) -> Term | None:
    """The one term among the keys; None where the length is unset."""
    return next((Term(stated[unit], unit) for unit in Unit if unit.value in stated), None)


def confirmation(sheets: Sheets, sheet: Located, at: At) -> Confirmation | None:
    """Who confirmed the thing at a place, and when."""
    stated = pick(sheet.value, (*at, "confirmed"))
    day = sheets.day(sheet, (*at, "confirmed", "on"))
    return Confirmation(stated["by"], day) if stated and day else None


def zone_of(sheets: Sheets, sheet: Located, at: At) -> str | None:
    """The name of a zone that exists; None, with a finding, where it does not."""
    name: str = pick(sheet.value, at)
    try:
        return ZoneInfo(name).key
    except (ZoneInfoNotFoundError, ValueError, OSError):
        sheets.say(sheet, at, f'"{name}" is no zone of the IANA list; correct it.')
        return None


def calendar(sheets: Sheets, pack: Located, holidays: Located) -> Calendar | None:
    """Zone, weekend and holidays."""
    zone = zone_of(sheets, pack, ("zone",))
    days = [sheets.day_in(holidays, ("days", key), key) for key in holidays.value["days"]]
    until = sheets.day(holidays, ("until",))
    if zone is None:
        return None
    weekend = frozenset(_WEEKDAYS.index(day) for day in pack.value["weekend"])
    return Calendar(zone, weekend, frozenset(day for day in days if day), until)


def roles(_sheets: Sheets, sheet: Located) -> tuple[PolicyRole, ...]:
    """The roles, in the file's order."""
    return tuple(PolicyRole(key, one["sentence"], one.get("senior")) for key, one in sheet.value.items())


def reasons(_sheets: Sheets, sheet: Located) -> dict[str, tuple[Reason, ...]]:
    """The reasons for each purpose, in the file's order."""
    return {
        purpose: tuple(Reason(key, sentence) for key, sentence in listed.items())
        for purpose, listed in sheet.value.items()
    }


def deadlines(sheets: Sheets, sheet: Located) -> tuple[Deadline, ...]:
    """The clocks, each with where it comes from; one that nobody confirmed is said to be so."""
    found = []
    for key, one in sheet.value.items():
        confirmed = confirmation(sheets, sheet, (key,))
        if confirmed is None:
            sentence = f'Nobody has confirmed "{key}": it warns only, and says so.'
            sheets.say(sheet, (key,), sentence, Severity.WARNING)
        found.append(
            Deadline(
                key=key,
                sentence=one["sentence"],
                term=term(one),
                starts=one["starts"],
                stops=one.get("stops"),
                source=one["source"],
                owner=one.get("owner"),
                confirmed_by=confirmed.by if confirmed else None,
                confirmed_on=confirmed.on.isoformat() if confirmed else None,
                child_safety=one.get("child_safety", False),
            )
        )
    return tuple(found)


def carriers(sheets: Sheets, sheet: Located, zone: str) -> tuple[Carrier, ...]:
    """The carriers. Days of validity begin at midnight in the pack's zone."""
    found = []
    for key, one in sheet.value.items():
        places = [(key, "prefixes", place) for place in range(len(one["prefixes"]))]
        prefixes = [_prefix(sheets, sheet, at, zone) for at in places]
        kept = [(kind, one["retention"][kind]) for kind in RecordKind if kind.value in one["retention"]]
        retention = []
        for kind, stated in kept:
            by = confirmation(sheets, sheet, (key, "retention", kind.value))
            if stated["days"] is None:
                sentence = f"Nobody has said how long {one['name']} keeps {kind} records; ask them."
                sheets.say(sheet, (key, "retention", kind.value), sentence, Severity.WARNING)
            on = by.on.isoformat() if by else None
            retention.append(Retention(kind, stated["days"], stated["source"], by.by if by else None, on))
        found.append(
            Carrier(
                id=key,
                name=one["name"],
                prefixes=tuple(prefix for prefix in prefixes if prefix),
                retention=tuple(retention),
                log_zone=zone_of(sheets, sheet, (key, "log_zone")) if "log_zone" in one else None,
                contact=one.get("contact"),
                letter=one.get("letter"),
                turnaround_hours=one.get("turnaround_hours"),
                tolerance_s=one.get("tolerance_s", 0),
            )
        )
    _overlaps(sheets, sheet, found)
    return tuple(found)


def _prefix(sheets: Sheets, sheet: Located, at: At, zone: str) -> Prefix | None:
    stated = pick(sheet.value, at)
    try:
        network = ip_network(stated["network"])
    except ValueError:
        mend = "write it as the first address and its length, such as 192.0.2.0/24"
        sheets.say(sheet, (*at, "network"), f'"{stated["network"]}" is no block of addresses; {mend}.')
        return None
    begins, ends = (_midnight(sheets.day(sheet, (*at, key)), zone) for key in ("valid_from", "valid_to"))
    if begins and ends and ends <= begins:
        sheets.say(sheet, (*at, "valid_to"), "It ends before it begins; correct the dates.")
        return None
    return Prefix(network, stated["shared"], begins, ends)


def _midnight(day: date | None, zone: str) -> datetime | None:
    if day is None:
        return None
    return datetime.combine(day, time(), tzinfo=ZoneInfo(zone)).astimezone(UTC)


def _overlaps(sheets: Sheets, sheet: Located, carriers: Iterable[Carrier]) -> None:
    """The same block twice at one time is an error; one inside another carrier's is worth a look."""
    blocks = [(one.id, prefix) for one in carriers for prefix in one.prefixes]
    for place, (carrier, prefix) in enumerate(blocks):
        for other, earlier in blocks[:place]:
            if not _same_time(prefix, earlier):
                continue
            if prefix.network == earlier.network:
                sentence = (
                    f'{prefix.network} stands under "{other}" for the same time; delete one of the two.'
                )
                sheets.say(sheet, (carrier,), sentence)
            elif carrier != other and _inside(prefix.network, earlier.network):
                sentence = f'{prefix.network} and {earlier.network} of "{other}" overlap; the longer counts.'
                sheets.say(sheet, (carrier,), sentence, Severity.WARNING)


def _same_time(one: Prefix, other: Prefix) -> bool:
    return (one.valid_to is None or other.valid_from is None or other.valid_from < one.valid_to) and (
        other.valid_to is None or one.valid_from is None or one.valid_from < other.valid_to
    )


def _inside(one: IPv4Network | IPv6Network, other: IPv4Network | IPv6Network) -> bool:
    return one.version == other.version and one.overlaps(other)


def contacts(sheets: Sheets, sheet: Located) -> tuple[Contact, ...]:
    """Whom to call."""
    found = []
    for key, one in sheet.value.items():
        verified = sheets.day(sheet, (key, "verified_on"))
        if one.get("public", False) and verified is None:
            sentence = f'Nobody has tried the number of "{key}": it stays off public pages.'
            sheets.say(sheet, (key,), sentence, Severity.WARNING)
        found.append(
            Contact(
                id=key,
                name=one["name"],
                phone=one.get("phone"),
                email=one.get("email"),
                hours=one.get("hours"),
                public=one.get("public", False),
                verified_on=verified,
            )
        )
    return tuple(found)


def offences(sheets: Sheets, sheet: Located) -> tuple[Offence, ...]:
    """The offences with the days they were law."""
    found = []
    for key, one in sheet.value.items():
        begins, ends = sheets.day(sheet, (key, "valid_from")), sheets.day(sheet, (key, "valid_to"))
        checklist = tuple(one["evidence"]["checklist"].items())
        at_least = one["evidence"].get("at_least", 1)
        if at_least > len(checklist):
            sentence = f"{at_least} kinds of evidence are asked for, and {len(checklist)} are listed."
            sheets.say(sheet, (key, "evidence", "at_least"), sentence)
        if begins and ends and ends <= begins:
            sheets.say(sheet, (key, "valid_to"), "It ends before it begins; correct the dates.")
        if begins is None:
            continue
        found.append(
            Offence(
                id=key,
                family=one["family"],
                title=one["title"],
                statutory_title=one["statutory_title"],
                valid_from=begins,
                valid_to=ends,
                elements=tuple(one["elements"]),
                checklist=checklist,
                at_least=at_least,
                source=one["source"],
                confirmed=confirmation(sheets, sheet, (key,)),
            )
        )
    return tuple(found)
