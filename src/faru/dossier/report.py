"""What the report says, as data for its template: which words stand where. How it looks is in the template.

Every text that came from outside carries its place in the tables, for the case that the fonts can't draw it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

from faru.dossier import wording
from faru.dossier.attribution_pages import attributions
from faru.dossier.casefile import CaseFile, HashLine, PolicyState, ReferralPart, ScoreSheet
from faru.dossier.tables import place
from faru.paper import Pdf, Placed, compile_pdf

TEMPLATE: Final = Path(__file__).parent / "templates" / "report.typ"
MOST_LINES: Final = 200
"""Lines of one table in the report; the tables below evidence/ have them all."""


@dataclass(frozen=True, slots=True)
class Seal:
    """What the report says about the ledger and the key."""

    at: datetime  # of the checkpoint; the date of everything in the dossier
    origin: str
    size: int
    root: str  # hexadecimal
    fingerprint: str  # of the public key, hexadecimal
    words: tuple[str, ...]


def write_report(case: CaseFile, originals: Sequence[str | None], seal: Seal) -> Pdf:
    """The report as PDF/A-2b. `originals` has for each referral its file's name, None where it stays."""
    return compile_pdf(TEMPLATE, report_data(case, originals, seal), when=seal.at)


def report_data(case: CaseFile, originals: Sequence[str | None], seal: Seal) -> dict[str, Any]:
    """Everything the template prints. A key with a None prints "not reported"."""
    zone = ZoneInfo(case.zone)
    return {
        "unit": case.unit,
        "case": case.case_id,
        "zone": case.zone,
        "handling": wording.handling(case.handling),
        "seal": {
            "at": wording.moment(seal.at, zone),
            "origin": seal.origin,
            "size": f"{seal.size:,}",
            "root": wording.grouped(seal.root),
            "root_short": seal.root[:16],
            "fingerprint": wording.grouped(seal.fingerprint),
            "words": " ".join(seal.words),
        },
        "notices": list(case.notices),
        "summary": list(case.summary),
        "counts": _counts(case),
        "chronology": [
            {
                "at": wording.moment(event.at, zone),
                "sentence": Placed(event.sentence, place("chronology", line)),
                "entry": event.entry,
            }
            for line, event in enumerate(case.chronology, 1)
        ],
        "referrals": [
            _referral(line, part, original, zone)
            for line, (part, original) in enumerate(zip(case.referrals, originals, strict=True), 1)
        ],
        "requests": [
            {
                "id": Placed(request.id, place("requests", line)),
                "carrier": Placed(request.carrier, place("requests", line)),
                "questions": f"{request.questions:,}",
                "at": wording.moment(request.at, zone),
                "answered": wording.moment(request.answered_at, zone),
                "file": _placed(request.answer_file, "requests", line),
                "sha256": request.answer_sha256 and wording.grouped(request.answer_sha256),
            }
            for line, request in enumerate(case.requests, 1)
        ],
        "attributions": attributions(case.attributions, zone),
        "hashes": [_hash(line, one) for line, one in enumerate(case.hashes[:MOST_LINES], 1)],
        "hashes_more": max(0, len(case.hashes) - MOST_LINES),
        "policy": None if case.policy is None else _policy(case.policy, zone),
        "score": None if case.score is None else _score(case.score),
    }


def _counts(case: CaseFile) -> str:
    rows = sum(len(one.rows) for one in case.attributions)
    parts = (
        wording.count(len(case.referrals), "referral"),
        wording.count(len(case.attributions), "observation with a verdict", "observations with a verdict"),
        wording.count(rows, "record row") + " that these rest on",
        wording.count(len(case.chronology), "line") + " of chronology, each bound to its ledger entry",
    )
    return "This file holds " + ", ".join(parts[:-1]) + " and " + parts[-1] + "."


def _referral(line: int, part: ReferralPart, original: str | None, zone: ZoneInfo) -> dict[str, Any]:
    kind = part.incident_type.value.replace("_", " ") if part.incident_type else None
    return {
        "title": Placed(
            f"{part.identity.sender}, {part.identity.number or 'without a number'}", place("referrals", line)
        ),
        "fields": [
            ["Reported by", _placed(part.platform, "referrals", line)],
            ["Kind of incident", kind],
            ["Handling code", Placed(wording.handling(part.handling), place("referrals", line))],
            ["Format", part.format],
            ["Size", None if part.size is None else f"{part.size:,} bytes"],
            ["Children", ", ".join(part.children) or "none reported"],
        ],
        "times": [
            ["Incident", _reported(part.incident_at, line, zone)],
            ["Reported by the platform", _reported(part.reported_at, line, zone)],
            ["Received by the unit", wording.moment(part.received, zone)],
        ],
        "sha256": wording.grouped(part.identity.sha256),
        "original": original,
        "stays": _placed(part.stays, "referrals", line),
    }


def _reported(at: Any, line: int, zone: ZoneInfo) -> Mapping[str, Any] | None:
    told = wording.instant(at, zone)
    return told and {key: Placed(text, place("referrals", line)) for key, text in told.items()}


def _hash(line: int, one: HashLine) -> dict[str, Any]:
    return {
        "referral": one.referral.number or one.referral.sha256[:12],
        "file": _placed(one.file, "hashes", line),
        "algorithm": Placed(one.algorithm, place("hashes", line)),
        "value": Placed(wording.grouped(one.value), place("hashes", line)),
        "listed_by": _placed(one.listed_by, "hashes", line),
    }


def _policy(state: PolicyState, zone: ZoneInfo) -> dict[str, Any]:
    first = 2  # row 1 of the table is the stage
    missing = first + len(state.done)
    clocks = missing + len(state.missing)
    interrupts = clocks + len(state.deadlines)
    return {
        "policy": Placed(f"{state.policy}, version {state.version}", place("policy", 1)),
        "stage": Placed(state.stage, place("policy", 1)),
        "done": [
            {
                "sentence": Placed(step.sentence, place("policy", line)),
                "at": wording.moment(step.at, zone),
                "by": _placed(step.by, "policy", line),
                "signed": _placed(step.signed_by, "policy", line),
            }
            for line, step in enumerate(state.done, first)
        ],
        "missing": [
            {
                "sentence": Placed(step.sentence, place("policy", line)),
                "mandatory": step.mandatory,
                "due": wording.moment(step.due, zone),
                "owner": _placed(step.owner, "policy", line),
            }
            for line, step in enumerate(state.missing, missing)
        ],
        "deadlines": [
            {
                "sentence": Placed(clock.sentence, place("policy", line)),
                "status": clock.status.replace("_", " "),
                "due": wording.moment(clock.due, zone),
                "confirmed": clock.confirmed,
                "source": Placed(clock.source, place("policy", line)),
            }
            for line, clock in enumerate(state.deadlines, clocks)
        ],
        "interrupts": [
            Placed(sentence, place("policy", line))
            for line, sentence in enumerate(state.interrupts, interrupts)
        ],
    }


def _score(sheet: ScoreSheet) -> dict[str, Any]:
    return {
        "version": sheet.version,
        "danger": f"{sheet.danger}",
        "workability": f"{sheet.workability}",
        "band": sheet.band,
        "lines": [
            {
                "sentence": Placed(one.sentence, place("score-sheet", line)),
                "axis": one.axis,
                "state": one.state,
                "points": f"{one.points:+}" if one.state == "fired" and one.points else "–",
                "value": _placed(one.value, "score-sheet", line),
                "source": _placed(one.source, "score-sheet", line),
            }
            for line, one in enumerate(sheet.lines, 1)
        ],
    }


def _placed(text: str | None, table: str, line: int) -> Placed | None:
    return None if text is None else Placed(text, place(table, line))
