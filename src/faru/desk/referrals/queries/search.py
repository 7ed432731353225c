"""The one search: exact values by the blind index, of what the viewer may see and of nothing else.

The same queries run whatever is hidden from the viewer: visibility is a part of the query that finds, so that
neither a count nor a second query tells of a hit that may not be seen.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext_lazy as _

from faru.desk.accounts.models import User
from faru.desk.referrals.models import Lead, Referral
from faru.desk.referrals.queries.places import lead_url, referral_url
from faru.desk.referrals.searchable import Kind, asked
from faru.desk.vault import index
from faru.desk.vault.models import Term

SHOWN: Final = 100
"""Hits of one page, the newest first. What stands in more places is everywhere."""

WORDS: Final = {
    Kind.NUMBER: _("Sender's number"),
    Kind.ADDRESS: _("Address"),
    Kind.ACCOUNT: _("Account"),
    Kind.EMAIL: _("E-mail address"),
    Kind.PHONE: _("Phone number"),
    Kind.HASH: _("Hash of a file"),
    Kind.NAME: _("Name"),
}
"""What a group of hits is called, in the order of the page."""

_LEAD: Final = re.compile(r"L-\d{4}-\d{1,8}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Hit:
    """Something that holds the value that was asked for. Texts only: a template shows them."""

    kind: str  # a key of WORDS, or a provider's own heading
    label: str  # "NCMEC 231015057"
    url: str
    lead: str = ""  # the lead's number
    lead_url: str = ""
    band: str = ""
    state: str = ""
    received_at: object = None  # datetime | None


@dataclass(frozen=True, slots=True)
class Group:
    """Hits of one kind of value."""

    title: object  # a lazy text
    hits: tuple[Hit, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """What a search came to."""

    groups: tuple[Group, ...]
    more: bool  # there are older hits than those shown

    @property
    def count(self) -> int:
        """Hits shown."""
        return sum(len(group.hits) for group in self.groups)


Tokens = dict[bytes, str]
"""Token to kind of value."""
Provider = Callable[[User, Tokens], Iterable[Hit]]
Jump = Callable[[User, str], str | None]

PROVIDERS: list[Provider] = []
"""Other apps' things that can be found. Each is asked with the viewer, and answers with what they may see."""
JUMPS: list[Jump] = []
"""Where an exact number of ours leads: given the viewer and the query in capitals, an address or None."""


def jump(viewer: User, query: str) -> str | None:
    """The page of the lead, request or case with exactly this number; None where the viewer has none."""
    number = query.strip().upper()
    return next((url for one in (_lead, *JUMPS) if (url := one(viewer, number)) is not None), None)


def find(viewer: User, query: str) -> Found:
    """Everything that the viewer may see and that holds this very value."""
    tokens: Tokens = {index.token(kind, normal): kind for kind, normal in asked(query)}
    hits, more = _referrals(viewer, tokens)
    for provider in PROVIDERS:
        hits += provider(viewer, tokens)
    titles = list(dict.fromkeys([*WORDS, *(hit.kind for hit in hits)]))
    groups = [
        Group(WORDS.get(title, title), tuple(hit for hit in hits if hit.kind == title)) for title in titles
    ]
    return Found(tuple(group for group in groups if group.hits), more)


def _referrals(viewer: User, tokens: Tokens) -> tuple[list[Hit], bool]:
    seen = Referral.objects.visible_to(viewer).filter(pk=OuterRef("thing_id"))
    terms = (
        Term.objects.filter(Exists(seen), token__in=tokens, thing="referral")
        .order_by("-thing_id")
        .values_list("kind", "thing_id")[: SHOWN + 1]
    )
    found = list(terms)
    shown = found[:SHOWN]
    rows = (
        Referral.objects.visible_to(viewer).select_related("lead").in_bulk({place for _kind, place in shown})
    )
    hits = [_hit(kind, rows[place]) for kind, place in dict.fromkeys(shown) if place in rows]
    return hits, len(found) > SHOWN


def _hit(kind: str, row: Referral) -> Hit:
    return Hit(
        kind=kind,
        label=f"{row.sender} {row.number}".strip(),
        url=referral_url(row),
        lead=row.lead.number,
        lead_url=lead_url(row.lead),
        band=row.lead.band_shown,
        state=row.lead.get_state_display(),
        received_at=row.received_at,
    )


def _lead(viewer: User, number: str) -> str | None:
    if not _LEAD.fullmatch(number):
        return None
    lead = Lead.objects.visible_to(viewer).filter(number=number).first()
    return None if lead is None else lead_url(lead)
