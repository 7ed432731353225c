"""A job: long work in the background, with how far it is. The queue itself is django-tasks' own table."""

from typing import ClassVar

from django.db import models
from django.urls import reverse

from faru.desk import clock
from faru.desk.accounts.models import User
from faru.desk.ids import new_id


class JobState(models.TextChoices):
    """How a job stands."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"  # the sentence says why, and what to do


class Job(models.Model):
    """Ids and counts only: nothing in it may say anything of a person."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    kind = models.CharField(max_length=40)  # "ingest", "answer", "dossier"
    thing = models.UUIDField(db_index=True)  # what it works on
    state = models.CharField(max_length=10, choices=JobState.choices, default=JobState.WAITING)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(null=True)
    sentence = models.CharField(max_length=300, blank=True)
    started_by = models.ForeignKey(User, models.PROTECT)
    made_at = models.DateTimeField(default=clock.now)
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["-made_at"]

    def __str__(self) -> str:
        return f"{self.kind} {self.id}"

    @property
    def url(self) -> str:
        """Where its progress is told."""
        return reverse("job", args=[self.pk])

    @property
    def over(self) -> bool:
        """Nothing more will happen."""
        return self.state in (JobState.DONE, JobState.FAILED)

    @property
    def eta_s(self) -> int | None:
        """Seconds left at the pace so far; None where that can't be said."""
        if self.state != JobState.RUNNING or not self.total or not self.done or self.started_at is None:
            return None
        took = (clock.now() - self.started_at).total_seconds()
        return max(0, round(took * (self.total - self.done) / self.done))
