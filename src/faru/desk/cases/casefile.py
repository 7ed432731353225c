"""From the rows of a case to the `CaseFile` that the dossier's builder takes: nothing is added.

Only entries about this case, its leads and its referrals are cited, and only such as tell what was done: not
who looked at what. What was sealed under a child, or names one, stays shut: its entry is proven, not opened.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final
from uuid import UUID

from faru.desk import unit
from faru.desk.accounts.models import User
from faru.desk.cases import state
from faru.desk.cases.facts import facts_of, names_of
from faru.desk.cases.models import Case
from faru.desk.journal.models import Entry, Payload
from faru.desk.journal.recording import opened
from faru.desk.journal.store import DatabaseStore
from faru.desk.referrals import sheets
from faru.desk.referrals.models import Lead, Referral
from faru.desk.referrals.opening import own_bytes
from faru.desk.referrals.reads import decoded
from faru.desk.requests.queries import attributions, requests_made
from faru.desk.vault.models import SubjectKind
from faru.dossier.binding import AT, SENTENCE, events, parse_utc
from faru.dossier.casefile import Attribution, CaseFile, PolicyState, ScoreLine, ScoreSheet
from faru.dossier.names import Guard
from faru.ledger.excerpt import excerpt
from faru.ledger.tags import Action
from faru.ledger.verify import LedgerExcerpt
from faru.mainjob import casefiles
from faru.policy import State, evaluate
from faru.vocabulary import Handling
from faru.vocabulary import Referral as Read

CITED: Final = (
    Action.CASE_ADVANCE,
    Action.CASE_CLOSE,
    Action.CASE_OPEN,
    Action.CASE_OUTCOME,
    Action.CASE_PERSON,
    Action.CASE_REFERRAL,
    Action.CASE_STAFF,
    Action.DOCUMENT_ADD,
    Action.DOSSIER_SEAL,
    Action.DOSSIER_SEND,
    Action.EVENT_RECORD,
    Action.FACT_STATE,
    Action.INTERRUPT_CLEAR,
    Action.INTERRUPT_RAISE,
    Action.INTERRUPT_TAKE,
    Action.LEAD_CLAIM,
    Action.LEAD_JOIN,
    Action.LEAD_LET_GO,
    Action.LEAD_OVERRIDE,
    Action.LEAD_PART,
    Action.LEAD_REOPEN,
    Action.LEAD_WAIT,
    Action.RECORDS_IMPORT,
    Action.RECORDS_RECEIVE,
    Action.REFERRAL_RECEIVE,
    Action.REQUEST_ANSWER,
    Action.REQUEST_APPROVE,
    Action.REQUEST_CLOSE,
    Action.REQUEST_DRAFT,
    Action.REQUEST_REFUSE,
    Action.REQUEST_SERVE,
    Action.SIGNOFF_GIVE,
    Action.STEP_DO,
    Action.STEP_SKIP,
    Action.VERDICT_REACH,
)
"""What a dossier's chronology may tell. Nothing else travels, whatever it is about."""

Tick = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Filled:
    """A case ready to be built."""

    file: CaseFile
    excerpt: LedgerExcerpt


def fill(case: Case, viewer: User, public_key: str, now: datetime, tick: Tick) -> Filled:
    """The case file at the ledger's last checkpoint; everything is sealed by now. Raises LedgerError."""
    rows = [held.referral for held in case.held.select_related("referral__file", "referral__lead").all()]
    reads = decoded(rows, with_children=True)
    children = tuple(child for row in rows for child in reads[row.pk].children)
    guard = Guard(children)
    laid_open, shut = _excerpt(case, rows, public_key, guard)
    parts = []
    for number, row in enumerate(rows, 1):
        tick(number, len(rows) + 2)
        parts.append(
            casefiles.referral_part(
                reads[row.pk], own_bytes(row), row.received_at, number if len(rows) > 1 else None
            )
        )
    verdicts = attributions(viewer, rows)
    policy = state.policy_of(case)
    facts = facts_of(case, policy)
    judged = evaluate(policy, facts, now)
    file = CaseFile(
        unit=unit.current().name,
        case_id=case.number,
        zone=unit.pack().zone,
        handling=Handling("AMBER", ("for the prosecutor",)),
        summary=_summary(case, list(reads.values()), verdicts),
        notices=_notices(shut),
        chronology=events(laid_open),
        referrals=tuple(parts),
        requests=tuple(requests_made(viewer, rows)),
        attributions=tuple(verdicts),
        hashes=casefiles.hash_lines(reads.values()),
        score=_score(case.lead, guard),
        policy=_policy_state(judged, names_of([facts])),
        children=children,
    )
    return Filled(file, laid_open)


def _excerpt(case: Case, rows: list[Referral], public_key: str, guard: Guard) -> tuple[LedgerExcerpt, int]:
    """The cited entries with their proofs, and how many of them stay shut because they name a child."""
    leads = list(Lead.objects.filter(case_id=case.pk).values_list("id", flat=True))
    things: list[UUID] = [case.pk, *leads, *(row.pk for row in rows)]
    ids = list(
        Entry.objects.filter(objects_of__thing__in=things, tag__in=[tag.value for tag in CITED])
        .distinct()
        .values_list("id", flat=True)
    )
    of_children = set(
        Payload.objects.filter(id__in=ids, subject__kind=SubjectKind.CHILD).values_list("id", flat=True)
    )
    cited, laid_open, shut = [], {}, 0
    for entry_id, (salt, payload) in opened(one for one in ids if one not in of_children).items():
        if not _tells(payload):
            continue
        cited.append(entry_id)
        if guard.in_text(payload.decode("utf-8", "replace")) is None:
            laid_open[entry_id] = (salt, payload)
        else:
            shut += 1
    return excerpt(DatabaseStore(public_key), cited, laid_open), shut


def _tells(payload: bytes) -> bool:
    """Whether an entry says something, at a time that can be read."""
    stated = json.loads(payload)
    if not isinstance(stated.get(SENTENCE), str):
        return False
    if AT not in stated:
        return True
    try:
        parse_utc(str(stated[AT]))
    except ValueError:
        return False
    return True


def _notices(shut: int) -> tuple[str, ...]:
    found = []
    if unit.current().demo:
        found.append("Every person, account, address and number in this file is invented.")
    if shut:
        found.append(f"{shut} entries of the ledger are cited and stay shut, because they name a child.")
    return tuple(found)


def _summary(case: Case, reads: list[Read], verdicts: list[Attribution]) -> tuple[str, ...]:
    band = "" if case.lead is None else case.lead.band_shown
    return casefiles.proved(
        senders=[one.sender for one in reads],
        count=len(reads),
        place=f"it stood in band {band} of the queue" if band else "it was taken over from paper",
        verdicts=[(one.verdict, _named(one)) for one in verdicts],
    )


def _named(one: Attribution) -> str | None:
    """The one subscriber that a verdict names."""
    if not one.verdict.startswith("unique"):
        return None
    core = dict.fromkeys(row.subscriber for row in one.rows if row.within == "core")
    return next(iter(core or dict.fromkeys(one.subscribers)), None)


def _score(lead: Lead | None, guard: Guard) -> ScoreSheet | None:
    if lead is None:
        return None
    return ScoreSheet(
        version=lead.rules_version,
        danger=lead.danger,
        workability=lead.workability,
        band=lead.band_shown,
        lines=tuple(_score_line(line, guard) for line in sheets.lines([lead])[lead.pk]),
    )


def _score_line(line: sheets.Line, guard: Guard) -> ScoreLine:
    value = "; ".join(f"{seen.name}: {seen.value}" for seen in line.seen if seen.value) or None
    if value is not None and guard.in_text(value) is not None:
        value = "names a child: not shown"
    return ScoreLine(
        rule=line.rule,
        sentence=line.sentence,
        axis=line.axis,
        state=line.state,
        points=line.points,
        value=value,
        source="; ".join(dict.fromkeys(seen.source for seen in line.seen if seen.source)) or None,
    )


def _policy_state(judged: State, names: dict[str, str]) -> PolicyState:
    """The policy's answer with people's names in the place of their ids."""
    found = casefiles.policy_state(judged)
    return replace(
        found,
        missing=tuple(
            replace(
                one,
                sentence=state.named(one.sentence, names),
                owner=None if one.owner is None else state.named(one.owner, names),
            )
            for one in found.missing
        ),
    )
