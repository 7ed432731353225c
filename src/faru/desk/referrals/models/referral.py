"""Referrals as read, each reported child in a sealed record of its own, and what was observed."""

from typing import ClassVar

from django.db import models

from faru.desk import clock
from faru.desk.accounts.models import User
from faru.desk.ids import new_id
from faru.desk.referrals.models.lead import Lead, kept_from
from faru.desk.referrals.models.received import ReceivedFile
from faru.desk.vault.fields import SealedField
from faru.desk.vault.models import Subject
from faru.vocabulary.permissions import Permission


class ReferralSet(models.QuerySet["Referral"]):
    """Every reading of referrals starts here."""

    def visible_to(self, viewer: User) -> "ReferralSet":
        """What this viewer may see: the referrals of the leads they may see."""
        if not viewer.may(Permission.LEAD_READ):
            return self.none()
        return self.exclude(lead=None).exclude(lead__in=kept_from(viewer))


class Referral(models.Model):
    """One alert as received from one sender; never edited. `body` is all of it but its children."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    subject = models.OneToOneField(Subject, models.PROTECT)
    file = models.ForeignKey(ReceivedFile, models.PROTECT, related_name="referrals")
    lead = models.ForeignKey(Lead, models.PROTECT, related_name="referrals")
    first_lead = models.ForeignKey(Lead, models.PROTECT, related_name="+")  # before any joining
    sender = models.CharField(max_length=80)
    number = models.CharField(max_length=200, blank=True)  # the sender's; "" where it gave none
    sha256 = models.CharField(max_length=64)  # of its own bytes
    format = models.CharField(max_length=40)
    platform = models.CharField(max_length=200, blank=True)
    incident_type = models.CharField(max_length=40, blank=True)
    incident_at = models.DateTimeField(null=True)
    reported_at = models.DateTimeField(null=True)
    received_at = models.DateTimeField(default=clock.now, db_index=True)
    tlp = models.CharField(max_length=20, blank=True)
    children_count = models.PositiveIntegerField(default=0)
    current = models.BooleanField(default=True)  # False: a newer version of the same number came
    body = SealedField()
    objects = ReferralSet.as_manager()

    class Meta:
        ordering: ClassVar = ["received_at", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["sender", "number", "sha256"], name="referral_identity")
        ]
        indexes: ClassVar = [
            models.Index(fields=["incident_at"], name="referral_incident"),
            models.Index(fields=["sha256"], name="referral_sha256"),
        ]

    def __str__(self) -> str:
        return f"{self.sender} {self.number or self.sha256[:12]}"


class ReportedChild(models.Model):
    """One reported child, sealed under a subject of its own from the first minute. Shown as its label."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    referral = models.ForeignKey(Referral, models.PROTECT, related_name="children")
    subject = models.OneToOneField(Subject, models.PROTECT)
    position = models.PositiveIntegerField()
    label = models.CharField(max_length=20)  # "Child A"
    role = models.CharField(max_length=20)
    age = models.PositiveIntegerField(null=True)  # kept open: alone it names nobody
    body = SealedField()

    class Meta:
        ordering: ClassVar = ["position"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["referral", "position"], name="reported_child_once")
        ]

    def __str__(self) -> str:
        return self.label


class Arrival(models.Model):
    """That a referral came with a file. A second arrival of the same bytes is one more of these."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    referral = models.ForeignKey(Referral, models.PROTECT, related_name="arrivals")
    file = models.ForeignKey(ReceivedFile, models.PROTECT)
    at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering: ClassVar = ["at", "id"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["referral", "file"], name="arrival_once")]

    def __str__(self) -> str:
        return f"{self.referral_id} with {self.file_id}"


class Observation(models.Model):
    """One address at one time, as reported, and its carrier. A child's own reads "sealed"."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    referral = models.ForeignKey(Referral, models.PROTECT, related_name="observations")
    index = models.PositiveIntegerField()  # in the referral
    of_child = models.BooleanField(default=False)  # then address and port stand in the child's record alone
    address = models.CharField(
        max_length=45, blank=True, db_index=True
    )  # canonical; "" for none or a child's
    port = models.PositiveIntegerField(null=True)
    at = models.DateTimeField(null=True)  # None: no time, or its zone is not stated
    event = models.CharField(max_length=60, blank=True)
    carrier = models.CharField(max_length=60, blank=True)  # id in the pack; "" where none held it
    shared = models.BooleanField(null=True)  # behind carrier-grade NAT; None: not stated
    dies_at = models.DateTimeField(null=True, db_index=True)  # when the decisive record goes; None: unknown
    earliest_reading = models.BooleanField(default=False)

    class Meta:
        ordering: ClassVar = ["index"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["referral", "index"], name="observation_once")
        ]
        indexes: ClassVar = [models.Index(fields=["carrier", "dies_at"], name="observation_dies")]

    def __str__(self) -> str:
        return f"observation {self.index} of {self.referral_id}"
