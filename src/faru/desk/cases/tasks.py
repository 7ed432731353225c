"""Building a dossier in the background. Ids only; may run twice."""

from django_tasks import task

from faru.desk.cases.models import Case, Dossier
from faru.desk.work.jobs import doing


@task()
def build_dossier(job_id: str) -> None:
    """Build the dossier of the job's case. What a killed worker had finished is not built again."""
    from faru.desk.cases.dossiers import build_now  # it starts this task

    with doing(job_id) as (job, tick):
        case = Case.objects.get(pk=job.thing)
        made = Dossier.objects.filter(case=case, built_by=job.started_by, built_at__gte=job.made_at).first()
        if made is None:
            made = build_now(actor=job.started_by, case=case, tick=tick)
        job.sentence = f"Dossier {made.number} is sealed."
