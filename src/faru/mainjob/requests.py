"""Questions to carriers: one request a carrier, with exactly the observations as they were reported.

Every line is made from the referral, never typed: transposed digits and swapped rows have sent police to
wrong doors. It says what Europol asks for at least: address, source port, destination, time to the second.
"""

import csv
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TextIO
from zoneinfo import ZoneInfo

from faru.attribution.carriers import Carrier
from faru.vocabulary import AddressOutlook, Identity, Instant, Observation, Referral

COLUMNS = (
    "request", "line", "address", "port", "protocol", "destination", "at_utc", "at_local", "at_as_reported",
    "precision_s", "window_from_utc", "window_to_utc", "hours_left",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Question:
    """One line of a request: an observation of a referral, under an id that the answer must echo."""

    id: str
    referral: Identity
    index: int  # of the observation in its referral
    observation: Observation
    at: Instant
    utc: datetime  # the same instant: what has no zone is not asked
    hours_left: float | None


@dataclass(frozen=True, slots=True)
class LegalRequest:
    """All questions to one carrier, the first to die on top."""

    id: str
    carrier: Carrier
    questions: tuple[Question, ...]


def question_id(referral: Identity, index: int) -> str:
    """An id that says nothing about anyone and is the same each time it is made."""
    return f"{referral.sha256[:16]}-{index}"


def draft(
    referrals: Iterable[Referral],
    outlooks: Mapping[Identity, tuple[AddressOutlook, ...]],
    carriers: Iterable[Carrier],
    *,
    now: datetime,
) -> tuple[LegalRequest, ...]:
    """One request a carrier, in the order of the carriers' ids; a carrier with nothing to answer gets none.

    Left out: addresses that no carrier of the pack held, times without a zone (asked for first, never
    guessed), and a reported child's own addresses (opened by an officer with a reason).
    """
    asked: dict[str, list[Question]] = defaultdict(list)
    for referral in referrals:
        for index, observation in enumerate(referral.observations):
            outlook = outlooks[referral.identity][index]
            at = observation.at
            if outlook.carrier is None or at is None or at.utc is None or observation.child is not None:
                continue
            identity = referral.identity
            question = Question(
                question_id(identity, index), identity, index, observation, at, at.utc, outlook.hours_left
            )
            asked[outlook.carrier].append(question)
    return tuple(
        LegalRequest(f"{now:%Y%m%d}-{carrier.id}", carrier, tuple(sorted(asked[carrier.id], key=dying_first)))
        for carrier in sorted(carriers, key=lambda carrier: carrier.id)
        if asked[carrier.id]
    )


def dying_first(question: Question) -> tuple[int, float, str]:
    """Sorts questions: the first to die on top, then those whose end is unknown, then what is gone."""
    hours = question.hours_left
    if hours is None:
        return (1, 0.0, question.id)
    return (0, hours, question.id) if hours > 0 else (2, 0.0, question.id)


def window(question: Question, tolerance_s: int) -> tuple[datetime, datetime]:
    """The time to search, [from, to): it holds the precision, and the carrier's tolerance on both sides."""
    tolerance = timedelta(seconds=tolerance_s)
    last = timedelta(seconds=1)  # the last second belongs to it
    return question.utc - tolerance, question.utc + question.at.precision + tolerance + last


def write_request(request: LegalRequest, path: Path, zone: ZoneInfo) -> None:
    """The request as a CSV file, for the carrier; as `write_table`."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as out:
        write_table(request, out, zone)


def write_table(request: LegalRequest, out: TextIO, zone: ZoneInfo) -> None:
    """The request as CSV: UTC and local time of each instant, and the half-open window to search."""
    rows = csv.writer(out)
    rows.writerow(COLUMNS)
    for question in request.questions:
        rows.writerow(_line(request, question, zone))


def _line(request: LegalRequest, question: Question, zone: ZoneInfo) -> tuple[object, ...]:
    seen, at, left = question.observation, question.utc, question.hours_left
    start, end = window(question, request.carrier.tolerance_s)
    return (
        request.id, question.id, seen.address, seen.port or "", safe_cell(seen.protocol or ""),
        safe_cell(seen.destination or ""), question.at.iso(), at.astimezone(zone).isoformat(),
        safe_cell(question.at.original), question.at.precision_s, _utc(start), _utc(end),
        "" if left is None else f"{left:.0f}",
    )  # fmt: skip


def _utc(moment: datetime) -> str:
    return moment.replace(tzinfo=None, microsecond=0).isoformat() + "Z"


def safe_cell(text: str) -> str:
    """A text that no spreadsheet takes for a formula, also behind blanks."""
    return "'" + text if text.lstrip()[:1] in ("=", "+", "-", "@") or text[:1] in ("\t", "\r") else text
