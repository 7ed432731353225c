"""Interrupts: facts that pre-empt everything, raised on a lead or a case by a rule or a person."""

from typing import ClassVar

from django.db import models

from faru.desk import clock
from faru.desk.accounts.models import User
from faru.desk.ids import new_id
from faru.desk.referrals.models.lead import Lead
from faru.desk.vault.fields import SealedField
from faru.desk.vault.models import Subject


class Interrupt(models.Model):
    """One interrupt. What it does, and what clearing it takes, stands in the pack's policy."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    kind = models.CharField(max_length=60)  # id of the policy's interrupt
    lead = models.ForeignKey(Lead, models.PROTECT, null=True, related_name="interrupts")
    case_id = models.UUIDField(
        null=True, db_index=True
    )  # for a case without a lead; cases stand above this app
    subject = models.ForeignKey(Subject, models.PROTECT)
    raised_at = models.DateTimeField(default=clock.now)
    raised_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")  # None: a rule
    why = SealedField()
    concerns = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")  # the officer it recuses
    taken_at = models.DateTimeField(null=True)
    taken_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    cleared_at = models.DateTimeField(null=True)
    cleared_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    clearing = SealedField(null=True)  # what the policy wants stated, by field

    class Meta:
        ordering: ClassVar = ["raised_at", "id"]
        indexes: ClassVar = [
            models.Index(fields=["lead"], condition=models.Q(cleared_at=None), name="interrupt_open"),
            models.Index(  # asked with every list of leads, and hardly ever of anybody
                fields=["concerns", "lead"],
                condition=models.Q(cleared_at=None, concerns__isnull=False),
                name="interrupt_conflict",
            ),
        ]

    def __str__(self) -> str:
        return self.kind
