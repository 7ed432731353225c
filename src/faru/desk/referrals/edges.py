"""Edges in the database: those of the last ranking, written only where they changed."""

from uuid import UUID

from faru.desk.referrals.models import Edge, Referral
from faru.desk.vault import index
from faru.triage import Ranking
from faru.vocabulary import Identity

Key = tuple[UUID, UUID, str, bytes]


def store(ranking: Ranking, rows: dict[Identity, Referral]) -> None:
    """Make the stored edges those of this ranking."""
    wanted: dict[Key, Edge] = {}
    for one in ranking.edges:
        a, b = rows[one.a], rows[one.b]
        token = index.token("edge", one.value)
        wanted[(a.pk, b.pk, one.kind.value, token)] = Edge(
            a=a,
            b=b,
            subject_id=a.subject_id,
            kind=one.kind.value,
            value_token=token,
            value=one.value,
            strength=one.strength.value,
            state=one.state.value,
            reason=one.reason[:300],
            by_id=None if one.by is None else UUID(one.by),
            from_text=one.from_text,
        )
    there = {(one.a_id, one.b_id, one.kind, bytes(one.value_token)): one for one in Edge.objects.all()}
    gone = [one.pk for key, one in there.items() if key not in wanted]
    Edge.objects.filter(pk__in=gone).delete()
    Edge.objects.bulk_create([one for key, one in wanted.items() if key not in there], batch_size=500)
    changed = []
    for key, one in wanted.items():
        old = there.get(key)
        if old is not None and (old.strength, old.state, old.reason, old.by_id) != (
            one.strength,
            one.state,
            one.reason,
            one.by_id,
        ):
            old.strength, old.state, old.reason, old.by_id = one.strength, one.state, one.reason, one.by_id
            changed.append(old)
    Edge.objects.bulk_update(changed, ["strength", "state", "reason", "by"], batch_size=500)
