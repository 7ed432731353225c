"""What referrals can be linked by, as keyed hashes: a new one finds its kin by looking these up."""

from typing import ClassVar

from django.db import models

from faru.desk.referrals.models.referral import Referral


class LinkKey(models.Model):
    """One key (`faru.triage.holding`) that the newest version of a referral holds. Only equality shows."""

    token = models.BinaryField(max_length=16)
    referral = models.ForeignKey(Referral, models.PROTECT, related_name="link_keys", db_index=False)
    file = models.BooleanField()  # a file's hash; else an identifier or a number of the sender's
    grade = models.PositiveSmallIntegerField()  # faru.triage.holding.Grade
    sealed = models.BooleanField(default=False)  # a child's value

    class Meta:
        indexes: ClassVar = [models.Index(fields=["token", "grade"], name="link_key_token")]
        constraints: ClassVar = [models.UniqueConstraint(fields=["referral", "token"], name="link_key_once")]

    def __str__(self) -> str:
        return f"a key of {self.referral_id}"
