"""What a carrier sent: the raw bytes first, then what was read of them; and what it declares to cover."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from faru.desk import clock
from faru.desk.accounts.models import User
from faru.desk.ids import new_id
from faru.desk.requests.models.request import LegalRequest
from faru.desk.vault.fields import SealedField
from faru.desk.vault.models import Subject


class Part(models.TextChoices):
    """Which part of an answer a file is."""

    RECORDS = "records", _("records")
    COVERAGE = "coverage", _("statement of coverage")


class AnswerState(models.TextChoices):
    """How far a file is."""

    RECEIVED = "received", _("received")
    TRIED = "tried", _("read on trial")
    IMPORTED = "imported", _("taken over")
    BROKEN = "broken", _("can't be read")


class Answer(models.Model):
    """One delivered file. Its bytes lie sealed in DATA/raw; its records, once read, in DATA/records.

    Where it answers several requests (`requests.sharing`) the first has the bytes and the store, and the
    others name it under `same_as`.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    request = models.ForeignKey(LegalRequest, models.PROTECT, related_name="answers")
    subject = models.OneToOneField(Subject, models.PROTECT)
    same_as = models.ForeignKey("self", models.PROTECT, null=True, related_name="shared")
    position = models.PositiveIntegerField()  # 1 is the first file of its request
    part = models.CharField(max_length=10, choices=Part.choices)
    state = models.CharField(max_length=10, choices=AnswerState.choices, default=AnswerState.RECEIVED)
    name = SealedField()  # as delivered
    sha256 = models.CharField(max_length=64)
    size = models.BigIntegerField()  # bytes
    kept = models.BooleanField(default=True)  # False: no table; only its hash is kept
    received_at = models.DateTimeField(default=clock.now)
    received_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    read_at = models.DateTimeField(null=True)
    rows = models.PositiveBigIntegerField(null=True)
    rejected = models.PositiveBigIntegerField(null=True)
    overlaps = models.PositiveBigIntegerField(null=True)
    report = SealedField(null=True)  # see `requests.trial`; for a broken file {"fault": sentence}
    store = models.CharField(max_length=200, blank=True)  # in DATA/records; "": nothing is taken over
    rejects = models.UUIDField(null=True)  # the sealed file of rows set aside

    class Meta:
        ordering: ClassVar = ["position"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["request", "position"], name="answer_position"),
            models.UniqueConstraint(fields=["request", "sha256"], name="answer_once"),
        ]

    def __str__(self) -> str:
        return f"answer {self.position} of {self.request_id}"

    @property
    def first(self) -> "Answer":
        """The answer under which the bytes and the rows set aside are sealed: itself, mostly."""
        return self.same_as or self


class CoverageRow(models.Model):
    """One declaration of the carrier: the records of these addresses are complete from then to then."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    request = models.ForeignKey(LegalRequest, models.PROTECT, related_name="coverage")
    answer = models.ForeignKey(Answer, models.PROTECT, null=True, related_name="coverage")  # None: keyed in
    subject = models.ForeignKey(Subject, models.PROTECT)  # the request's
    addresses = models.CharField(max_length=60)  # an address or a prefix
    start = models.DateTimeField()
    end = models.DateTimeField()  # not included
    record_kind = models.CharField(max_length=8, blank=True)  # RecordKind; "": every kind
    source = SealedField()  # where the carrier says so, in words
    stated_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering: ClassVar = ["at", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["request", "addresses", "start", "end", "record_kind"], name="coverage_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.addresses} {self.start:%Y-%m-%d}"
