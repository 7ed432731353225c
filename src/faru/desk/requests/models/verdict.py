"""What a carrier's records prove about one observation."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from faru.desk import clock
from faru.desk.accounts.models import User
from faru.desk.ids import new_id
from faru.desk.referrals.models import Observation
from faru.desk.requests.models.request import LegalRequest
from faru.desk.vault.fields import SealedField
from faru.desk.vault.models import Subject


class VerdictRow(models.Model):
    """One verdict of the engine, whole, sealed under the referral. A newer one leaves the older where it is.

    Clear is only what counts: no subscriber can be found or compared in the database.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    observation = models.ForeignKey(Observation, models.PROTECT, related_name="verdicts")
    request = models.ForeignKey(LegalRequest, models.PROTECT, related_name="verdicts")
    subject = models.ForeignKey(Subject, models.PROTECT)  # the referral's
    kind = models.CharField(max_length=16)  # faru.attribution.verdicts.VerdictKind
    method = models.CharField(max_length=40)
    subscribers = models.PositiveIntegerField()
    rows = models.PositiveIntegerField()  # candidates
    rows_checked = models.PositiveIntegerField()  # by the second computation
    body = SealedField()  # see `requests.codec`
    at = models.DateTimeField(default=clock.now)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    current = models.BooleanField(default=True)

    class Meta:
        ordering: ClassVar = ["at", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["observation", "request"], condition=Q(current=True), name="verdict_current"
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} on {self.observation_id}"
