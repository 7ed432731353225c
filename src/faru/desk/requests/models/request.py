"""A request to one carrier and its lines: each a frozen copy of what a referral reports."""

from typing import ClassVar, Final

from django.db import models
from django.utils.translation import gettext_lazy as _

from faru.desk import clock, unit
from faru.desk.accounts.models import User
from faru.desk.ids import new_id
from faru.desk.referrals.models import Lead, Observation
from faru.desk.vault.fields import SealedField
from faru.desk.vault.models import Subject
from faru.packs.model import LetterKind
from faru.vocabulary.permissions import Permission


class RequestState(models.TextChoices):
    """A request's life."""

    DRAFTED = "drafted", _("drafted")
    APPROVED = "approved", _("approved")
    SERVED = "served", _("served")
    ANSWERED = "answered", _("answered")
    CLOSED = "closed", _("closed")
    REFUSED = "refused", _("refused")
    WITHDRAWN = "withdrawn", _("withdrawn")


LIVE: Final = (RequestState.DRAFTED, RequestState.APPROVED, RequestState.SERVED, RequestState.ANSWERED)
"""What is still worked on."""


class Served(models.TextChoices):
    """How a request reached its carrier."""

    EMAIL = "email", _("by e-mail")
    HAND = "hand", _("by hand")
    PORTAL = "portal", _("through the carrier's portal")


class RequestSet(models.QuerySet["LegalRequest"]):
    """Every reading of requests starts here."""

    def visible_to(self, viewer: User) -> "RequestSet":
        """Those who may read requests, but none about a lead that a conflict of interest keeps them from."""
        if not viewer.may(Permission.REQUEST_READ):
            return self.none()
        kept_from = Lead.objects.filter(interrupts__concerns=viewer, interrupts__cleared_at=None)
        about = RequestLine.objects.filter(observation__referral__lead__in=kept_from)
        return self.exclude(pk__in=about.values("request_id"))


class LegalRequest(models.Model):
    """One request to one carrier. Its approval covers exactly the lines it had then."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    number = models.CharField(max_length=20, unique=True)  # "R-2026-0007"
    subject = models.OneToOneField(Subject, models.PROTECT)
    kind = models.CharField(max_length=16, choices=[(one.value, one.value) for one in LetterKind])
    letter = models.CharField(max_length=60)  # id in the pack
    carrier = models.CharField(max_length=60, db_index=True)  # id in the pack
    state = models.CharField(
        max_length=10, choices=RequestState.choices, default=RequestState.DRAFTED, db_index=True
    )
    drafted_at = models.DateTimeField(default=clock.now)
    drafted_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    changed_by = models.ForeignKey(User, models.PROTECT, related_name="+")  # whoever last touched its lines
    approved_at = models.DateTimeField(null=True)
    approved_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    approved_digest = models.CharField(max_length=64, blank=True)  # of the lines that were approved
    served_at = models.DateTimeField(null=True)
    served_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    served_how = models.CharField(max_length=10, choices=Served.choices, blank=True)
    due_at = models.DateTimeField(null=True, db_index=True)  # None: the carrier's pace is not known
    answered_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)  # closed, refused or withdrawn
    ended_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    ended_reason = models.CharField(max_length=60, blank=True)  # id of a reason of the pack, where refused
    words = SealedField(null=True)  # of whoever ended it
    objects = RequestSet.as_manager()

    class Meta:
        ordering: ClassVar = ["-drafted_at", "-id"]

    def __str__(self) -> str:
        return self.number

    @property
    def carrier_name(self) -> str:
        """The carrier as the pack names it; its id where the pack has it no more."""
        names = {one.id: one.name for one in unit.pack().carriers}
        return names.get(self.carrier, self.carrier)

    @property
    def overdue(self) -> bool:
        """Its answer should be here."""
        return self.awaited and self.due_at is not None and self.due_at <= clock.now()

    @property
    def changeable(self) -> bool:
        """Lines may still come and go."""
        return self.state in (RequestState.DRAFTED, RequestState.APPROVED)

    @property
    def out(self) -> bool:
        """It went to the carrier: answers may come."""
        return self.state in (RequestState.SERVED, RequestState.ANSWERED)

    @property
    def awaited(self) -> bool:
        """Served, and nothing came yet."""
        return self.state == RequestState.SERVED


class LeftOut(models.TextChoices):
    """Why a line of a request is not asked."""

    ZONE = "zone", _("its time states no zone, or day and month could be swapped")


class RequestLine(models.Model):
    """One observation in one request, under the id that the answer must echo."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    request = models.ForeignKey(LegalRequest, models.PROTECT, related_name="lines")
    observation = models.ForeignKey(Observation, models.PROTECT, related_name="request_lines")
    subject = models.ForeignKey(Subject, models.PROTECT)  # the referral's
    line_id = models.CharField(max_length=80)  # faru.mainjob.requests.question_id
    asked = SealedField()  # see `requests.lines`
    left_out = models.CharField(max_length=8, choices=LeftOut.choices, blank=True)  # "": it is asked
    dies_at = models.DateTimeField(null=True)  # of the decisive record, when the line was made
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=16)  # of its request
    live = models.BooleanField(default=True)  # False: it may be asked again (refused, withdrawn, unanswered)

    class Meta:
        ordering: ClassVar = ["line_id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["request", "observation"], name="request_line_once"),
            models.UniqueConstraint(
                fields=["observation", "kind"], condition=models.Q(live=True), name="asked_once"
            ),
        ]

    def __str__(self) -> str:
        return self.line_id
