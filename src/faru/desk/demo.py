"""The main job in the desk: an invented world taken in, asked about and answered, one lead made a file.

Everything goes through the same actions that the pages call, by invented officers, on a simulated clock. The
alerts of the last day come in at the end: they are this morning's work, for whoever tries the desk.
"""

import re
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from faru.desk import clock, unit
from faru.desk.accounts import personas
from faru.desk.accounts.models import User
from faru.desk.cases import dossiers
from faru.desk.cases.models import Case, Dossier
from faru.desk.demo_case import work_case
from faru.desk.journal.sealing import seal_now
from faru.desk.referrals import actions as leads
from faru.desk.referrals.folder import Intake, take_in
from faru.desk.referrals.mapping import save_map
from faru.desk.referrals.models import Lead, LeadState
from faru.desk.requests import actions as asking
from faru.desk.requests import answering, choosing, reading, resolving
from faru.desk.requests.lines import digest
from faru.desk.requests.models import LegalRequest, Part, Served, VerdictRow
from faru.desk.requests.sharing import answers_too
from faru.desk.work import worker
from faru.formats.column_map import load_map
from faru.ledger.verify import Checkpoint
from faru.synthetic import World
from faru.vocabulary.permissions import Permission

Bar = Callable[[str], Callable[[int, int], None]]

YESTERDAY: Final = timedelta(hours=27)
ANSWERED: Final = timedelta(hours=6)
"""How long before now the first alerts came in, and the carriers' answers."""
CASES: Final = 12
"""How many leads become cases at the most: what a small unit has under way."""
_DATED: Final = re.compile(r"20\d\d-\d\d-\d\d")


@dataclass
class Outcome:
    """What the desk's main job came to."""

    world: World
    taken: list[Intake] = field(default_factory=list)
    requests: int = 0
    questions: int = 0
    rows: int = 0
    set_aside: int = 0
    verdicts: dict[str, int] = field(default_factory=dict)
    cases: list[Case] = field(default_factory=list)
    dossier: Dossier | None = None
    checkpoint: Checkpoint | None = None
    seconds: float = 0.0


def run(world: World, bar: Bar, records_are_there: Callable[[], None]) -> Outcome:
    """Take the world through the desk. The unit must be a fresh demo's, and Django set up over it.

    `records_are_there` returns once the carriers' answers can be read: they may be written meanwhile.
    """
    started = time.monotonic()
    system = personas.install()
    people = {user.username: user for user in User.objects.all()}
    outcome = Outcome(world)
    fresh, earlier = _parted(world)
    with clock.standing_at(world.now - YESTERDAY):
        for path in sorted(world.maps.glob("*.json")):
            save_map(actor=system, column_map=load_map(path.read_bytes(), path.name))
        outcome.taken.append(take_in(actor=people["aisha"], paths=earlier, bar=bar))
        _ask(outcome, people, bar)
    records_are_there()
    with clock.standing_at(world.now - ANSWERED):
        _answer(outcome, people, world, bar)
        outcome.cases = _cases(outcome, people, bar)
    with clock.standing_at(world.now - timedelta(hours=1)):
        outcome.taken.append(take_in(actor=people["aisha"], paths=fresh, bar=bar))
        _claims(people)
        worker.run(until_empty=True)  # what waits in the background is settled before anybody looks
        outcome.checkpoint = seal_now()
    outcome.verdicts = dict(
        Counter(VerdictRow.objects.filter(current=True).values_list("kind", flat=True)).most_common()
    )
    unit.shift_clock(unit.current(), world.now, datetime.now(UTC))
    outcome.seconds = time.monotonic() - started
    return outcome


def _parted(world: World) -> tuple[list[Path], list[Path]]:
    """The files of the last day, and those before."""
    last = (world.now - timedelta(days=1)).date().isoformat()
    fresh, earlier = [], []
    for path in sorted(one for one in world.alerts.rglob("*") if one.is_file()):
        dated = _DATED.search(path.relative_to(world.alerts).as_posix())
        (fresh if dated is not None and dated[0] >= last else earlier).append(path)
    return fresh, earlier


def _ask(outcome: Outcome, people: dict[str, User], bar: Bar) -> None:
    """Every carrier is asked everything: drafted by one, approved by another, served."""
    hassan, nadia = people["hassan"], people["nadia"]
    tick, total, done = bar("Asking the carriers"), choosing.askable(hassan).count(), 0
    for carrier in unit.pack().carriers:
        waiting = choosing.askable(hassan).filter(carrier=carrier.id).order_by("dies_at", "id")
        while rows := list(waiting[: choosing.MOST]):
            try:
                request = asking.draft_request(actor=hassan, carrier=carrier.id, observations=rows)
            except asking.Refused:
                break  # what is left has no zone, and waits for an officer
            seen = digest(request, request.lines.all())
            asking.approve_request(actor=nadia, request=request, seen=seen)
            asking.serve_request(actor=hassan, request=request, how=Served.EMAIL)
            outcome.requests += 1
            outcome.questions += request.lines.filter(left_out="").count()
            done += len(rows)
            tick(done, total)


def _answer(outcome: Outcome, people: dict[str, User], world: World, bar: Bar) -> None:
    """Each carrier sends one table for all its requests: it comes in raw and is read once.

    It is taken over for the first request, and stated to answer the others too; then it is held against every
    line.
    """
    hassan = people["hassan"]
    for carrier in unit.pack().carriers:
        requests = list(LegalRequest.objects.filter(carrier=carrier.id).order_by("number"))
        if not requests:
            continue
        first, *others = requests
        records, coverage = world.records[carrier.id], world.coverage[carrier.id]
        answer = answering.receive_path(actor=hassan, request=first, path=records, part=Part.RECORDS)
        reading.take_over(hassan, answer, bar(f"Records of {carrier.name}"))
        answer.refresh_from_db()
        outcome.rows += answer.rows or 0
        outcome.set_aside += answer.rejected or 0
        declared = answering.receive_path(actor=hassan, request=first, path=coverage, part=Part.COVERAGE)
        reading.take_coverage(hassan, declared)
        for other in others:
            answers_too(hassan, answer, other)
            answers_too(hassan, declared, other)
        resolving.resolve_requests(hassan, requests, bar(f"Verdicts on {carrier.name}"))


def _cases(outcome: Outcome, people: dict[str, User], bar: Bar) -> list[Case]:
    """Cases on the first leads of the queue for which the records name one subscription; one has its file."""
    named = VerdictRow.objects.filter(current=True, kind="unique").values("observation__referral__lead")
    fitting = Lead.objects.filter(pk__in=named, state=LeadState.NEW).in_order()
    leads = list(fitting[: min(CASES, max(1, fitting.count() // 10))])
    tick = bar("Cases")
    cases = []
    for count, lead in enumerate(leads, 1):
        cases.append(work_case(lead, people))
        tick(count, len(leads))
    if cases:
        outcome.dossier = dossiers.build_now(actor=people["hassan"], case=cases[0], tick=bar("Dossier"))
    return cases


def _claims(people: dict[str, User]) -> None:
    """A desk that people work at: some leads are taken, one waits, one is closed."""
    new = list(Lead.objects.filter(state=LeadState.NEW).in_order()[4:40])
    if len(new) < 36:
        return
    for lead, who in zip(new[:4], ("hassan", "ibrahim", "aisha", "hassan"), strict=True):
        leads.claim_lead(actor=people[who], lead=lead)
    leads.wait_lead(
        actor=people["aisha"],
        lead=new[2],
        until=clock.now() + timedelta(days=3),
        reason=unit.pack().reasons["wait_lead"][0].id,
    )
    quiet = next((one for one in reversed(new) if not one.interrupts.exists()), None)
    if quiet is not None and people["aisha"].may(Permission.LEAD_CLOSE):
        reason = unit.pack().reasons["close_lead"][-1].id
        leads.close_lead(actor=people["aisha"], lead=quiet, reason=reason)


def lines(outcome: Outcome, data: Path) -> list[str]:
    """The outcome for a person."""
    first, fresh = outcome.taken
    new, files = first.new + fresh.new, first.files + fresh.files
    bands = Counter(lead.band_shown for lead in Lead.objects.exclude(state=LeadState.GONE).in_order())
    dying = Lead.objects.open().dying(timedelta(hours=48)).count()
    said = [
        ("read", f"{new:,} referrals in {files:,} files; {fresh.new} of them came in this morning"),
        ("ranked", f"{_listed(bands)}; {dying} die within 48 hours"),
        (
            "asked",
            f"{outcome.questions:,} questions in {outcome.requests} requests, approved by a second person",
        ),
        ("answered", f"{outcome.rows:,} rows read, {outcome.set_aside:,} set aside"),
        ("proved", _listed({kind.replace("_", " "): count for kind, count in outcome.verdicts.items()})),
    ]
    if outcome.dossier is not None:
        holds = "verifies" if outcome.dossier.valid else "DOES NOT VERIFY"
        said.append(("cases", f"{len(outcome.cases)}; {outcome.cases[0].number}: its dossier {holds}"))
    if outcome.checkpoint is not None:
        said.append(("ledger", f"{outcome.checkpoint.size:,} entries, sealed"))
    said.append(("took", f"{outcome.seconds:.1f} s"))
    head = f"An invented world (seed {outcome.world.seed}), worked in {data} by invented officers"
    return [head, *(f"{label:<10}{text}" for label, text in said)]


def _listed(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{count:,} {name}" for name, count in counts.items())
