"""Carriers' answers: received raw, read into the record store, held against the observations.

Each carrier's observations are resolved against its own records, tolerance and declared coverage.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

from faru.attribution.carriers import Carrier, CarrierTable
from faru.attribution.coverage import read_coverage
from faru.attribution.observations import Asked, asked_from
from faru.attribution.resolver import resolve
from faru.attribution.skew import SkewPlan
from faru.attribution.store import Delivery, ImportReport, import_records
from faru.attribution.verdicts import Verdict
from faru.ledger.tags import Action
from faru.mainjob.queue import Outlooks
from faru.mainjob.receive import receive
from faru.mainjob.requests import question_id
from faru.mainjob.unit import Unit, referral_name
from faru.vocabulary import Identity, Referral

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Answer:
    """What one carrier delivered and where it went."""

    carrier: Carrier
    imported: ImportReport
    coverage: Path

    @property
    def file(self) -> tuple[str, str]:
        """Name and SHA-256 of the delivered file."""
        source = self.imported.sources[0]
        return source.name, source.sha256


@dataclass(frozen=True, slots=True)
class Resolved:
    """A verdict on one observation of one referral, answered by one carrier."""

    referral: Identity
    index: int
    carrier: str
    verdict: Verdict


def take_in(unit: Unit, carrier: Carrier, records: Path, coverage: Path, progress: Progress) -> Answer:
    """Import one carrier's answer. attribution.delivered.Unusable where it can't be read at all."""
    for path in (records, coverage):
        receipt = receive(path, unit.raw)
        unit.do(
            Action.RECORDS_RECEIVE,
            role="investigator",
            objects=(f"answer {carrier.id}",),
            sentence=f"{path.name} received from {carrier.name}.",
            sha256=receipt.sha256,
            size=receipt.size,
        )
    unit.seal()
    folder = unit.records / carrier.id
    imported = import_records(
        [Delivery(path=records, carrier=carrier.id)],
        folder / "records.parquet",
        folder / "rejects.csv",
        progress=progress,
    )
    source = imported.sources[0]
    unit.do(
        Action.RECORDS_IMPORT,
        role="investigator",
        objects=(f"answer {carrier.id}",),
        sentence=f"Records of {carrier.name} imported: "
        f"{imported.rows:,} rows, {imported.rejected:,} set aside.",
        file=source.name,
        sha256=source.sha256,
        rows=imported.rows,
        set_aside=imported.rejected,
        overlaps=imported.overlaps,
    )
    return Answer(carrier, imported, coverage)


def resolve_all(
    unit: Unit,
    referrals: Iterable[Referral],
    outlooks: Outlooks,
    answers: Mapping[str, Answer],
    progress: Progress,
) -> tuple[Resolved, ...]:
    """Verdicts on every observation that a carrier answered for; a reported child's own are left out.

    A time without a zone is resolved too: to `time_uncertain`, with what each reading would name.
    """
    asked: dict[str, list[tuple[Identity, int, Asked]]] = defaultdict(list)
    for referral in referrals:
        for index, seen in enumerate(referral.observations):
            carrier = outlooks[referral.identity][index].carrier
            one = asked_from(question_id(referral.identity, index), seen)
            if carrier in answers and carrier is not None and one is not None and seen.child is None:
                asked[carrier].append((referral.identity, index, one))
    table = CarrierTable(unit.pack.carriers)
    plan = SkewPlan(zone=ZoneInfo(unit.pack.zone))
    total = sum(map(len, asked.values()))
    resolved: list[Resolved] = []
    for carrier_id, questions in sorted(asked.items()):
        answer = answers[carrier_id]
        coverage, _ = read_coverage(answer.coverage)
        verdicts = resolve(
            [one for _, _, one in questions],
            [answer.imported.store],
            tolerance_s=answer.carrier.tolerance_s,
            coverage=coverage,
            carriers=table,
            skew=plan,
        )
        for (identity, index, _), verdict in zip(questions, verdicts, strict=True):
            resolved.append(Resolved(identity, index, carrier_id, verdict))
            _enter(unit, resolved[-1])
            progress(len(resolved), total)
    return tuple(resolved)


def _enter(unit: Unit, one: Resolved) -> None:
    """The verdict in the ledger, with the hashes of the rows it rests on."""
    unit.do(
        Action.VERDICT_REACH,
        role="investigator",
        objects=(referral_name(one.referral), f"observation {one.verdict.asked.id}"),
        sentence=verdict_sentence(one.verdict),
        **verdict_payload(one.verdict),
    )


def verdict_sentence(verdict: Verdict) -> str:
    """What the chronology says of it: the kind and how many fit, no name."""
    named = len(verdict.subscribers)
    fit = "subscription fits" if named == 1 else "subscriptions fit"
    kind = verdict.kind.value.replace("_", " ")
    return f"Verdict on observation {verdict.asked.id}: {kind} ({named} {fit})."


def verdict_payload(verdict: Verdict) -> dict[str, object]:
    """What the ledger keeps of it: enough to find every row again and to compute it anew."""
    return {
        "verdict": verdict.kind.value,
        "method": verdict.method,
        "window_us": verdict.window,
        "tolerance_us": verdict.tolerance,
        "prefix": None if verdict.match is None else str(verdict.match.prefix.network),
        "coverage": [[str(row.block), row.start, row.end, row.source] for row in verdict.coverage],
        "zone_reading": verdict.zone_reading,
        "against": verdict.against,
        "rows": [[*candidate.record.key, candidate.record.sha256] for candidate in verdict.candidates],
    }
