"""What passes from one officer on duty to the next: the handover, and calls that were promised."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from faru.desk import clock
from faru.desk.accounts.models import User
from faru.desk.ids import new_id
from faru.desk.referrals.models import Lead
from faru.desk.referrals.models.lead import kept_from
from faru.desk.vault.fields import SealedField
from faru.desk.vault.models import Subject
from faru.vocabulary.permissions import Permission


class Handover(models.Model):
    """One handover: what stood open when the outgoing officer signed, and who accepted it.

    `snapshot` holds ids, numbers and our own sentences (see `duty.snapshot`): nothing of a child.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    subject = models.ForeignKey(Subject, models.PROTECT, related_name="+")  # the unit
    outgoing = models.ForeignKey(User, models.PROTECT, related_name="+")
    signed_at = models.DateTimeField(default=clock.now, db_index=True)
    snapshot = SealedField()
    words = SealedField(null=True)  # what the next one should know
    incoming = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    accepted_at = models.DateTimeField(null=True)
    replaced_at = models.DateTimeField(null=True)  # signed again before anybody accepted it

    class Meta:
        ordering: ClassVar = ["-signed_at", "-id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(incoming=None) | ~Q(incoming=F("outgoing")), name="handover_two_people"
            ),
            models.UniqueConstraint(
                fields=["subject"],
                condition=Q(accepted_at=None, replaced_at=None),
                name="handover_one_open",
            ),
        ]

    def __str__(self) -> str:
        return f"handover of {self.signed_at:%Y-%m-%d %H:%M}"


class PromiseSet(models.QuerySet["Promise"]):
    """Every reading of promises starts here."""

    def visible_to(self, viewer: User) -> "PromiseSet":
        """All but those about a lead that the viewer may not see."""
        if not viewer.may(Permission.LEAD_READ):
            return self.filter(lead=None)
        return self.filter(Q(lead=None) | ~Q(lead__in=kept_from(viewer)))


class Promise(models.Model):
    """A call that was promised. Its words are sealed under the lead's first referral, or the unit."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    subject = models.ForeignKey(Subject, models.PROTECT, related_name="+")
    lead = models.ForeignKey(Lead, models.PROTECT, null=True, related_name="promises")
    said = SealedField()  # {"whom": ..., "about": ...}
    due_at = models.DateTimeField(db_index=True)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=clock.now)
    kept_at = models.DateTimeField(null=True)
    kept_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    objects = PromiseSet.as_manager()

    class Meta:
        ordering: ClassVar = ["due_at", "id"]

    def __str__(self) -> str:
        return f"call promised for {self.due_at:%Y-%m-%d %H:%M}"
