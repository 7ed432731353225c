"""One referral as its page shows it: everything reported, each value with the place where it stands.

Children stay shut: what this module hands out holds labels, roles and ages of theirs and nothing more.
"""

from dataclasses import dataclass
from datetime import timedelta
from itertools import islice
from typing import Final
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from faru.desk import clock, unit
from faru.desk.accounts.models import User
from faru.desk.referrals import sheets
from faru.desk.referrals.models import Arrival, Edge, Observation, Referral, ReportedChild
from faru.desk.referrals.models.lead import kept_from
from faru.desk.referrals.queries.marking import Piece, marked
from faru.desk.referrals.queries.reasons import quotes
from faru.desk.referrals.queries.values import Block, accounts, files, identity, incident, persons
from faru.desk.referrals.reads import decoded
from faru.desk.vault import keys
from faru.formats import letter
from faru.triage import EdgeState
from faru.triage.duplicates import differences, same_as
from faru.vocabulary import Instant, Remark
from faru.vocabulary import Referral as Read
from faru.vocabulary.permissions import Permission

LINKS: Final = 50
ALIKE: Final = 20
VERSIONS: Final = 20
ROWS: Final = 300
"""Rows of one table of the page. What is beyond stands in the referral's own bytes, and the page says so."""

SEEN: Final = 50
"""Addresses seen on one page; the others stand on the next ones."""

FIELDS: Final = {
    "platform": _("platform"),
    "incident_type": _("kind of incident"),
    "incident_type_text": _("kind of incident, as written"),
    "incident_at": _("time of the incident"),
    "reported_at": _("time of the report"),
    "handling": _("handling code"),
    "priority": _("priority"),
    "escalation": _("the sender's urgency"),
    "flags": _("flags"),
    "refers_to": _("other numbers it names"),
    "observations": _("addresses seen"),
    "accounts": _("accounts"),
    "files": _("files"),
    "persons": _("persons"),
    "children": _("reported children"),
    "texts": _("free text"),
    "unread": _("fields nobody reads"),
    "remarks": _("remarks of the reading"),
    "format": _("format"),
}
"""What a field of a referral is called where two versions differ in it."""


@dataclass(frozen=True, slots=True)
class SeenAddress:
    """One observation with what is known of its carrier."""

    address: str  # as written; "" where it is a child's or none was reported
    sealed: bool
    readable: bool  # what is written is an address
    port: int | None
    at: Instant | None
    event: str | None
    role: str
    proxy: bool | None
    places: tuple[str, ...]
    carrier: str
    shared: bool | None
    hours_left: timedelta | None
    earliest: bool


@dataclass(frozen=True, slots=True)
class Text:
    """Free text in pieces, those that a rule saw marked."""

    pieces: tuple[Piece, ...]
    place: str
    language: str | None
    words: int

    @property
    def matched(self) -> tuple[str, ...]:
        """The marked words alone."""
        return tuple(dict.fromkeys(piece.text for piece in self.pieces if piece.marked))


@dataclass(frozen=True, slots=True)
class Version:
    """Another version of the same number."""

    row: Referral
    newer: bool
    differs: tuple[object, ...]  # names of fields, lazy texts


@dataclass(frozen=True, slots=True)
class Link:
    """The edges to one other referral that the viewer may see, those that join first."""

    other: Referral
    edges: tuple[Edge, ...]

    @property
    def joins(self) -> bool:
        """One of them is in force."""
        return any(edge.state == EdgeState.IN_FORCE for edge in self.edges)


@dataclass(frozen=True, slots=True)
class Sight:
    """All that the page shows of a referral."""

    row: Referral
    read: Read
    identity: Block
    incident: Block
    persons: tuple[Block, ...]
    accounts: Block
    files: tuple[Block, ...]
    observations: tuple[SeenAddress, ...]  # of this page
    first: int  # the index of the first of them
    texts: tuple[Text, ...]
    children: tuple[ReportedChild, ...]
    arrivals: tuple[Arrival, ...]
    versions: tuple[Version, ...]
    alike: tuple[Referral, ...]
    links: tuple[Link, ...]
    cut: bool  # some table shows its first rows only

    @property
    def before(self) -> int | None:
        """Where the page of addresses before this one begins; None on the first."""
        return max(0, self.first - SEEN) if self.first else None

    @property
    def after(self) -> int | None:
        """Where the next page of addresses begins; None on the last."""
        following = self.first + len(self.observations)
        return following if following < len(self.read.observations) else None

    @property
    def last(self) -> int:
        """The number, from 1, of the last address on this page."""
        return self.first + len(self.observations)

    @property
    def unread(self) -> list[tuple[str, str]]:
        """The first fields that nobody reads: path and value."""
        return list(islice(self.read.unread.items(), ROWS))

    @property
    def remarks(self) -> tuple[Remark, ...]:
        """The first remarks of the reading."""
        return self.read.remarks[:ROWS]

    @property
    def has_letter(self) -> bool:
        """It was keyed from a letter, whose own file may lie beside it."""
        return self.row.format == letter.NAME


def visible(viewer: User, referral_id: UUID) -> Referral | None:
    """The referral with this id, if the viewer may see it."""
    if not viewer.may(Permission.REFERRAL_READ):
        return None
    return (
        Referral.objects.visible_to(viewer)
        .select_related("lead__owner", "file__received_by")
        .filter(pk=referral_id)
        .first()
    )


def sight(viewer: User, row: Referral, first: int = 0) -> Sight:
    """Everything of a referral, of its addresses seen those from index `first` on. The number of queries does
    not grow with what it holds."""
    others = _others(viewer, row)
    keys.warm([row.subject_id, row.file.subject_id])
    read = decoded([row], with_children=False)[row.pk]
    first = max(0, min(first, len(read.observations) - SEEN))
    lines = sheets.lines([row.lead])[row.lead_id]
    words = [word for line in lines if line.referral == row.pk and line.fired for word in quotes(line)]
    return Sight(
        row=row,
        read=read,
        identity=identity(read),
        incident=incident(read),
        persons=persons(read, ROWS),
        accounts=accounts(read, ROWS),
        files=files(read, ROWS),
        observations=_observations(row, read, first),
        first=first,
        texts=tuple(
            Text(marked(text.text, words), text.place, text.language, len(text.text.split()))
            for text in read.texts[:ROWS]
        ),
        children=tuple(row.children.all()),
        arrivals=tuple(row.arrivals.select_related("file__received_by")[:ROWS]),
        versions=_versions(row, others),
        alike=_alike(viewer, row, read),
        links=_links(viewer, row),
        cut=any(
            len(part) > ROWS
            for part in (read.accounts, read.files, read.persons, read.texts, read.unread, read.remarks)
        ),
    )


def _observations(row: Referral, read: Read, first: int) -> tuple[SeenAddress, ...]:
    names = {carrier.id: carrier.name for carrier in unit.pack().carriers}
    shown = row.observations.filter(index__gte=first, index__lt=first + SEEN)
    stored: dict[int, Observation] = {one.index: one for one in shown}
    now, found = clock.now(), []
    for place, seen in enumerate(read.observations[first : first + SEEN], first):
        kept, path = stored[place], f"observations[{place}]"
        sealed = seen.child is not None
        found.append(
            SeenAddress(
                address="" if sealed else seen.address or seen.literal,
                sealed=sealed,
                readable=seen.address is not None,
                port=None if sealed else seen.port,
                at=seen.at,
                event=seen.event,
                role=seen.role.value,
                proxy=seen.possible_proxy,
                places=_places(read, path, sealed=sealed),
                carrier=names.get(kept.carrier, kept.carrier),
                shared=kept.shared,
                hours_left=None if kept.dies_at is None else max(timedelta(0), kept.dies_at - now),
                earliest=kept.earliest_reading,
            )
        )
    return tuple(found)


def _places(read: Read, path: str, *, sealed: bool) -> tuple[str, ...]:
    """Where address, port and time stand: the first in full, the others from where they part from it."""
    names = ("address", "at") if sealed else ("address", "port", "at")
    stated = [read.where(f"{path}.{name}") for name in names]
    found = list(dict.fromkeys(place for place in (stated[0] or read.where(path), *stated[1:]) if place))
    return tuple(found[:1] + [_beside(found[0], place) for place in found[1:]])


def _beside(first: str, place: str) -> str:
    """A place as seen from another one: of "$.a.ip" and "$.a.port" it is "….port"."""
    cut = max(first.rfind(sign) for sign in "./,")
    return f"…{place[cut:]}" if cut > 0 and place.startswith(first[:cut]) else place


def _others(viewer: User, row: Referral) -> list[Referral]:
    """The other versions of the same number, the newest first."""
    if not row.number:
        return []
    rows = Referral.objects.visible_to(viewer).filter(sender=row.sender, number=row.number)
    return list(rows.exclude(pk=row.pk).order_by("-received_at", "-id")[:VERSIONS])


def _versions(row: Referral, others: list[Referral]) -> tuple[Version, ...]:
    """What differs between this one and each other version. Children are compared, and stay unseen."""
    if not others:
        return ()
    opened = decoded([row, *others], with_children=True)
    return tuple(
        Version(
            other,
            other.current and not row.current,
            tuple(FIELDS.get(name, name) for name in differences(opened[row.pk], opened[other.pk])),
        )
        for other in others
    )


def _alike(viewer: User, row: Referral, read: Read) -> tuple[Referral, ...]:
    """Near duplicates: same platform, account, minute and files. Shown, never merged."""
    if row.incident_at is None or not row.platform:
        return ()
    minute = row.incident_at.replace(second=0, microsecond=0)
    rows = (
        Referral.objects.visible_to(viewer)
        .select_related("lead")
        .filter(platform__iexact=row.platform, incident_at__gte=minute)
        .filter(incident_at__lt=minute + timedelta(minutes=1), current=True)
        .exclude(Q(pk=row.pk) | Q(sender=row.sender, number=row.number))
    )[:ALIKE]
    opened = decoded(list(rows), with_children=False)
    by_identity = {opened[one.pk].identity: one for one in rows}
    for group in same_as([read, *opened.values()]):
        if read.identity in group.referrals:
            return tuple(by_identity[one] for one in group.referrals if one in by_identity)
    return ()


def _links(viewer: User, row: Referral) -> tuple[Link, ...]:
    """Edges to referrals that the viewer may see, by the other referral, those that join first."""
    hidden = kept_from(viewer)
    across = Q(a=row) & ~Q(b__lead=None) & ~Q(b__lead__in=hidden)
    across |= Q(b=row) & ~Q(a__lead=None) & ~Q(a__lead__in=hidden)
    edges = list(
        Edge.objects.filter(across)
        .select_related("a__lead", "b__lead")
        .order_by("-strength", "kind", "id")[:LINKS]
    )
    keys.warm(edge.subject_id for edge in edges)
    by_other: dict[UUID, list[Edge]] = {}
    for edge in edges:
        by_other.setdefault(edge.b_id if edge.a_id == row.pk else edge.a_id, []).append(edge)
    links = [
        Link(found[0].b if found[0].b_id == other else found[0].a, tuple(found))
        for other, found in by_other.items()
    ]
    return tuple(sorted(links, key=lambda link: not link.joins))
