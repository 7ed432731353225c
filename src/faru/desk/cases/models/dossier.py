"""Sealed files for the prosecutor."""

from typing import ClassVar

from django.db import models

from faru.desk import clock
from faru.desk.accounts.models import User
from faru.desk.cases.models.case import Case
from faru.desk.ids import new_id
from faru.desk.vault.models import Subject


class Dossier(models.Model):
    """One sealed dossier; its ZIP lies in DATA/dossiers, encrypted, and leaves as a download."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    case = models.ForeignKey(Case, models.PROTECT, related_name="dossiers")
    subject = models.ForeignKey(Subject, models.PROTECT)  # the case's
    number = models.PositiveIntegerField()  # from 1
    sha256 = models.CharField(max_length=64)
    size = models.BigIntegerField()  # bytes
    checkpoint = models.BigIntegerField()  # size of the ledger it stands on
    words = models.CharField(max_length=300)  # fingerprint of the key that signed it
    checks = models.JSONField()  # [[name, holds, sentence], ...] of its own verifier
    valid = models.BooleanField()
    built_at = models.DateTimeField(default=clock.now)
    built_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    sent_at = models.DateTimeField(null=True)
    sent_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering: ClassVar = ["-number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["case", "number"], name="dossier_number_once")
        ]

    def __str__(self) -> str:
        return f"dossier {self.number} of {self.case_id}"
