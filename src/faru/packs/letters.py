"""A pack's letter and the lines of one request in, the PDF that is signed and served out.

A template gets what `_plain` makes, as JSON and never as markup; docs/pack-authors-guide.md lists the keys.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Final
from zoneinfo import ZoneInfo

from faru.packs.model import Letter
from faru.paper import Absent, Pdf, compile_pdf, drawable
from faru.paper.glyphs import BODY

_LENGTHS: Final = {1: "second", 60: "minute", 3600: "hour", 86400: "day"}


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterLine:
    """One observation as it was reported, and the window to search. Times are aware."""

    id: str  # says nothing about anyone; the answer echoes it
    address: str
    port: int | None  # source port; None: not reported
    at: datetime
    precision_s: int  # the last unit that was reported: second 1, minute 60, hour 3,600, day 86,400
    window: tuple[datetime, datetime]  # [from, to), with precision and tolerance in it
    protocol: str | None = None
    destination: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Signed:
    """Who drafted or approved, and when if it is done."""

    name: str
    at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterData:
    """What one request puts into a letter. Raises ValueError without a line or an addressee."""

    unit: str
    number: str
    to: tuple[str, ...]  # the carrier's name first, then how it is reached
    handling: str  # the strictest code of the referrals in it
    zone: str  # the unit's, an IANA name
    lines: tuple[LetterLine, ...]
    tolerance_s: int  # agreed with the carrier
    log_zone: str | None = None  # of the carrier's log, as far as is known
    reference: str | None = None
    answer_by: datetime | None = None
    drafter: Signed | None = None
    approver: Signed | None = None  # None: nobody has approved it, and the letter says that it is a draft

    def __post_init__(self) -> None:
        if not self.lines:
            raise ValueError(f"Request {self.number} asks about nothing: give it a line.")
        if not self.to:
            raise ValueError(f"Request {self.number} goes to nobody: give it an addressee.")


def render(letter: Letter, data: LetterData, when: datetime) -> Pdf:
    """The letter as PDF/A, dated `when` (aware); the same bytes for the same request.

    A parallel text that the fonts can't draw is left out whole and named in `missing_glyphs`. Raises
    `paper.PaperFault` where the template does not compile.
    """
    absent = tuple(_undrawable(letter))
    pdf = compile_pdf(letter.template, _plain(letter, data, when, drawn=not absent), when=when)
    return replace(pdf, missing_glyphs=(*pdf.missing_glyphs, *absent))


def _undrawable(letter: Letter) -> Iterator[Absent]:
    for key, text in letter.parallel.words.items() if letter.parallel else ():
        if not drawable(text):
            yield Absent(text, "", f"letters.yaml, {letter.id}, {key}")


def _plain(letter: Letter, data: LetterData, when: datetime, *, drawn: bool) -> dict[str, object]:
    zone = ZoneInfo(data.zone)
    parallel = letter.parallel if drawn else None
    return {
        "font": BODY,
        "title": letter.title,
        "language": letter.language,
        "basis": letter.basis,
        "asks": letter.asks,
        "parallel": parallel and {"language": parallel.language, "words": parallel.words},
        "notices": _notices(letter, data),
        "unit": data.unit,
        "number": data.number,
        "date": _day(when, zone),
        "to": data.to,
        "handling": data.handling,
        "reference": data.reference,
        "answer_by": data.answer_by and _moment(data.answer_by, zone),
        "tolerance": f"{data.tolerance_s} s",
        "log_zone": data.log_zone,
        "drafter": _signed(data.drafter, zone),
        "approver": _signed(data.approver, zone),
        "lines": [
            {
                "id": line.id,
                "address": line.address,
                "port": None if line.port is None else str(line.port),
                "at": _moment(line.at, zone),
                "precision": _precision(line.precision_s),
                "protocol": line.protocol,
                "destination": line.destination,
                "window": {"from": _utc(line.window[0]), "to": _utc(line.window[1])},
            }
            for line in data.lines
        ],
    }


def _notices(letter: Letter, data: LetterData) -> list[str]:
    notices = []
    if data.approver is None:
        notices.append("Draft. A second person has not approved it: it must not be served.")
    if letter.confirmed is None:
        notices.append("Nobody has confirmed the words of this letter.")
    return notices


def _signed(who: Signed | None, zone: ZoneInfo) -> dict[str, str | None] | None:
    if who is None:
        return None
    return {"name": who.name, "at": None if who.at is None else _day(who.at, zone)}


def _day(at: datetime, zone: ZoneInfo) -> str:
    return at.astimezone(zone).date().isoformat()


def _moment(at: datetime, zone: ZoneInfo) -> dict[str, str]:
    """A time in UTC and in the unit's zone: {"utc", "local"}, to the second or as fine as it is known."""
    return {"utc": _utc(at), "local": _written(at.astimezone(zone))}


def _utc(at: datetime) -> str:
    return _written(at.astimezone(UTC).replace(tzinfo=None)) + " UTC"


def _written(at: datetime) -> str:
    text = at.isoformat(" ", timespec="milliseconds" if at.microsecond else "seconds")
    return f"{text[:-6]} {text[-6:]}" if at.tzinfo else text


def _precision(seconds: int) -> str:
    return f"cut off at the {_LENGTHS[seconds]}" if seconds in _LENGTHS else f"cut off at {seconds} s"
