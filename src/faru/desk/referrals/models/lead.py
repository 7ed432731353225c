"""Leads: referrals joined by strong links, in the order in which they are worked. Edges are the truth."""

from datetime import UTC, datetime, timedelta
from typing import ClassVar, Final

from django.db import models
from django.db.models import Case, F, QuerySet, Value, When
from django.db.models.functions import Coalesce

from faru.desk import clock
from faru.desk.accounts.models import User
from faru.desk.ids import new_id
from faru.desk.vault.fields import SealedField
from faru.desk.vault.models import Subject
from faru.vocabulary.permissions import Permission

NOT_PINNED = 99
"""Place of a lead without an open pinning interrupt."""


class LeadState(models.TextChoices):
    """A lead's life."""

    NEW = "new"
    CLAIMED = "claimed"
    WAITING = "waiting"
    IN_CASE = "in_case"
    CLOSED = "closed"
    GONE = "gone"  # joined to another lead, or its referrals are in others now


OPEN = (LeadState.NEW, LeadState.CLAIMED, LeadState.WAITING)
LIVE = (*OPEN, LeadState.IN_CASE)


class Shelf(models.IntegerChoices):
    """States that a list shows together; the queue's index begins with it."""

    OPEN = 0
    IN_CASE = 1
    CLOSED = 2
    GONE = 3


_NEVER: Final = datetime(9999, 1, 1, tzinfo=UTC)
ORDER: Final = (
    "place",
    "clock_bucket",
    "clock_key",
    "work_key",
    "reported_key",
    "first_key",
    "id",
)
"""The queue's order as keys that only ascend. All but the bucket are columns, and stand in its index."""


def kept_from(viewer: User) -> QuerySet[models.Model]:
    """Ids of the leads that an open conflict of interest keeps somebody from: few, and read once a query."""
    conflicts = Lead.interrupts.rel.related_model.objects.filter(concerns=viewer, cleared_at=None)
    return conflicts.exclude(lead=None).order_by().values("lead_id")


class LeadSet(models.QuerySet["Lead"]):
    """Every reading of leads starts here."""

    def visible_to(self, viewer: User) -> "LeadSet":
        """Officers see all leads but those that an open conflict of interest keeps them from."""
        if not viewer.may(Permission.LEAD_READ):
            return self.none()
        return self.exclude(pk__in=kept_from(viewer))

    def bucketed(self, now: datetime) -> "LeadSet":
        """With the one key of the order that changes by itself: the clock runs, is not known, or ran out."""
        bucket = Case(
            When(clock_at__gt=now, then=0),
            When(clock_at=None, then=1),
            default=2,
            output_field=models.IntegerField(),
        )
        return self.annotate(clock_bucket=bucket)

    def in_order(self) -> "LeadSet":
        """The order of the queue: interrupt, band, clean before noisy, clock, workability, time reported.

        It sorts all it is given: `queries.leads` reads pages of a long list by the index.
        """
        return self.bucketed(clock.now()).order_by(*ORDER)

    def open(self) -> "LeadSet":
        """Those that somebody must still think of before they are in a case."""
        return self.filter(shelf=Shelf.OPEN)

    def dying(self, within: timedelta) -> "LeadSet":
        """Those still worked on whose decisive record goes within this time, of every band."""
        now = clock.now()
        return self.filter(clock_live__gt=now, clock_live__lte=now + within).order_by("clock_live", "id")


class Lead(models.Model):
    """The thing that is ranked and worked. Scores are those of the last ranking; the clock runs by itself."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    number = models.CharField(max_length=20, unique=True)  # "L-2026-0412"
    state = models.CharField(max_length=10, choices=LeadState.choices, default=LeadState.NEW, db_index=True)
    made_at = models.DateTimeField(default=clock.now, db_index=True)

    band = models.CharField(max_length=20)  # as scored
    band_override = models.CharField(max_length=20, blank=True)  # as a supervisor put it, with a reason
    band_place = models.PositiveIntegerField(default=9)  # of the band that counts; 0 is the gravest
    danger = models.PositiveIntegerField(default=0)  # 0 to 100
    workability = models.PositiveIntegerField(default=0)  # 0 to 100
    pin = models.PositiveIntegerField(default=NOT_PINNED)  # precedence of the open pinning interrupt
    noise = models.JSONField(default=list)  # labels
    noisy = models.BooleanField(default=False)
    clock_at = models.DateTimeField(null=True, db_index=True)  # when the next decisive record goes
    earliest_reading = models.BooleanField(default=False)
    first_reported_at = models.DateTimeField(null=True)
    first_key = models.CharField(max_length=300, blank=True)
    referral_count = models.PositiveIntegerField(default=0)
    rules_version = models.CharField(max_length=60, blank=True)
    pack_digest = models.CharField(max_length=64, blank=True)  # of the pack that it was scored with
    ranked_at = models.DateTimeField(default=clock.now)
    sheet_token = models.BinaryField(max_length=16, default=b"")  # of the score sheet as stored
    headline = models.CharField(max_length=300, blank=True)  # the gravest fired rule's own sentence

    owner = models.ForeignKey(User, models.PROTECT, null=True, related_name="leads")
    claimed_at = models.DateTimeField(null=True)
    waiting_until = models.DateTimeField(null=True)
    waiting_for = models.CharField(max_length=60, blank=True)  # id of a reason of the pack
    closed_reason = models.CharField(max_length=60, blank=True)
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    reopened_at = models.DateTimeField(null=True)
    case_id = models.UUIDField(null=True, db_index=True)  # cases stand above this app
    joined_to = models.ForeignKey("self", models.PROTECT, null=True, related_name="joined_from")
    joined_memory = models.JSONField(null=True)  # of a lead that joined another: what to give back
    news_at = models.DateTimeField(null=True)  # a referral arrived that its owner has not seen
    last_act = models.JSONField(null=True)  # what can be undone: the act, by whom, and the fields before it

    # What the queue is ordered by, as the database keeps it.
    shelf = models.GeneratedField(
        expression=Case(
            When(state__in=OPEN, then=Value(Shelf.OPEN.value)),
            When(state=LeadState.IN_CASE, then=Value(Shelf.IN_CASE.value)),
            When(state=LeadState.CLOSED, then=Value(Shelf.CLOSED.value)),
            default=Value(Shelf.GONE.value),
        ),
        output_field=models.IntegerField(),
        db_persist=True,
    )
    place = models.GeneratedField(  # interrupt, band, clean before noisy
        expression=F("pin") * 1000
        + F("band_place") * 10
        + Case(When(noisy=True, then=Value(1)), default=Value(0)),
        output_field=models.IntegerField(),
        db_persist=True,
    )
    clocked = models.GeneratedField(
        expression=Case(When(clock_at=None, then=Value(0)), default=Value(1)),
        output_field=models.IntegerField(),
        db_persist=True,
    )
    clock_key = models.GeneratedField(
        expression=Coalesce("clock_at", Value(_NEVER, models.DateTimeField())),
        output_field=models.DateTimeField(),
        db_persist=True,
    )
    clock_live = models.GeneratedField(  # of leads that are still worked on
        expression=Case(When(state__in=LIVE, then=F("clock_at")), default=None),
        output_field=models.DateTimeField(null=True),
        db_persist=True,
    )
    work_key = models.GeneratedField(
        expression=Value(100) - F("workability"), output_field=models.IntegerField(), db_persist=True
    )
    reported_key = models.GeneratedField(
        expression=Coalesce("first_reported_at", Value(_NEVER, models.DateTimeField())),
        output_field=models.DateTimeField(),
        db_persist=True,
    )
    objects = LeadSet.as_manager()

    class Meta:
        ordering: ClassVar = ["number"]
        indexes: ClassVar = [
            models.Index(
                fields=[
                    *("shelf", "place", "clocked", "clock_key"),
                    *("work_key", "reported_key", "first_key", "id"),
                ],
                name="lead_queue",
            ),
            models.Index(fields=["clock_live", "id"], name="lead_dying"),
            models.Index(fields=["shelf", "pack_digest", "ranked_at"], name="lead_scored"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def band_shown(self) -> str:
        """The band that counts."""
        return self.band_override or self.band

    @property
    def hours_left(self) -> float | None:
        """Hours until the next decisive record goes; 0 where all are gone, None where that is not known."""
        if self.clock_at is None:
            return None
        return max(0.0, (self.clock_at - clock.now()).total_seconds() / 3600)


class Sheet(models.Model):
    """A lead's score sheet, as far as one referral is its ground: sealed under that referral."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    lead = models.ForeignKey(Lead, models.PROTECT, related_name="sheets")
    referral = models.ForeignKey("referrals.Referral", models.PROTECT, related_name="+")
    subject = models.ForeignKey(Subject, models.PROTECT)
    reasons = SealedField()  # see `referrals.sheets`

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["lead", "referral"], name="sheet_once")]

    def __str__(self) -> str:
        return f"sheet of {self.lead_id}"


class Edge(models.Model):
    """One link between two referrals, as the last ranking drew it."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    a = models.ForeignKey("referrals.Referral", models.PROTECT, related_name="edges_a")
    b = models.ForeignKey("referrals.Referral", models.PROTECT, related_name="edges_b")
    subject = models.ForeignKey(Subject, models.PROTECT)  # of `a`
    kind = models.CharField(max_length=24)  # faru.triage.LinkKind
    value_token = models.BinaryField(max_length=16, db_index=True)  # of the key that it comes of
    value = SealedField()
    strength = models.CharField(max_length=10)  # faru.triage.Strength
    state = models.CharField(max_length=10)  # faru.triage.EdgeState
    reason = models.CharField(max_length=300)  # our own sentence, or the pack's
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    from_text = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["a", "b", "kind", "value_token"], name="edge_once")
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.a_id} {self.b_id}"


class OfficerEdge(models.Model):
    """What an officer said of two referrals: join or part. It survives every ranking, until it is undone."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    act = models.CharField(max_length=6)  # faru.triage.Act
    a = models.ForeignKey("referrals.Referral", models.PROTECT, related_name="+")
    b = models.ForeignKey("referrals.Referral", models.PROTECT, related_name="+")
    kinds = models.JSONField(default=list)  # kinds of edges that a parting switches off; none: all
    reason = models.CharField(max_length=60)  # id of a reason of the pack
    subject = models.ForeignKey(Subject, models.PROTECT)  # of `a`
    words = SealedField(null=True)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now)
    undone_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    def __str__(self) -> str:
        return f"{self.act} {self.a_id} {self.b_id}"


class Counter(models.Model):
    """Numbers for people: the last one given, by kind and year."""

    name = models.CharField(primary_key=True, max_length=20)  # "L-2026"
    last = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.name}-{self.last:04}"
