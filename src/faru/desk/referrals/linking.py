"""Links of what has just come in: found by its keys, drawn key by key, written where they changed.

A key's links depend on who holds it and on nothing else, so an arrival changes those of its own keys alone:
the work is the same whether a thousand referrals are here or a million.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from uuid import UUID

from django.db.models import Q

from faru.desk import unit
from faru.desk.referrals import edges, holders
from faru.desk.referrals.edges import Wanted
from faru.desk.referrals.models import Edge, LinkKey, OfficerEdge, Referral
from faru.desk.referrals.reads import Own, identity_of, own, said
from faru.desk.rows import insert_rows
from faru.desk.vault import index
from faru.triage import Edge as Drawn
from faru.triage import LinkKind, with_officers
from faru.triage import OfficerEdge as Said
from faru.triage.drawing import edges_of, file_edge
from faru.triage.holding import Grade, Held, Key, Sort, holding
from faru.triage.links import identity_key, same_referral
from faru.vocabulary import Identity


def token_of(key: Key) -> bytes:
    """The token of a key. Parts are counted, so that no part can run into the next one."""
    parts = "".join(f"{len(part)}:{part}" for part in key.parts)
    return index.token("link", f"{key.sort}|{parts}")


@dataclass(slots=True)
class _Redraw:
    """Links that are to be drawn anew: those of some keys, and those that some referrals have by files."""

    named: dict[bytes, Key] = field(default_factory=dict)  # identifiers and references
    held: dict[bytes, tuple[int, int]] = field(default_factory=dict)  # by how many each of these, and firmly
    focus: set[UUID] = field(default_factory=set)  # every file of these is looked at
    gone: set[UUID] = field(default_factory=set)  # nothing is linked to these any more
    names: dict[bytes, Key] = field(default_factory=dict)  # whatever tokens stand for, as far as known


def link(fresh: list[Own], gone: list[Own]) -> set[UUID]:
    """Take up the keys of `fresh`, drop those of `gone`, and draw anew what hangs on either.

    The ids of the referrals that may belong to another lead now: the fresh ones, and those around which a
    joining link changed.
    """
    limit = unit.pack().rulebook.hub_limit
    came, left, names = Counter[bytes](), Counter[bytes](), {}
    rows = []
    for one in fresh:
        for key, held in holding(one.read).items():
            row = _row(one.row, key, held)
            names[row.token] = key
            came[row.token] += 1
            rows.append(row)
    for one in gone:
        for key in holding(one.read):
            token = token_of(key)
            names[token] = key
            left[token] += 1
    LinkKey.objects.filter(referral__in=[one.row for one in gone]).delete()
    insert_rows(rows)
    most = limit + 1 + len(fresh)
    counted = holders.held(LinkKey.objects.filter(referral__in=[one.row for one in fresh]), most)
    again = _Redraw(gone={one.row.pk for one in gone}, names=names)
    for token, key in names.items():
        # What only older versions held is not among the keys of the fresh.
        again.held[token] = counted.get(token) or holders.held_of(token, most)
        now = again.held[token][0]
        before = now - came[token] + left[token]
        if key.sort is not Sort.FILE:
            if max(now, before) > 1:
                again.named[token] = key
        elif max(now, before) > 1:
            if (now > limit) != (before > limit):
                again.focus |= set(LinkKey.objects.filter(token=token).values_list("referral_id", flat=True))
            elif now <= limit:
                again.focus |= {row.referral_id for row in rows if row.token == token}
    # What officers said of an older version holds for the newer one, whatever else the two share.
    numbers = {(one.row.sender, one.row.number) for one in gone}
    newer = {one.row.pk for one in fresh if (one.row.sender, one.row.number) in numbers}
    touched = _redraw(again, limit, also=newer)
    return touched | {one.row.pk for one in fresh} - again.gone


def relink(a: Referral, b: Referral) -> set[UUID]:
    """Draw anew what two referrals (newest versions) share: somebody said something of them."""
    limit = unit.pack().rulebook.hub_limit
    mine, others = (holders.held(LinkKey.objects.filter(referral=one), limit + 1) for one in (a, b))
    names = {token_of(key): key for one in own([a, b]) for key in holding(one.read)}
    again = _Redraw(names=names, held=mine)
    for token in mine.keys() & others.keys():
        if names[token].sort is Sort.FILE:
            again.focus.add(a.pk)
        else:
            again.named[token] = names[token]
    return _redraw(again, limit, also={a.pk, b.pk}) | {a.pk, b.pk}


def _row(row: Referral, key: Key, held: Held) -> LinkKey:
    return LinkKey(
        token=token_of(key),
        referral=row,
        file=key.sort is Sort.FILE,
        grade=held.grade,
        sealed=held.sealed,
    )


def _redraw(again: _Redraw, limit: int, also: Iterable[UUID] = ()) -> set[UUID]:
    """The ids of the referrals around which a joining link changed."""
    named = _holders_of(again, limit)
    files = _files_of(again.focus, limit)
    stored = _stored(again)
    people = {
        *also,
        *(pk for who in named.values() for pk in who),
        *(pk for who in files.values() for pk in who),
        *(pk for edge in stored for pk in (edge.a_id, edge.b_id)),
    }
    rows = Referral.objects.filter(pk__in=people).defer("body").in_bulk()
    identities = {pk: identity_of(row) for pk, row in rows.items()}
    drawn: list[tuple[bytes, Drawn]] = []
    for token, key in again.named.items():
        who = {identities[pk]: held for pk, held in named.get(token, {}).items()}
        drawn += [(token, edge) for edge in edges_of(key, who, limit)[0]]
    drawn += _file_edges(again, files, identities)
    row_of = {identities[pk]: row for pk, row in rows.items() if pk not in again.gone}
    here = [row.pk for row in row_of.values()]
    stored |= set(Edge.objects.filter(kind=LinkKind.OFFICER, a__in=here, b__in=here))
    acts = _acts(rows.values(), row_of)
    if acts:
        drawn = _with_officers(drawn, acts, row_of)
    wanted = [Wanted(row_of[edge.a], row_of[edge.b], token, edge) for token, edge in drawn]
    return edges.replace(stored, wanted) - again.gone


def _holders_of(again: _Redraw, limit: int) -> dict[bytes, dict[UUID, Held]]:
    """Who holds these keys. Of an identifier that too many hold, who holds it firmly, if few do."""
    few, crowded = [], []
    for token, key in again.named.items():
        whole, firm = again.held[token]
        if whole <= limit:
            few.append(token)
        elif key.sort is Sort.ACCOUNT and 0 < firm <= limit:
            crowded.append(token)
    # That somebody's value is a child's counts, whoever holds it.
    shut = {token for token in crowded if LinkKey.objects.filter(token=token, sealed=True).exists()}
    found: dict[bytes, dict[UUID, Held]] = {}
    rows = LinkKey.objects.filter(Q(token__in=few) | Q(token__in=crowded, grade=Grade.FIRM))
    for token, pk, grade, sealed in rows.values_list("token", "referral_id", "grade", "sealed"):
        token = bytes(token)
        found.setdefault(token, {})[pk] = Held(Grade(grade), sealed or token in shut)
    return found


def _files_of(focus: set[UUID], limit: int) -> dict[bytes, list[UUID]]:
    """Who holds each file of these referrals that at least two and no more than the limit hold."""
    mine = LinkKey.objects.filter(referral__in=focus, file=True)
    shared = [token for token, (count, _firm) in holders.held(mine, limit + 1).items() if 1 < count <= limit]
    found: dict[bytes, list[UUID]] = {}
    for token, pk in LinkKey.objects.filter(token__in=shared).values_list("token", "referral_id"):
        found.setdefault(bytes(token), []).append(pk)
    return found


def _file_edges(
    again: _Redraw, files: dict[bytes, list[UUID]], identities: dict[UUID, Identity]
) -> list[tuple[bytes, Drawn]]:
    unnamed = {pk for token, who in files.items() if token not in again.names for pk in who} & again.focus
    for one in own(Referral.objects.filter(pk__in=unnamed)):
        again.names |= {token_of(key): key for key in holding(one.read)}
    smallest: dict[tuple[Identity, Identity], tuple[Key, bytes]] = {}
    for token, who in files.items():
        key = again.names[token]
        for pk in again.focus.intersection(who):
            for other in who:
                if other == pk:
                    continue
                pair = sorted((identities[pk], identities[other]), key=identity_key)
                place = (pair[0], pair[1])
                smallest[place] = min((key, token), smallest.get(place, (key, token)))
    return [(token, file_edge(pair, key)) for pair, (key, token) in smallest.items()]


def _stored(again: _Redraw) -> set[Edge]:
    """The edges that stand where new ones are drawn."""
    found = set(Edge.objects.filter(value_token__in=list(again.named)).exclude(kind=LinkKind.HASH))
    if again.focus:
        files = Edge.objects.filter(kind=LinkKind.HASH)
        found |= set(files.filter(Q(a__in=again.focus) | Q(b__in=again.focus)))
    if again.gone:
        found |= set(Edge.objects.filter(Q(a__in=again.gone) | Q(b__in=again.gone)))
    return found


def _acts(rows: Iterable[Referral], row_of: dict[Identity, Referral]) -> list[Said]:
    """What officers said of these referrals, or of older versions of them, and what stands."""
    leads = {row.lead_id for row in rows if row.lead_id is not None}
    there = {same_referral(identity) for identity in row_of}
    mates = Referral.objects.filter(lead__in=leads).values("pk")
    acts = OfficerEdge.objects.filter(undone_at=None).filter(Q(a__in=mates) | Q(b__in=mates))
    found = [said(one, one.by_id.hex) for one in acts.select_related("a", "b").defer("a__body", "b__body")]
    return [one for one in found if {same_referral(one.a), same_referral(one.b)} <= there]


def _with_officers(
    drawn: list[tuple[bytes, Drawn]], acts: list[Said], row_of: dict[Identity, Referral]
) -> list[tuple[bytes, Drawn]]:
    """The edges with what officers said of them; two sealed values look alike, so they go by their tokens."""
    values = {token: edge.value for token, edge in drawn}
    by_token = [replace(edge, value=token.hex()) for token, edge in drawn]
    told, _waiting = with_officers(by_token, (), acts, row_of)
    nothing = index.token("link", "officer")
    return [
        (nothing, edge)
        if edge.kind is LinkKind.OFFICER
        else (bytes.fromhex(edge.value), replace(edge, value=values[bytes.fromhex(edge.value)]))
        for edge in told
    ]
