"""Documents with their versions, and notes."""

from typing import ClassVar

from django.db import models

from faru.desk import clock
from faru.desk.accounts.models import User
from faru.desk.cases.models.case import Case
from faru.desk.ids import new_id
from faru.desk.vault.fields import SealedField
from faru.desk.vault.models import Subject


class Document(models.Model):
    """A document of a case; its bytes are those of its versions."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    case = models.ForeignKey(Case, models.PROTECT, related_name="documents")
    number = models.PositiveIntegerField()  # from 1, within the case
    added_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering: ClassVar = ["number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["case", "number"], name="document_number_once")
        ]

    def __str__(self) -> str:
        return f"document {self.number} of {self.case_id}"


class DocumentVersion(models.Model):
    """One version; its bytes lie sealed in DATA/documents. Given out as a download, never shown."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    document = models.ForeignKey(Document, models.PROTECT, related_name="versions")
    subject = models.ForeignKey(Subject, models.PROTECT)  # the case's
    number = models.PositiveIntegerField()  # from 1
    name = SealedField()  # as it was called where it came from
    kind = models.CharField(max_length=8)  # its ending by its bytes: "pdf", "txt", "docx" ...
    sha256 = models.CharField(max_length=64)
    size = models.BigIntegerField()  # bytes
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering: ClassVar = ["number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["document", "number"], name="document_version_once")
        ]

    def __str__(self) -> str:
        return f"version {self.number} of {self.document_id}"


class Note(models.Model):
    """A note. It is corrected by another one that points to it; both stay."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    case = models.ForeignKey(Case, models.PROTECT, related_name="notes")
    subject = models.ForeignKey(Subject, models.PROTECT)
    stated = SealedField()
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now)
    corrects = models.ForeignKey("self", models.PROTECT, null=True, related_name="corrections")
    reason = models.CharField(max_length=60, blank=True)  # id of a reason of the pack
    thread = models.UUIDField(db_index=True)  # id of the note that all of its corrections go back to

    class Meta:
        ordering: ClassVar = ["at", "id"]

    def __str__(self) -> str:
        return f"note {self.id}"
