"""Intake in the background: read what was received, then rank. Ids only; may run twice."""

from datetime import timedelta
from typing import Final
from uuid import UUID

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _
from django_tasks import task

from faru.desk.accounts.models import User
from faru.desk.accounts.system import system
from faru.desk.referrals import ranking
from faru.desk.referrals.models import ReceivedFile, Referral
from faru.desk.referrals.reading import options, read_received
from faru.desk.vault.crypto import VaultFault
from faru.desk.work.jobs import doing, start
from faru.desk.work.models import Job, JobState

KIND: Final = "ingest"
"""What these jobs are called in the table of jobs."""
LEFT: Final = timedelta(minutes=5)
"""A referral without a lead for this long was left so: a running import ranks at its end."""
UNDER_WAY: Final = (JobState.WAITING, JobState.RUNNING)


def read_soon(thing: UUID, by: User) -> Job:
    """Put the reading of all that waits in the queue. `thing`: the file because of which it is asked for."""
    with transaction.atomic():
        job = start(read_and_rank, kind=KIND, thing=thing, by=by)
        job.sentence = _("What came in is read and ranked.")
        job.save(update_fields=["sentence"])
        return job


def rank_what_was_left() -> Job | None:
    """Rank what a killed import has read and left without a lead, in no queue. The ticker calls it."""
    if not ranking.unranked(since=LEFT) or Job.objects.filter(kind=KIND, state__in=UNDER_WAY).exists():
        return None
    file = Referral.objects.filter(lead=None).order_by("id").values_list("file_id", flat=True)[0]
    return read_soon(file, system())


@task()
def read_and_rank(job_id: str) -> None:
    """Read every file that waits, rank once. The job's thing is the last file that was dropped.

    A file whose kept bytes can't be opened goes on waiting, and costs the others nothing.
    """
    with doing(job_id) as (job, tick):
        waiting = list(ReceivedFile.objects.filter(read_at=None).order_by("received_at", "id"))
        total, chosen = len(waiting) + 1, options()
        tick(0, total)
        new = aside = shut = 0
        for count, file in enumerate(waiting, 1):
            try:
                taken = read_received(file, job.started_by, chosen)
            except (OSError, VaultFault):
                shut += 1
            else:
                new += taken.new
                aside += taken.set_aside
            tick(count, total)
        ranking.rerank(job.started_by)
        tick(total, total)
        with translation.override(job.started_by.language):
            job.sentence = _("New referrals: %(new)s. Set aside: %(aside)s.") % {"new": new, "aside": aside}
            if shut:
                job.sentence += " " + _(
                    "Files whose kept bytes can't be opened: %(shut)s. Ask the administrator to restore them."
                ) % {"shut": shut}
