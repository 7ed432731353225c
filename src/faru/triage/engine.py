"""The queue: referrals in, ranked leads out, with every reason.

Pure and repeatable: the same referrals, outlooks, rule book, officers' acts and time give the same ranking,
whatever the order of arrival. The rule book's version is stored with it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from faru.triage.conduct_facts import file_keys
from faru.triage.declare import UNKNOWN, Seen
from faru.triage.drawing import draw
from faru.triage.duplicates import Arrival, SameAs, Spread, Versions, Viral, same_as, sort_out, spread
from faru.triage.leads import StillJoined, group, lead_id, still_joined
from faru.triage.links import Edge, Hub, OfficerEdge
from faru.triage.officers import with_officers
from faru.triage.rulebook import Axis, RuleBook
from faru.triage.scoring import (
    CompiledRules,
    Moment,
    Reason,
    ReasonState,
    compile_rules,
    judge,
    moment,
    read_facts,
)
from faru.triage.subject import Subject
from faru.triage.work_facts import smallest_clock
from faru.vocabulary import AddressOutlook, Identity, Referral, Role

_FULL = 100  # each axis runs from 0 to this


@dataclass(frozen=True, slots=True, kw_only=True)
class RankedLead:
    """One lead in its place."""

    rank: int  # from 1
    id: str
    band: str
    danger: int  # 0 to 100
    workability: int  # 0 to 100
    hours_left: float | None  # smallest positive of its observations, 0 when all are gone, None when unknown
    earliest_reading: bool  # the clock stands on a time without a zone, read as early as it can be
    interrupts: tuple[str, ...]  # in the pack's order of precedence
    noise: tuple[str, ...]  # labels, sorted
    noisy: bool  # every referral of the lead has a label: it stands behind the clean ones of its band
    referrals: tuple[Identity, ...]  # the earliest first
    reasons: tuple[Reason, ...]  # in the rule book's order
    same_as: tuple[SameAs, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranking:
    """The queue in order, and everything it stands on."""

    rules_version: str
    now: datetime
    leads: tuple[RankedLead, ...]
    edges: tuple[Edge, ...]
    hubs: tuple[Hub, ...]
    arrivals: tuple[Arrival, ...]
    versions: tuple[Versions, ...]
    same_as: tuple[SameAs, ...]
    viral: tuple[Viral, ...]
    still_joined: tuple[StillJoined, ...]  # parted by an officer and joined by another path
    waiting: tuple[OfficerEdge, ...]  # officers' acts on referrals that are not here


def rank(
    referrals: Iterable[Referral],
    outlooks: Mapping[Identity, tuple[AddressOutlook, ...]],
    rulebook: RuleBook,
    now: datetime,
    officer_edges: Sequence[OfficerEdge] = (),
    medium: Iterable[Edge] = (),
) -> Ranking:
    """Rank everything that came in.

    `outlooks` has for a referral one outlook per observation, in their order; a referral that is not in it
    was not looked at, and what hangs on it is unknown. `medium` are links proposed after attribution. `now`
    is aware. ValueError for a naive `now`, outlooks that do not fit, or an officer's act without a zone;
    RuleBookFault for a rule book that can't be used.
    """
    if now.tzinfo is None:
        raise ValueError("The time now must carry its zone.")
    rules = compile_rules(rulebook)
    sorted_out = sort_out(referrals)
    current = {referral.identity: referral for referral in sorted_out.referrals}
    for identity, referral in current.items():
        given = outlooks.get(identity)
        if given is not None and len(given) != len(referral.observations):
            raise ValueError(
                f"Referral {identity.sender} {identity.number}: {len(referral.observations)} observations, "
                f"but {len(given)} outlooks."
            )
    own_edges, hubs = draw(current.values(), rulebook.hub_limit)
    edges, waiting = with_officers(own_edges, medium, officer_edges, current)
    leads = group(current, edges)
    widespread = spread(current.values(), leads, rulebook.viral_limit)
    alike = same_as(current.values())
    alike_of = {identity: found for found in alike for identity in found.referrals}
    placed = []
    for lead in leads:
        members = sorted((current[identity] for identity in lead.members), key=moment)
        level = [other for one in members for other in sorted_out.undecided.get(one.identity, ())]
        ranked = _lead(rules, members, level, outlooks, widespread, now)
        near = {alike_of[identity] for identity in lead.members if identity in alike_of}
        ranked = replace(ranked, same_as=tuple(sorted(near, key=lambda found: found.referrals)))
        placed.append((_place(ranked, moment(members[0]), rulebook), ranked))
    placed.sort(key=lambda item: item[0])
    return Ranking(
        rules_version=rulebook.version,
        now=now,
        leads=tuple(replace(ranked, rank=index) for index, (_, ranked) in enumerate(placed, start=1)),
        edges=edges,
        hubs=hubs,
        arrivals=sorted_out.arrivals,
        versions=sorted_out.versions,
        same_as=alike,
        viral=widespread.viral,
        still_joined=still_joined(officer_edges, edges, current),
        waiting=waiting,
    )


def score(
    members: Iterable[Referral],
    outlooks: Mapping[Identity, tuple[AddressOutlook, ...]],
    rulebook: RuleBook,
    widespread: Spread,
    now: datetime,
    level: Sequence[Referral] = (),
) -> RankedLead:
    """One lead by itself, as `rank` scores it among all: `rank` is 0 and `same_as` empty.

    `members` are the newest versions of its referrals, `level` those that may be as new. `widespread` counts
    the hashes of its files over everything that came in.
    """
    return _lead(compile_rules(rulebook), sorted(members, key=moment), level, outlooks, widespread, now)


def _lead(
    rules: CompiledRules,
    members: list[Referral],
    level: Sequence[Referral],
    outlooks: Mapping[Identity, tuple[AddressOutlook, ...]],
    widespread: Spread,
    now: datetime,
) -> RankedLead:
    """One lead, not yet in its place. `members` are its referrals, the earliest first.

    `level` are versions of them of which nothing proves that they are older: a rule fires in any of them.
    """
    book = rules.book
    of_lead = _lead_facts(members)
    facts: list[tuple[Identity, Mapping[str, Seen]]] = []
    for place, referral in enumerate([*members, *level]):
        given = outlooks.get(referral.identity)
        subject = Subject(referral, given, rules.phrases, now, book.country, book.phone_prefix)
        own = read_facts(rules, subject)
        # How far hashes have spread is counted over newest versions: of others it is not known.
        most, all_viral = widespread.of(referral) if place < len(members) else (None, None)
        own["hash_accounts_most"] = Seen(most, subject.source("files"))
        own["only_viral_hashes"] = Seen(all_viral, subject.source("files"))
        facts.append((referral.identity, own | of_lead))
    reasons, noise = judge(rules, facts)
    fired = [reason for reason in reasons if reason.state is ReasonState.FIRED]
    raised = {reason.rule.raises for reason in fired if reason.rule.axis is Axis.INTERRUPT}
    danger = _sum(fired, Axis.DANGER)
    looked = tuple(outlook for referral in members for outlook in outlooks.get(referral.identity, ()))
    hours, decisive = _clock(members, outlooks, looked)
    return RankedLead(
        rank=0,
        id=lead_id(member.identity for member in members),
        band=next(band.name for band in book.bands if danger >= band.from_danger),
        danger=danger,
        workability=_sum(fired, Axis.WORKABILITY),
        hours_left=hours,
        earliest_reading=decisive is not None and decisive.earliest_reading,
        interrupts=tuple(name for name in book.interrupts if name in raised),
        noise=tuple(sorted({label for labels in noise.values() for label in labels})),
        noisy=all(noise.values()),
        referrals=tuple(referral.identity for referral in members),
        reasons=reasons,
        same_as=(),
    )


def _clock(
    members: Sequence[Referral],
    outlooks: Mapping[Identity, tuple[AddressOutlook, ...]],
    looked: tuple[AddressOutlook, ...],
) -> tuple[float | None, AddressOutlook | None]:
    """The lead's clock and the outlook it stands on; one referral nobody looked at leaves a "gone" open."""
    hours, index = smallest_clock(looked)
    unseen = any(referral.observations and referral.identity not in outlooks for referral in members)
    if hours == 0 and unseen:
        return None, None
    return hours, None if index is None else looked[index]


def _lead_facts(members: Sequence[Referral]) -> dict[str, Seen]:
    """Facts over all referrals of a lead; unknown where no referral reports the field."""
    platforms = {referral.platform.casefold() for referral in members if referral.platform}
    days = {
        referral.incident_at.utc.date()
        for referral in members
        if referral.incident_at is not None and referral.incident_at.utc is not None
    }
    hashes = {
        key
        for referral in members
        for record in referral.files
        if record.supplemental is not True
        for key in file_keys(record)[:1]
    }
    children = max(sum(child.role is Role.VICTIM for child in referral.children) for referral in members)
    return {
        "lead_referrals": Seen(len(members)),
        "lead_platforms": _count(len(platforms)),
        "lead_days": _count(len(days)),
        "lead_hashes": _count(len(hashes)),
        "lead_children": _count(children),
    }


def _count(number: int) -> Seen:
    return Seen(number) if number else UNKNOWN


def _sum(fired: Iterable[Reason], axis: Axis) -> int:
    """The points of an axis, clipped to 0-100."""
    return max(0, min(_FULL, sum(reason.points for reason in fired if reason.rule.axis is axis)))


Place = tuple[int, int, bool, tuple[int, float], int, Moment]


def _place(lead: RankedLead, earliest: Moment, book: RuleBook) -> Place:
    """The order of the queue: interrupt, band, clean before noisy, clock, workability, time reported."""
    pinned = [book.interrupts.index(name) for name in lead.interrupts if name in book.pinned]
    band = next(index for index, band in enumerate(book.bands) if band.name == lead.band)
    if lead.hours_left is None:
        clock = (1, 0.0)
    elif lead.hours_left > 0:
        clock = (0, lead.hours_left)
    else:
        clock = (2, 0.0)
    return min(pinned, default=len(book.interrupts)), band, lead.noisy, clock, -lead.workability, earliest
