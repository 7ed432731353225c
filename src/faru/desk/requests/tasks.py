"""Long work on answers, in the background. Ids only; each may run twice."""

from django_tasks import task

from faru.desk.requests.models import Answer, LegalRequest
from faru.desk.work.jobs import doing


@task()
def read_on_trial(job_id: str) -> None:
    """Read a delivered file on trial. The job's thing is the answer."""
    from faru.desk.requests import reading

    with doing(job_id) as (job, tick):
        answer = Answer.objects.select_related("request").get(pk=job.thing)
        reading.try_answer(job.started_by, answer, tick)


@task()
def take_over(job_id: str) -> None:
    """Take an answer's records over. The job's thing is the answer."""
    from faru.desk.requests import reading

    with doing(job_id) as (job, tick):
        answer = Answer.objects.select_related("request").get(pk=job.thing)
        reading.take_over(job.started_by, answer, tick)


@task()
def reach_verdicts(job_id: str) -> None:
    """Hold an answer against its request. The job's thing is the request."""
    from faru.desk.requests import resolving

    with doing(job_id) as (job, tick):
        count = resolving.resolve_request(job.started_by, LegalRequest.objects.get(pk=job.thing), tick)
        job.sentence = f"{count} verdicts."
