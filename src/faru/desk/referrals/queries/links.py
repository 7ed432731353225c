"""Why a lead's referrals are joined, what else they share with other leads, and the picture of it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db.models import Case, Q, When
from django.db.models import IntegerField as Whole
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from faru.desk.accounts.models import User
from faru.desk.look.counts import counted
from faru.desk.look.drawing import Drawing
from faru.desk.referrals.models import Edge, Lead, OfficerEdge, Referral
from faru.desk.referrals.models.lead import kept_from
from faru.desk.referrals.reads import identity_of, said
from faru.desk.vault import keys
from faru.paper import links as paper
from faru.triage import Act, EdgeState, LinkKind, Strength
from faru.triage import Edge as Drawn
from faru.triage.leads import still_joined
from faru.vocabulary import SEALED, Identity

MOST: Final = 300
"""Edges that one page tells; a value shared by many referrals gives one for each pair of them."""
FAR: Final = 10_000
"""Edges that are counted."""
KINDS: Final = {
    LinkKind.SENDER_REFERENCE: gettext_lazy("sender's reference"),
    LinkKind.PLATFORM_ACCOUNT: gettext_lazy("same account"),
    LinkKind.VERIFIED_EMAIL: gettext_lazy("same verified e-mail"),
    LinkKind.VERIFIED_PHONE: gettext_lazy("same verified phone"),
    LinkKind.DEVICE: gettext_lazy("same device"),
    LinkKind.LEASE: gettext_lazy("same line at the same time"),
    LinkKind.CONTACT: gettext_lazy("same contact, not verified"),
    LinkKind.NAME: gettext_lazy("same name"),
    LinkKind.HASH: gettext_lazy("same file"),
    LinkKind.FREE_TEXT: gettext_lazy("stands in free text"),
    LinkKind.OFFICER: gettext_lazy("joined by an officer"),
}


@dataclass(frozen=True, slots=True)
class Shared:
    """One thing that referrals share, with every edge that it gives."""

    kind: object  # a lazy text
    edges: list[Edge]
    here: list[Referral]  # referrals of this lead
    elsewhere: list[Lead]  # other leads; none where it joins this one

    @property
    def first(self) -> Edge:
        """An edge that stands for all of them."""
        return self.edges[0]

    @property
    def sealed(self) -> bool:
        """What they share is a child's."""
        return bool(self.first.value == SEALED)

    @property
    def off(self) -> bool:
        """An officer switched all of it off."""
        return all(edge.state == EdgeState.OFF for edge in self.edges)

    @property
    def by_officer(self) -> bool:
        """An officer says it, no value does."""
        return self.first.kind == LinkKind.OFFICER


@dataclass(frozen=True, slots=True)
class Asked:
    """Two referrals that an officer parted and that another path still joins."""

    a: Referral
    b: Referral
    by: str
    at: datetime
    path: list[tuple[str, object]]  # (referral that it leads to, by what)


@dataclass(frozen=True, slots=True)
class Links:
    """Everything that ties a lead."""

    joined: list[Shared]
    nearby: list[Shared]
    more: int  # edges that are not told
    asked: list[Asked]
    drawing: Drawing | None


def of(viewer: User, lead: Lead, referrals: list[Referral]) -> Links:
    """The links of a lead. What leads to a lead that the viewer may not see is left out."""
    hidden, own = kept_from(viewer), lead.referrals.order_by().values("pk")
    ours = Q(a__in=own) & ~Q(b__lead=None) & ~Q(b__lead__in=hidden)
    ours |= Q(b__in=own) & ~Q(a__lead=None) & ~Q(a__lead__in=hidden)
    firmness = Case(
        *(When(strength=one.value, then=place) for place, one in enumerate(Strength)),
        output_field=Whole(),
    )
    found = Edge.objects.filter(ours).annotate(firmness=firmness)
    rows = list(
        found.select_related("a__lead", "b__lead", "by")
        .defer("a__body", "b__body")
        .order_by("firmness", "kind", "value_token", "id")[: MOST + 1]
    )
    more = counted(found, FAR).n - MOST if len(rows) > MOST else 0
    keys.warm(edge.subject_id for edge in rows)
    shared = _grouped(lead, rows[:MOST])
    return Links(
        joined=[one for one in shared if not one.elsewhere],
        nearby=[one for one in shared if one.elsewhere],
        more=more,
        asked=_asked(lead, referrals) if len(referrals) > 1 else [],
        drawing=_drawing(lead, shared),
    )


def label(referral: Referral) -> str:
    """What people call a referral: its sender's number."""
    return referral.number or f"{referral.sender} {referral.sha256[:8]}"


def _grouped(lead: Lead, edges: list[Edge]) -> list[Shared]:
    """Edges by what they share; those within the lead apart from those that lead out of it."""
    groups: dict[tuple[str, bytes, bool], list[Edge]] = {}
    for edge in edges:
        inside = edge.a.lead_id == edge.b.lead_id
        groups.setdefault((edge.kind, bytes(edge.value_token), inside), []).append(edge)
    found = []
    for (kind, _token, _inside), members in groups.items():
        ends = {row.pk: row for edge in members for row in (edge.a, edge.b)}.values()
        found.append(
            Shared(
                kind=KINDS[LinkKind(kind)],
                edges=members,
                here=[row for row in ends if row.lead_id == lead.pk],
                elsewhere=list({row.lead_id: row.lead for row in ends if row.lead_id != lead.pk}.values()),
            )
        )
    return found


def _asked(lead: Lead, referrals: list[Referral]) -> list[Asked]:
    """Partings of this lead's referrals that another path makes void."""
    acts = list(
        OfficerEdge.objects.filter(undone_at=None, a__lead=lead, b__lead=lead)
        .select_related("a", "b", "by")
        .defer("a__body", "b__body")
    )
    if not any(one.act == Act.PART for one in acts):
        return []
    rows = {identity_of(row): row for row in referrals}
    of_act = [said(one, one.by.display_name) for one in acts]
    strong = Edge.objects.filter(
        a__lead=lead, b__lead=lead, strength=Strength.STRONG, state=EdgeState.IN_FORCE
    ).select_related("a", "b")
    drawn = [
        Drawn(
            identity_of(edge.a),
            identity_of(edge.b),
            LinkKind(edge.kind),
            str(edge.pk),
            Strength.STRONG,
            EdgeState.IN_FORCE,
            edge.reason,
        )
        for edge in strong.defer("a__body", "b__body")
    ]
    return [
        Asked(
            rows[one.parting.a],
            rows[one.parting.b],
            one.parting.by,
            one.parting.at,
            _steps(one.parting.a, one.path, rows),
        )
        for one in still_joined(of_act, drawn, rows)
    ]


def _steps(
    start: Identity, path: tuple[Drawn, ...], rows: dict[Identity, Referral]
) -> list[tuple[str, object]]:
    here, steps = start, []
    for edge in path:
        here = edge.b if edge.a == here else edge.a
        steps.append((label(rows[here]), KINDS[edge.kind]))
    return steps


def _drawing(lead: Lead, shared: list[Shared]) -> Drawing | None:
    """Referrals and what they share; another lead is one node. None where there is nothing to draw."""
    if not shared:
        return None
    nodes: dict[str, paper.Node] = {}
    links: dict[tuple[str, str], paper.Link] = {}

    def node(row: Referral) -> str:
        here = row.lead_id == lead.pk
        key = str(row.pk if here else row.lead_id)
        words = label(row) if here else str(row.lead)
        nodes.setdefault(key, paper.Node(key, words, paper.NodeKind.REFERRAL))
        return key

    for one in shared:
        for edge in one.edges:
            state = paper.LinkState.OFF if edge.state == EdgeState.OFF else paper.LinkState.ON
            ends = [node(edge.a), node(edge.b)]
            pairs = [(ends[0], ends[1])]
            if not one.by_officer:
                value = f"{edge.kind} {bytes(edge.value_token).hex()}"
                words = _("a child's, sealed") if one.sealed else _shortened(str(edge.value))
                nodes.setdefault(value, paper.Node(value, words, paper.NodeKind.VALUE))
                pairs = [(end, value) for end in ends]
            for pair in pairs:
                strength = paper.Strength(edge.strength)
                links.setdefault(pair, paper.Link(*pair, str(one.kind), strength, state))
    svg = paper.links_in_columns(list(nodes.values()), list(links.values()))
    inside = sum(not one.elsewhere for one in shared)
    sentence = _("Shared within this lead: %(inside)s. Shared with other leads: %(nearby)s.") % {
        "inside": inside,
        "nearby": len(shared) - inside,
    }
    return Drawing(svg, sentence)


def _shortened(value: str) -> str:
    """A hash by its first signs; everything else as it is."""
    scheme, _colon, digits = value.rpartition(":")
    return f"{scheme} {digits[:10]}…".strip() if len(digits) >= 32 and digits.isalnum() else value
