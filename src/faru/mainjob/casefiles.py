"""One case as the dossier takes it: the engines' answers in the dossier's words, nothing added."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from faru.attribution.doors import after_its_report
from faru.attribution.moments import SECOND, moment
from faru.attribution.rows import RecordRow as StoredRow
from faru.attribution.verdicts import Verdict
from faru.dossier import casefile as words
from faru.dossier.wording import VERDICTS
from faru.mainjob.answers import Resolved
from faru.mainjob.requests import LegalRequest
from faru.policy import Standing, State
from faru.triage import RankedLead, Reason
from faru.vocabulary import Identity, Referral


def referral_part(
    referral: Referral, raw: bytes | None, received: datetime, number: int | None
) -> words.ReferralPart:
    """A referral; its bytes go along only where the dossier finds nothing against it.

    `number` tells the children of several referrals apart, each of which begins with its own "Child A".
    """
    of_which = "" if number is None else f" of referral {number}"
    return words.ReferralPart(
        identity=referral.identity,
        format=referral.format,
        handling=referral.handling,
        platform=referral.platform,
        incident_type=referral.incident_type,
        incident_at=referral.incident_at,
        reported_at=referral.reported_at,
        received=received,
        size=None if raw is None else len(raw),
        children=tuple(f"{child.label}{of_which}" for child in referral.children),
        raw=raw,
        stays=_stays(referral, raw),
    )


def _stays(referral: Referral, raw: bytes | None) -> str | None:
    """Why the sender's bytes stay at home: no handling code is no permission."""
    if raw is None:
        return "Its own bytes were not found."
    if referral.handling.tlp is None:
        return "The sender stated no handling code and is asked first: only the hash is listed."
    return None


def attribution(one: Resolved, referral: Referral, carrier: str) -> words.Attribution:
    """A verdict with everything it rests on and everything that speaks against it."""
    verdict = one.verdict
    reported = None if referral.reported_at is None else referral.reported_at.utc
    late = None if reported is None else after_its_report(verdict.asked, reported)
    return words.Attribution(
        id=verdict.asked.id,
        observation=referral.observations[one.index],
        verdict=verdict.kind.value,
        sentence=VERDICTS[verdict.kind.value],
        method=verdict.method,
        referral=referral.identity,
        carrier=carrier,
        core=_window(verdict.core),
        tolerance=_window(verdict.window),
        readings=tuple(_readings(verdict)),
        coverage=tuple(
            words.Coverage(str(row.block), moment(row.start), moment(row.end), row.source or None)
            for row in verdict.coverage
        )
        or None,
        rows=tuple(_row(candidate.record, candidate.within.value) for candidate in verdict.candidates),
        skew=tuple(_skew(verdict)),
        against=verdict.against if late is None else (late, *verdict.against),
        double_entry=words.DoubleEntry(
            agrees=True,
            sentence=f"Computed a second time by a plain check of {verdict.rows_checked} rows: same answer.",
        ),
    )


def request_made(
    request: LegalRequest, served: datetime, answered: datetime, answer: tuple[str, str]
) -> words.RequestMade:
    """A question to a carrier and the file that answered it (name, SHA-256)."""
    return words.RequestMade(
        id=request.id,
        carrier=request.carrier.name,
        questions=len(request.questions),
        at=served,
        answered_at=answered,
        answer_file=answer[0],
        answer_sha256=answer[1],
    )


def hash_lines(referrals: Iterable[Referral]) -> tuple[words.HashLine, ...]:
    """Every reported hash as it was written."""
    return tuple(
        words.HashLine(referral=one.identity, file=file.name, algorithm=value.algorithm, value=value.literal)
        for one in referrals
        for file in one.files
        for value in file.hashes
    )


def score_sheet(lead: RankedLead, version: str) -> words.ScoreSheet:
    """Why the lead stood where it stood."""
    return words.ScoreSheet(
        version=version,
        danger=lead.danger,
        workability=lead.workability,
        band=lead.band,
        lines=tuple(_score_line(reason) for reason in lead.reasons),
    )


def policy_state(state: State) -> words.PolicyState:
    """Where the case stands under the agreed policy."""
    return words.PolicyState(
        policy=state.policy,
        version=state.version,
        stage=state.stage.replace("_", " "),
        done=tuple(
            words.StepDone(
                sentence=one.sentence,
                at=one.done_at,
                by=one.record.role,
                signed_by=None if one.record.signoff is None else one.record.signoff.role,
            )
            for one in state.records
            if one.standing is Standing.DONE
        ),
        missing=tuple(
            words.StepMissing(sentence=one.sentence, mandatory=one.mandatory, due=one.due, owner=one.owner)
            for one in state.missing
        ),
        deadlines=tuple(
            words.DeadlineLine(
                sentence=one.sentence,
                status=one.status.value.replace("_", " "),
                due=one.due,
                confirmed=one.confirmed,
                source=one.source,
            )
            for one in state.deadlines
        ),
        interrupts=tuple(one.sentence for one in state.open_interrupts),
    )


def summary(
    lead: RankedLead, resolved: Iterable[Resolved], referrals: Mapping[Identity, Referral]
) -> tuple[str, ...]:
    """What is proved, in a few sentences, and no more than that."""
    return proved(
        senders=[referral.sender for referral in referrals.values()],
        count=len(lead.referrals),
        place=f"it stood at rank {lead.rank} of the queue, band {lead.band}",
        verdicts=[(one.verdict.kind.value, one.verdict.subscriber) for one in resolved],
    )


def proved(
    *, senders: Iterable[str], count: int, place: str, verdicts: Iterable[tuple[str, str | None]]
) -> tuple[str, ...]:
    """The same from plain values; `verdicts` are kinds, each with the one subscriber it names, if any."""
    counts: dict[str, int] = {}
    named: dict[str, int] = {}
    for kind, subscriber in verdicts:
        counts[kind] = counts.get(kind, 0) + 1
        if subscriber is not None:
            named[subscriber] = named.get(subscriber, 0) + 1
    listed = ", ".join(f"{many} {kind.replace('_', ' ')}" for kind, many in sorted(counts.items()))
    joined = f"{_many(count, 'referral')} from {', '.join(sorted(set(senders)))} in this lead"
    sentences = [
        f"{joined}; {place}.",
        f"Verdicts on its observations: {listed or 'none'}.",
    ]
    for subscriber, many in sorted(named.items()):
        sentences.append(
            f"The carrier's records name subscription {subscriber} for {_many(many, 'observation')}. "
            "Who used it, and behind which door, they do not say."
        )
    return tuple(sentences)


def _many(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def _score_line(reason: Reason) -> words.ScoreLine:
    seen = [fact for fact in reason.seen if fact.value is not None]
    return words.ScoreLine(
        rule=reason.rule.id,
        sentence=reason.rule.sentence,
        axis=reason.rule.axis.value,
        state=reason.state.value,
        points=reason.points,
        value="; ".join(f"{fact.name}: {_value(fact.value)}" for fact in seen) or None,
        source="; ".join(dict.fromkeys(fact.source for fact in seen if fact.source)) or None,
    )


def _value(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)


def _row(row: StoredRow, within: str) -> words.RecordRow:
    return words.RecordRow(
        file=row.source.name,
        file_sha256=row.source.sha256,
        row=row.row,
        within=within,
        subscriber=row.subscriber,
        address=str(row.block),
        start=moment(row.start),
        end=None if row.end is None else moment(row.end),
        port_from=row.port_from,
        port_to=row.port_to,
        start_kind=row.start_kind,
        end_kind=row.end_kind,
    )


def _readings(verdict: Verdict) -> Iterable[words.Reading]:
    """The time as stated, then each reading that would change the answer."""
    if verdict.skew is None:
        return
    at = verdict.asked.at
    if at is not None:
        yield words.Reading("as stated", moment(at), verdict.subscribers)
    for answer in verdict.skew.readings:
        if answer.changes or at is None:
            yield words.Reading(answer.reading.name, moment(answer.reading.at), answer.subscribers)


def _skew(verdict: Verdict) -> Iterable[words.Skew]:
    if verdict.skew is None or verdict.skew.steps is None:
        return
    for step in verdict.skew.steps:
        yield words.Skew(step.offset_from / SECOND, step.subscribers, step.offset_to / SECOND)


def _window(window: tuple[int, int] | None) -> words.Window | None:
    return None if window is None else words.Window(moment(window[0]), moment(window[1]))
