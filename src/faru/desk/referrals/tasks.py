"""Intake in the background, and the scoring again of what has grown old. Ids only; may run twice."""

from typing import Any, Final
from uuid import UUID

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _
from django_tasks import task

from faru.desk.accounts.models import User
from faru.desk.accounts.system import system
from faru.desk.referrals import renewing
from faru.desk.referrals.models import ReceivedFile
from faru.desk.referrals.reading import options, read_files
from faru.desk.vault.models import UNIT_SUBJECT
from faru.desk.work.jobs import doing, start
from faru.desk.work.models import Job, JobState

KIND: Final = "ingest"
RESCORE: Final = "rescore"
"""What these jobs are called in the table of jobs."""
UNDER_WAY: Final = (JobState.WAITING, JobState.RUNNING)


def read_soon(thing: UUID, by: User) -> Job:
    """Put the reading of all that waits in the queue. `thing`: the file because of which it is asked for."""
    return _queued(read_and_rank, KIND, thing, by, _("What came in is read and ranked."))


def rescore_what_is_old() -> Job | None:
    """Score again what was scored with another pack, or too long ago: clocks run. The ticker calls it."""
    if not renewing.due(1) or Job.objects.filter(kind=RESCORE, state__in=UNDER_WAY).exists():
        return None
    sentence = _("Leads are scored again with the pack and the clock of now.")
    return _queued(rescore_old, RESCORE, UNIT_SUBJECT, system(), sentence)


def _queued(task: Any, kind: str, thing: UUID, by: User, sentence: str) -> Job:
    with transaction.atomic():
        job = start(task, kind=kind, thing=thing, by=by)
        job.sentence = sentence
        job.save(update_fields=["sentence"])
        return job


@task()
def rescore_old(job_id: str) -> None:
    """Score again, some leads a transaction, until nothing is due."""
    with doing(job_id) as (job, tick):
        renewing.renew(job.started_by, tick)


@task()
def read_and_rank(job_id: str) -> None:
    """Read every file that waits. The job's thing is the last file that was dropped.

    A file whose kept bytes can't be opened goes on waiting, and costs the others nothing.
    """
    with doing(job_id) as (job, tick):
        waiting = list(ReceivedFile.objects.filter(read_at=None).order_by("received_at", "id"))
        taken = read_files(waiting, job.started_by, options(), tick)
        with translation.override(job.started_by.language):
            job.sentence = _("New referrals: %(new)s. Set aside: %(aside)s.") % {
                "new": taken.new,
                "aside": taken.set_aside,
            }
            if taken.shut:
                job.sentence += " " + _(
                    "Files whose kept bytes can't be opened: %(shut)s. Ask the administrator to restore them."
                ) % {"shut": len(taken.shut)}
