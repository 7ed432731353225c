"""From an observation to a line of a request, and back to the question that goes to the carrier.

A line keeps a frozen copy of what its referral reports: `{"observation": ..., "window": [from, to] | None}`.
Nothing of it is ever typed.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Final

from faru.attribution.carriers import Carrier
from faru.attribution.doors import address_differs
from faru.desk import unit
from faru.desk.accounts.models import User
from faru.desk.referrals.models import Observation as ObservationRow
from faru.desk.requests.codec import plain, typed
from faru.desk.requests.models import LeftOut, LegalRequest, RequestLine
from faru.desk.vault import keys
from faru.mainjob.requests import LegalRequest as Asked
from faru.mainjob.requests import Question, dying_first, question_id, window
from faru.vocabulary import Identity, Observation

YEARS: Final = range(1971, 9999)
"""Years whose windows the calendar can hold in every zone."""


class Differs(Exception):
    """A line does not say what its referral says: nothing may be sent or served."""


def carrier_of(carrier_id: str) -> Carrier | None:
    """The pack's carrier with this id."""
    return next((one for one in unit.pack().carriers if one.id == carrier_id), None)


def make_lines(
    rows: Iterable[ObservationRow], carrier: Carrier, request: LegalRequest, by: User
) -> list[RequestLine]:
    """Unsaved lines for these observations (with their referrals). A child's own are none of them."""
    rows = [row for row in rows if not row.of_child]
    found = []
    for row, seen in zip(rows, _reported(rows), strict=True):
        if seen.child is not None or seen.address is None or seen.at is None:
            continue
        fixed = _question(row, seen, None) if _asked(seen) else None
        searched = None if fixed is None else window(fixed, carrier.tolerance_s)
        found.append(
            RequestLine(
                request=request,
                observation=row,
                subject_id=row.referral.subject_id,
                line_id=question_id(identity_of(row), row.index),
                asked={"observation": plain(seen), "window": plain(searched)},
                left_out="" if fixed is not None else LeftOut.ZONE,
                dies_at=row.dies_at,
                by=by,
                kind=request.kind,
            )
        )
    return found


def _reported(rows: Sequence[ObservationRow]) -> Iterator[Observation]:
    """What each referral reports, read from its sealed body. A child's own stays shut."""
    keys.warm(row.referral.subject_id for row in rows)
    bodies = {row.referral_id: row.referral for row in rows}
    for row in rows:
        yield typed(Observation, bodies[row.referral_id].body["observations"][row.index])


def _asked(seen: Observation) -> bool:
    return seen.at is not None and seen.at.utc is not None and seen.at.utc.year in YEARS


def observation_of(line: RequestLine) -> Observation:
    """What the line asks about, as it was reported."""
    return typed(Observation, line.asked["observation"])


def window_of(line: RequestLine) -> tuple[datetime, datetime] | None:
    """The time to search, [from, to); None where the line is not asked."""
    searched = line.asked["window"]
    return None if searched is None else (_moment(searched[0]), _moment(searched[1]))


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


def questions(lines: Iterable[RequestLine], at: datetime) -> list[Question]:
    """The questions of the lines that are asked, the first to die on top as of `at` (aware).

    The lines come with their observations and referrals.
    """
    asked = [line for line in lines if not line.left_out]
    keys.warm(line.subject_id for line in asked)
    found = [_question(line.observation, observation_of(line), _hours(line, at)) for line in asked]
    return sorted(found, key=dying_first)


def _question(row: ObservationRow, seen: Observation, hours: float | None) -> Question:
    """Only for what is asked: its time is known."""
    identity = identity_of(row)
    return Question(question_id(identity, row.index), identity, row.index, seen, seen.at, seen.at.utc, hours)


def identity_of(row: ObservationRow) -> Identity:
    """The identity of an observation's referral."""
    return Identity(row.referral.sender, row.referral.number, row.referral.sha256)


def _hours(line: RequestLine, at: datetime) -> float | None:
    return None if line.dies_at is None else (line.dies_at - at).total_seconds() / 3600


def as_asked(request: LegalRequest, carrier: Carrier, found: list[Question]) -> Asked:
    """The request in the words of the main job, for its table."""
    return Asked(request.number, carrier, tuple(found))


def digest(request: LegalRequest, lines: Iterable[RequestLine]) -> str:
    """SHA-256 over exactly what is asked of whom: what an approval covers."""
    asked = sorted((line.line_id, line.asked) for line in lines if not line.left_out)
    whole = [request.carrier, request.kind, request.letter, asked]
    text = json.dumps(whole, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def compare(lines: Iterable[RequestLine]) -> None:
    """Hold each line against its referral, number for number. Raises Differs with a sentence."""
    lines = list(lines)
    for line, reported in zip(lines, _reported([line.observation for line in lines]), strict=True):
        quoted = observation_of(line)
        if quoted != reported:
            sentence = address_differs(reported.address or "", quoted.address or "")
            raise Differs(sentence or f"Line {line.line_id} does not say what its referral says.")
