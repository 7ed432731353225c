"""What a killed process has kept and not read: nobody must know of it for it to be read all the same."""

from datetime import timedelta
from typing import Final

from faru.desk import clock
from faru.desk.accounts.system import system
from faru.desk.referrals.importing import somebody_imports
from faru.desk.referrals.models import ReceivedFile
from faru.desk.referrals.tasks import KIND, UNDER_WAY, read_soon
from faru.desk.work.models import Job

LEFT: Final = timedelta(minutes=5)
"""Whoever drops a file on the page asks for its reading in the same breath: after this nobody will."""


def read_what_was_left() -> Job | None:
    """Have it read, where nobody is about to and no job has tried since it came. The ticker calls it."""
    if Job.objects.filter(kind=KIND, state__in=UNDER_WAY).exists() or somebody_imports():
        return None
    unread = ReceivedFile.objects.filter(read_at=None, received_at__lte=clock.now() - LEFT)
    newest = unread.order_by("-received_at", "-id").first()
    # What a job could not open since then it would not open now: somebody has to mend it first.
    if newest is None or Job.objects.filter(kind=KIND, started_at__gte=newest.received_at).exists():
        return None
    return read_soon(newest.id, system())
