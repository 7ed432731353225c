"""How the unit stands, for its administrators: accounts, the last backup, the ledger, the pack, the worker.

Each part is given only to those whose permission opens it; nothing here tells anything of a case.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.db.models import Min

from faru.desk import clock, unit
from faru.desk.accounts.models import User
from faru.desk.accounts.queries import users
from faru.desk.journal.checking import guards_put_up_at, unplaced
from faru.desk.journal.guards import missing_guards
from faru.desk.journal.models import Entry
from faru.desk.journal.queries import LedgerState, state
from faru.desk.work.models import Job, JobState
from faru.ledger.keys import fingerprint_words
from faru.ledger.tags import Action
from faru.vocabulary.permissions import Permission

OPENS: Final = (
    Permission.ADMIN_USERS,
    Permission.ADMIN_BACKUP,
    Permission.ADMIN_PACK,
    Permission.LEDGER_READ,
)
"""Any of these opens the room."""
STALE: Final = timedelta(hours=36)
"""A nightly backup that is older than this has failed at least once."""
SLOW: Final = timedelta(minutes=2)
"""Work that waits longer than this has no worker."""


@dataclass(frozen=True, slots=True)
class Account:
    """One account of the unit."""

    user: User
    roles: list[str]  # sentences of the pack
    second_factor: bool
    own: bool


@dataclass(frozen=True, slots=True)
class Backup:
    """When the last backup was made; None: never."""

    at: datetime | None

    @property
    def stale(self) -> bool:
        """It is too old, or there is none."""
        return self.at is None or clock.now() - self.at > STALE


@dataclass(frozen=True, slots=True)
class Ledger:
    """How the ledger stands."""

    state: LedgerState
    origin: str
    words: str  # of the key that signs it, to be read out and compared
    missing: list[str]  # guards that the database should have and has not
    put_up_at: datetime | None  # when guards were last found missing at a start; None: never
    unplaced: int  # entries that somebody took out of the line for sealing


@dataclass(frozen=True, slots=True)
class PackInForce:
    """The country's pack that the unit works by."""

    name: str
    version: str
    effective_from: date
    confirmed_by: str  # "" where nobody confirmed it
    confirmed_on: date | None
    digest: str


@dataclass(frozen=True, slots=True)
class Worker:
    """Whether background work gets done."""

    waiting: int
    since: datetime | None  # how long the oldest of it waits
    last: datetime | None  # when something was done last

    @property
    def idle(self) -> bool:
        """Work waits and nobody does it."""
        return self.since is not None and clock.now() - self.since > SLOW


@dataclass(frozen=True, slots=True)
class Standing:
    """What this viewer may know of the unit. A part that is None is not theirs to see."""

    accounts: list[Account] | None
    backup: Backup | None
    ledger: Ledger | None
    pack: PackInForce | None
    worker: Worker | None


def standing(viewer: User) -> Standing:
    """The parts that the viewer's permissions open."""
    runs_machine = viewer.may(Permission.ADMIN_BACKUP)
    return Standing(
        accounts=accounts(viewer) if viewer.may(Permission.ADMIN_USERS) else None,
        backup=_backup() if runs_machine else None,
        ledger=_ledger() if viewer.may(Permission.LEDGER_READ) else None,
        pack=_pack() if viewer.may(Permission.ADMIN_PACK) else None,
        worker=_worker() if runs_machine else None,
    )


def accounts(viewer: User) -> list[Account]:
    """Everybody, the active ones first. Three queries."""
    factors = set(Authenticator.objects.exclude(type="recovery_codes").values_list("user_id", flat=True))
    return [
        Account(
            user,
            [role.replace("_", " ") for role in user.roles],
            user.pk in factors,
            user.pk == viewer.pk,
        )
        for user in users(viewer)
    ]


def _backup() -> Backup:
    made = Entry.objects.filter(tag=Action.BACKUP_MAKE.value).order_by("-id")
    return Backup(made.values_list("at", flat=True).first())


def _ledger() -> Ledger:
    key = settings.UNIT.signer().public
    return Ledger(
        state(),
        settings.UNIT.origin,
        " ".join(fingerprint_words(key)),
        missing_guards(),
        guards_put_up_at(),
        unplaced(),
    )


def _pack() -> PackInForce:
    pack = unit.pack()
    confirmed = pack.confirmed
    return PackInForce(
        pack.name,
        pack.version,
        pack.effective_from,
        confirmed.by if confirmed else "",
        confirmed.on if confirmed else None,
        pack.digest,
    )


def _worker() -> Worker:
    waiting = Job.objects.filter(state=JobState.WAITING)
    return Worker(
        waiting.count(),
        waiting.aggregate(first=Min("made_at"))["first"],
        Job.objects.exclude(ended_at=None).order_by("-ended_at").values_list("ended_at", flat=True).first(),
    )
