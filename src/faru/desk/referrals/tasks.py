"""Intake in the background: read what was received, then rank. Ids only; may run twice."""

from django_tasks import task

from faru.desk.referrals import ranking
from faru.desk.referrals.models import ReceivedFile
from faru.desk.referrals.reading import options, read_received
from faru.desk.work.jobs import doing


@task()
def read_and_rank(job_id: str) -> None:
    """Read every file that waits, rank once. The job's thing is the last file that was dropped."""
    with doing(job_id) as (job, tick):
        waiting = list(ReceivedFile.objects.filter(read_at=None).order_by("received_at", "id"))
        total, chosen = len(waiting) + 1, options()
        tick(0, total)
        new = aside = 0
        for count, file in enumerate(waiting, 1):
            taken = read_received(file, job.started_by, chosen)
            new += taken.new
            aside += taken.set_aside
            tick(count, total)
        ranking.rerank(job.started_by)
        tick(total, total)
        job.sentence = f"{new} new referrals, {aside} parts set aside."
