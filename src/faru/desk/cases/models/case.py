"""Cases, the referrals they hold, and who works on them."""

from datetime import datetime
from typing import ClassVar

from django.db import models
from django.db.models import Case as Either
from django.db.models import Exists, OuterRef, Q, Value, When

from faru.desk import clock
from faru.desk.accounts.models import User
from faru.desk.ids import new_id
from faru.desk.referrals.models import Interrupt, Lead, Referral
from faru.desk.vault.fields import SealedField
from faru.desk.vault.models import Subject
from faru.vocabulary.permissions import Permission


class CaseSet(models.QuerySet["Case"]):
    """Every reading of cases starts here."""

    def visible_to(self, viewer: User) -> "CaseSet":
        """Members their cases, some roles all, the prosecutor those sent; nobody one that recuses them."""
        seen = self if viewer.may(Permission.CASE_READ_ALL) else self.filter(_reach(viewer))
        recused = Interrupt.objects.filter(concerns=viewer, cleared_at=None).filter(
            Q(case_id=OuterRef("pk")) | Q(lead_id=OuterRef("lead_id")) | Q(lead__case_id=OuterRef("pk"))
        )
        return seen.filter(~Exists(recused))


def _reach(viewer: User) -> Q:
    reach = Q(pk__in=[])
    if viewer.may(Permission.CASE_READ):
        reach |= Q(pk__in=Member.objects.active(clock.now()).filter(user=viewer).values("case_id"))
    if viewer.may(Permission.CASE_READ_SENT):
        reach |= Q(sent_at__isnull=False)
    return reach


class Case(models.Model):
    """One case. Its stage is the policy's answer, kept here for lists; the records beneath are the truth."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    number = models.CharField(max_length=20, unique=True)  # "C-2026-0007"
    subject = models.OneToOneField(Subject, models.PROTECT)
    lead = models.ForeignKey(Lead, models.PROTECT, null=True, related_name="cases")  # None: from paper
    policy = models.CharField(max_length=80)
    version = models.CharField(max_length=40)
    pack_digest = models.CharField(max_length=64)
    opened_at = models.DateTimeField(default=clock.now, db_index=True)
    opened_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    title = SealedField(null=True)

    stage = models.CharField(max_length=60)
    stage_entered_at = models.DateTimeField()
    missing = models.PositiveIntegerField(default=0)  # steps that are not done, as last judged
    outcome = models.CharField(max_length=40, blank=True)  # faru.policy.Outcome
    sent_at = models.DateTimeField(null=True)  # a dossier went to the prosecutor
    closed_at = models.DateTimeField(null=True, db_index=True)
    closed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    ended = models.GeneratedField(  # closed or not: what a list of cases begins with
        expression=Either(When(closed_at=None, then=Value(0)), default=Value(1)),
        output_field=models.IntegerField(),
        db_persist=True,
    )
    objects = CaseSet.as_manager()

    class Meta:
        ordering: ClassVar = ["-opened_at", "-id"]
        indexes: ClassVar = [models.Index(fields=["ended", "opened_at", "id"], name="case_list")]

    def __str__(self) -> str:
        return self.number


class CaseReferral(models.Model):
    """A referral of a case. It stays with the case, whatever its lead is joined to or parted from."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    case = models.ForeignKey(Case, models.PROTECT, related_name="held")
    referral = models.ForeignKey(Referral, models.PROTECT, related_name="held_by")
    position = models.PositiveIntegerField()  # from 1: "referral 2" of this case

    class Meta:
        ordering: ClassVar = ["position"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["case", "referral"], name="case_referral_once")
        ]

    def __str__(self) -> str:
        return f"referral {self.position} of {self.case_id}"


class MemberSet(models.QuerySet["Member"]):
    """Who works on cases."""

    def active(self, at: datetime) -> "MemberSet":
        """Those who do at `at`."""
        return self.filter(Q(until=None) | Q(until__gt=at), since__lte=at)


class Member(models.Model):
    """Somebody in a role of the policy. With `until` it is a delegation, and its author is `added_by`."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    case = models.ForeignKey(Case, models.PROTECT, related_name="members")
    user = models.ForeignKey(User, models.PROTECT, related_name="memberships")
    role = models.CharField(max_length=60)
    since = models.DateTimeField(default=clock.now)
    until = models.DateTimeField(null=True)  # not included
    delegated = models.BooleanField(default=False)  # stands in for a role that the user does not hold
    added_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    objects = MemberSet.as_manager()

    class Meta:
        ordering: ClassVar = ["since", "id"]

    def __str__(self) -> str:
        return f"{self.user}: {self.role}"
