"""Which referrals belong together now: the connected parts around those whose links changed.

Leads are connected parts over strong edges in force, so a change can reach no further than the leads that it
touches and those that a new edge ties to them.
"""

from uuid import UUID

from django.db.models import Q

from faru.desk.referrals.models import Edge, Referral
from faru.desk.referrals.reads import identity_of
from faru.triage import EdgeState, Strength
from faru.triage.links import identity_key

_JOINING = {"strength": Strength.STRONG, "state": EdgeState.IN_FORCE}


def around(touched: set[UUID]) -> list[list[Referral]]:
    """The groups that these referrals and the mates of their leads form: newest versions, bodies deferred.

    Groups stand in the order in which their first referral came.
    """
    rows: dict[UUID, Referral] = {}
    pairs: set[tuple[UUID, UUID]] = set()
    leads: set[UUID] = set()
    wanted = set(touched)
    while wanted:
        found = Referral.objects.filter(current=True).defer("body")
        new = {row.pk: row for row in found.filter(pk__in=wanted)}
        more = {row.lead_id for row in new.values() if row.lead_id is not None} - leads
        leads |= more
        new |= {row.pk: row for row in found.filter(lead__in=more)}
        new = {pk: row for pk, row in new.items() if pk not in rows}
        rows |= new
        ends = Edge.objects.filter(**_JOINING).filter(Q(a__in=new) | Q(b__in=new)).values_list("a_id", "b_id")
        pairs |= set(ends)
        wanted = {pk for pair in ends for pk in pair} - rows.keys()
    return _parts(rows, pairs)


def _parts(rows: dict[UUID, Referral], pairs: set[tuple[UUID, UUID]]) -> list[list[Referral]]:
    parent = {pk: pk for pk in rows}

    def root(pk: UUID) -> UUID:
        while parent[pk] != pk:
            parent[pk] = parent[parent[pk]]
            pk = parent[pk]
        return pk

    for a, b in pairs:
        parent[root(a)] = root(b)
    groups: dict[UUID, list[Referral]] = {}
    for row in sorted(rows.values(), key=lambda row: identity_key(identity_of(row))):
        groups.setdefault(root(row.pk), []).append(row)
    return sorted(groups.values(), key=lambda group: min((row.received_at, row.pk) for row in group))
