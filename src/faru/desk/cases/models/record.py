"""What was recorded of a case: steps, signatures, omissions, moves, facts, events. Rows are only added."""

from datetime import datetime
from typing import ClassVar

from django.db import models

from faru.desk import clock
from faru.desk.accounts.models import User
from faru.desk.cases.models.case import Case
from faru.desk.cases.models.dossier import Dossier
from faru.desk.cases.models.paper import DocumentVersion
from faru.desk.ids import new_id
from faru.desk.vault.fields import SealedField
from faru.desk.vault.models import Subject


class StepDone(models.Model):
    """A record of a step. Whether it makes the step done is the policy's answer."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    case = models.ForeignKey(Case, models.PROTECT, related_name="steps")
    subject = models.ForeignKey(Subject, models.PROTECT)  # the case's
    step = models.CharField(max_length=60)
    stated = SealedField()  # see `cases.stated`
    document = models.ForeignKey(DocumentVersion, models.PROTECT, null=True, related_name="+")
    dossier = models.ForeignKey(Dossier, models.PROTECT, null=True, related_name="steps")
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    role = models.CharField(max_length=60)
    at = models.DateTimeField(default=clock.now)  # when it was written down
    occurred_at = models.DateTimeField(null=True)  # when it was done, where that was earlier

    class Meta:
        ordering: ClassVar = ["at", "id"]

    def __str__(self) -> str:
        return f"{self.step} of {self.case_id}"

    @property
    def done_at(self) -> datetime:
        """When it was done."""
        return self.occurred_at or self.at

    @property
    def attached(self) -> str | None:
        """The SHA-256 of what goes with it."""
        if self.dossier is not None:
            return self.dossier.sha256
        return None if self.document is None else self.document.sha256


class SignOff(models.Model):
    """A second person's signature under a record; one a record, whoever is first."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    done = models.OneToOneField(StepDone, models.PROTECT, related_name="signoff")
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    role = models.CharField(max_length=60)
    at = models.DateTimeField(default=clock.now)

    def __str__(self) -> str:
        return f"signature under {self.done_id}"


class Skip(models.Model):
    """A step left out on purpose."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    case = models.ForeignKey(Case, models.PROTECT, related_name="skips")
    subject = models.ForeignKey(Subject, models.PROTECT)
    step = models.CharField(max_length=60)
    stated = SealedField()
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    role = models.CharField(max_length=60)
    at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering: ClassVar = ["at", "id"]

    def __str__(self) -> str:
        return f"{self.step} of {self.case_id} left out"


class EventHappened(models.Model):
    """Something that happened: it starts or stops clocks."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    case = models.ForeignKey(Case, models.PROTECT, related_name="events")
    kind = models.CharField(max_length=60)
    happened_at = models.DateTimeField()
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering: ClassVar = ["happened_at", "id"]

    def __str__(self) -> str:
        return f"{self.kind} of {self.case_id}"


class Moved(models.Model):
    """A move to another stage. `place` counts the moves of a case: two people at once make one."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    case = models.ForeignKey(Case, models.PROTECT, related_name="moves")
    place = models.PositiveIntegerField()
    to = models.CharField(max_length=60)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    role = models.CharField(max_length=60)
    at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering: ClassVar = ["place"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["case", "place"], name="move_once")]

    def __str__(self) -> str:
        return f"{self.case_id} to {self.to}"


class StatedFact(models.Model):
    """A fact of the case as somebody stated it; the last one counts, and None takes it back."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    case = models.ForeignKey(Case, models.PROTECT, related_name="facts")
    subject = models.ForeignKey(Subject, models.PROTECT)
    name = models.CharField(max_length=60)
    value = SealedField()  # {"value": ...}
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering: ClassVar = ["at", "id"]

    def __str__(self) -> str:
        return f"{self.name} of {self.case_id}"


class Clock(models.Model):
    """A running clock of a case as last judged, for lists over many cases; no interrupt's is among them."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    case = models.ForeignKey(Case, models.PROTECT, related_name="clocks")
    sentence = models.CharField(max_length=300)  # the policy's own words: they name nobody
    due = models.DateTimeField(null=True, db_index=True)  # None: nobody has stated how long
    owner = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    owner_role = models.CharField(max_length=60)
    confirmed = models.BooleanField()  # False: the law behind it is not confirmed

    class Meta:
        ordering: ClassVar = ["due", "id"]

    def __str__(self) -> str:
        return f"clock of {self.case_id}"
