"""People of a case. A child is a pseudonym here and nothing else: its record is opened with a reason."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from faru.desk import clock
from faru.desk.accounts.models import User
from faru.desk.cases.models.case import Case
from faru.desk.ids import new_id
from faru.desk.referrals.models import ReportedChild
from faru.desk.vault.fields import SealedField
from faru.desk.vault.models import Subject


class PersonKind(models.TextChoices):
    """What somebody is in a case."""

    SUSPECT = "suspect", _("suspect")
    WITNESS = "witness", _("witness")
    OTHER = "other", _("other person")
    CHILD = "child", _("child")


class Person(models.Model):
    """Somebody of a case, by a label that names nobody: "Suspect 1", "Child A of referral 1"."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    case = models.ForeignKey(Case, models.PROTECT, related_name="people")
    kind = models.CharField(max_length=10, choices=PersonKind.choices)
    label = models.CharField(max_length=60)
    child = models.ForeignKey(
        ReportedChild, models.PROTECT, null=True, related_name="+"
    )  # None: not reported
    added_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    added_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering: ClassVar = ["added_at", "id"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["case", "label"], name="person_label_once")]

    def __str__(self) -> str:
        return self.label


class PersonDetails(models.Model):
    """What is known of an adult. A correction is one more of these; the last one counts."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    person = models.ForeignKey(Person, models.PROTECT, related_name="details")
    subject = models.ForeignKey(Subject, models.PROTECT)  # the case's
    stated = SealedField()
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering: ClassVar = ["at", "id"]

    def __str__(self) -> str:
        return f"details of {self.person_id}"
