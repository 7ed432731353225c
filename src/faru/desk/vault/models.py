"""Subjects, the keys they are sealed under, and the blind index."""

from typing import ClassVar
from uuid import UUID

from django.db import models

from faru.desk import clock
from faru.desk.ids import new_id


class SubjectKind(models.TextChoices):
    """Whose key it is."""

    UNIT = "unit"  # the unit's own business
    FILE = "file"  # one received file
    REFERRAL = "referral"
    CHILD = "child"  # one reported child
    CASE = "case"


class Subject(models.Model):
    """Something that can be forgotten as a whole: destroy its keys, and what was sealed under it is gone."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    kind = models.CharField(max_length=12, choices=SubjectKind.choices)
    made_at = models.DateTimeField(default=clock.now)

    def __str__(self) -> str:
        return f"{self.kind} {self.id}"


class DataKey(models.Model):
    """A subject's key, wrapped by a key that lies outside the database."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    subject = models.OneToOneField(Subject, models.CASCADE, related_name="data_key")
    wrapped = models.BinaryField()
    wrapping_key = models.CharField(max_length=16)  # which of the unit's wrapping keys
    made_at = models.DateTimeField(default=clock.now)

    def __str__(self) -> str:
        return str(self.id)


class Term(models.Model):
    """One searchable value of one thing, as a keyed hash. A reported child's values are never among them."""

    token = models.BinaryField(max_length=16)  # found through `term_once`
    kind = models.CharField(max_length=24)  # what it is: "address", "email", "hash" ...
    thing = models.CharField(max_length=16)  # what holds it: "referral", "case"
    thing_id = models.UUIDField(db_index=True)
    subject = models.ForeignKey(Subject, models.CASCADE)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["token", "thing_id", "kind"], name="term_once"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.thing} {self.thing_id}"


UNIT_SUBJECT = UUID("00000000-0000-7000-8000-000000000001")
"""The unit's own subject; made at the first start."""
