"""What the engine says of everything that is here at once: what arrivals one by one must come to."""

from collections.abc import Iterable

from faru.desk import clock, unit
from faru.desk.referrals import outlooks, sheets
from faru.desk.referrals.models import Edge, Lead, LeadState, OfficerEdge, Referral
from faru.desk.referrals.reads import identity_of, own, said
from faru.triage import RankedLead, Ranking, rank
from faru.vocabulary import Identity


def ranking() -> Ranking:
    """The ranking of all referrals that are here, by the engine itself."""
    now = clock.now()
    everything = own(Referral.objects.all())
    looked = {one.read.identity: outlooks.of(one.read, now) for one in everything}
    acts = OfficerEdge.objects.filter(undone_at=None).select_related("a", "b")
    said_so = [said(one, one.by_id.hex) for one in acts]
    return rank((one.read for one in everything), looked, unit.pack().rulebook, now, said_so)


_BY_THE_CLOCK = {"hours_left", "days_since_report"}
"""Facts that say something else a second later."""


def _stored(lead: Lead) -> list[tuple[object, ...]]:
    return [
        (line.rule, line.state, line.points, line.missing, line.referral, _facts(line.seen))
        for line in sheets.lines([lead])[lead.pk]
    ]


def _said(one: RankedLead, rows: dict[Identity, Referral]) -> list[tuple[object, ...]]:
    return [
        (
            reason.rule.id,
            reason.state.value,
            reason.points,
            reason.missing,
            rows[reason.referral].pk,
            _facts(sheets.Seen(fact.name, sheets.text(fact.value), "") for fact in reason.seen),
        )
        for reason in one.reasons
    ]


def _facts(seen: Iterable[sheets.Seen]) -> list[tuple[str, str]]:
    return [(fact.name, fact.value) for fact in seen if fact.name not in _BY_THE_CLOCK]


def assert_as_a_whole() -> None:
    """Leads, scores, sheets, edges and versions stand as the engine has them."""
    wanted = ranking()
    rows = {identity_of(row): row for row in Referral.objects.select_related("lead")}
    assert len(rows) == Referral.objects.count()
    leads = {lead.pk: lead for lead in Lead.objects.exclude(state=LeadState.GONE)}
    assert len(leads) == len(wanted.leads)
    for one in wanted.leads:
        (lead,) = {rows[identity].lead_id for identity in one.referrals}
        found = leads[lead]
        current = found.referrals.filter(current=True)
        assert {identity_of(row) for row in current} == set(one.referrals)
        assert (found.band, found.danger, found.workability, found.noisy, found.noise) == (
            one.band,
            one.danger,
            one.workability,
            one.noisy,
            list(one.noise),
        ), found.number
        assert _stored(found) == _said(one, rows), found.number
        assert found.referral_count == len(one.referrals)
        open_ = set(found.interrupts.values_list("kind", flat=True))
        assert open_ >= set(one.interrupts)
    older = {version.identity for found in wanted.versions for version in found.older}
    assert {identity for identity, row in rows.items() if not row.current} == older
    stored = {
        (identity_of(one.a), identity_of(one.b), one.kind, one.value, one.strength, one.state)
        for one in Edge.objects.select_related("a", "b")
    }
    assert stored == {
        (one.a, one.b, one.kind.value, one.value, one.strength.value, one.state.value) for one in wanted.edges
    }
