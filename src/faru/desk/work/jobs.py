"""Starting long work and telling how far it is.

A job's function is a task of django-tasks that takes the job's id alone, and may run twice: a worker that was
killed in the middle leaves its task to the next one.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final
from uuid import UUID

from faru.desk import clock, faults
from faru.desk.accounts.models import User
from faru.desk.accounts.scope import viewer_scope
from faru.desk.journal.acting import Denied, Refused
from faru.desk.work.models import Job, JobState

OFTEN_S: Final = 0.3
"""Progress is written this often at most."""


def start(task: Any, *, kind: str, thing: UUID, by: User) -> Job:
    """Put a job in the queue. Inside an action it commits with the action."""
    job = Job.objects.create(kind=kind, thing=thing, started_by=by)
    task.enqueue(str(job.id))
    return job


def running(kind: str, thing: UUID) -> Job | None:
    """The newest job of this kind on this thing that is not over."""
    return (
        Job.objects.filter(kind=kind, thing=thing).exclude(state__in=[JobState.DONE, JobState.FAILED]).first()
    )


@contextmanager
def doing(job_id: str) -> Iterator[tuple[Job, Callable[[int, int], None]]]:
    """The job while it runs, and a function that is told (done, in all).

    It reads with the eyes of the person who started it. A rule's refusal ends it with its sentence; any other
    fault ends it with a plain one, and is raised.
    """
    job = Job.objects.select_related("started_by").get(pk=job_id)
    with viewer_scope(job.started_by):
        yield from _doing(job)


def _doing(job: Job) -> Iterator[tuple[Job, Callable[[int, int], None]]]:
    job.state, job.started_at, job.done = JobState.RUNNING, clock.now(), 0
    job.save(update_fields=["state", "started_at", "done"])
    told = [0.0]

    def tick(done: int, total: int) -> None:
        if done == total or time.monotonic() - told[0] > OFTEN_S:
            told[0] = time.monotonic()
            Job.objects.filter(pk=job.pk).update(done=done, total=total)

    try:
        yield job, tick
    except (Refused, Denied) as fault:
        _end(job, JobState.FAILED, str(fault))
    except BaseException as fault:
        known = faults.of(fault)
        said = f"This did not work ({type(fault).__name__})" if known is None else known.sentence.rstrip(".")
        _end(job, JobState.FAILED, f"{said}; it can be tried again.")
        raise
    else:
        _end(job, JobState.DONE, job.sentence)


def _end(job: Job, state: JobState, sentence: str) -> None:
    Job.objects.filter(pk=job.pk).update(state=state, sentence=sentence[:300], ended_at=clock.now())
