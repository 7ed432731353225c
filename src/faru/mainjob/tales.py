"""The planted stories, told from the outside: the truth beside what the main job made of it.

The only place of the main job that reads the truth, and only after everything is decided.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from faru.mainjob.answers import Resolved
from faru.mainjob.queue import Queue
from faru.triage import RankedLead


@dataclass(frozen=True, slots=True)
class Tale:
    """One planted story: its name, where its lead stands, and what was proved."""

    name: str
    rank: int | None
    sentence: str
    holds: bool  # the records came to the truth, no more and no less


def tell(truth: Path, found: Queue, resolved: Iterable[Resolved]) -> tuple[Tale, ...]:
    """The stories about leads; the two ended cases tell themselves."""
    stories = json.loads(truth.read_text(encoding="utf-8"))["stories"]
    by_hash: dict[str, list[Resolved]] = {}
    for one in resolved:
        by_hash.setdefault(one.referral.sha256, []).append(one)
    tellers = {
        "live_abuse": _one_name,
        "blackmail": _one_name,
        "eleven_subscribers": _eleven,
        "utc_five_hours_off": _five_hours,
    }
    told = []
    for name, teller in tellers.items():
        story = stories[name]
        hashes = [one["sha256"] for one in story["referrals"]]
        verdicts = [by_hash.get(sha256, []) for sha256 in hashes]
        lead = _lead(found, hashes)
        sentence, holds = teller(story, verdicts)
        told.append(Tale(name, None if lead is None else lead.rank, sentence, holds))
    return tuple(told)


def _lead(found: Queue, hashes: Sequence[str]) -> RankedLead | None:
    return next(
        (lead for lead in found.ranking.leads if {one.sha256 for one in lead.referrals} & set(hashes)), None
    )


def _one_name(story: dict[str, Any], verdicts: Sequence[Sequence[Resolved]]) -> tuple[str, bool]:
    names = {one.verdict.subscriber for of_one in verdicts for one in of_one}
    return f"the records name {_names(names)}", names == {story["subscriber"]}


def _eleven(story: dict[str, Any], verdicts: Sequence[Sequence[Resolved]]) -> tuple[str, bool]:
    without, with_port = (of_one[0].verdict for of_one in verdicts)
    sentence = (
        f"{len(without.subscribers)} subscribers without a port ({_kind(without.kind)}), "
        f"one with it ({with_port.subscriber})"
    )
    holds = sorted(without.subscribers) == sorted(story["subscribers_without_port"])
    return sentence, holds and with_port.subscriber == story["subscriber"]


def _five_hours(story: dict[str, Any], verdicts: Sequence[Sequence[Resolved]]) -> tuple[str, bool]:
    verdict = verdicts[0][0].verdict
    readings = () if verdict.skew is None else verdict.skew.readings
    meant = [one for one in readings if one.changes and story["subscriber"] in one.subscribers]
    other = meant[0].subscribers[0] if meant else "nobody else"
    sentence = f"as stated {verdict.subscriber}; read as local time {other}: both are shown"
    return sentence, verdict.subscriber == story["stated_reading_names"] and bool(meant)


def _names(names: Iterable[str | None]) -> str:
    return ", ".join(sorted(name for name in names if name)) or "nobody"


def _kind(kind: str) -> str:
    return str(kind).replace("_", " ")
