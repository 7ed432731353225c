"""The rooms of the desk, as the rail at the edge shows them: those that somebody's roles open."""

from dataclasses import dataclass
from typing import Any, Final

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _

from faru.vocabulary.permissions import Permission


@dataclass(frozen=True, slots=True)
class Room:
    """One room: its name, where it is, its key after `g`, who may enter."""

    label: Any  # a lazy text
    view: str
    key: str
    permissions: tuple[Permission, ...]  # any of them; none: everybody


ROOMS: Final = (
    Room(_("Today"), "today", "t", ()),
    Room(_("Leads"), "leads", "l", (Permission.LEAD_READ,)),
    Room(_("Requests"), "requests", "r", (Permission.REQUEST_READ,)),
    Room(
        _("Cases"),
        "cases",
        "c",
        (Permission.CASE_READ, Permission.CASE_READ_ALL, Permission.CASE_READ_SENT, Permission.DEADLINE_READ),
    ),
    Room(_("Intake"), "intake", "i", (Permission.REFERRAL_INGEST,)),
    Room(_("Handover"), "handover", "h", (Permission.HANDOVER_READ,)),
    Room(
        _("Administration"),
        "administration",
        "a",
        (Permission.ADMIN_USERS, Permission.ADMIN_BACKUP, Permission.ADMIN_PACK, Permission.LEDGER_READ),
    ),
)


@dataclass(frozen=True, slots=True)
class Stop:
    """A room as this page shows it."""

    label: Any
    url: str
    key: str
    current: bool
    due: int = 0
    hot: bool = False


def rail_of(request: HttpRequest) -> list[Stop]:
    """The rooms for the one who looks."""
    stops = []
    for room in ROOMS:
        if room.permissions and not any(request.user.may(one) for one in room.permissions):
            continue
        try:
            url = reverse(room.view)
        except NoReverseMatch:
            continue
        stops.append(Stop(room.label, url, room.key, request.path.startswith(url)))
    return stops
