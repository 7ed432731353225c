"""Files as received: their bytes, what could not be read of them, and the maps of tables."""

from typing import ClassVar

from django.db import models

from faru.desk import clock
from faru.desk.accounts.models import User
from faru.desk.ids import new_id
from faru.desk.vault.fields import SealedField
from faru.desk.vault.models import Subject


class ReceivedFile(models.Model):
    """One file, once. Its bytes lie in DATA/raw as sealed parts; of media only the hash is kept."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    subject = models.OneToOneField(Subject, models.PROTECT)
    sha256 = models.CharField(max_length=64, unique=True)
    size = models.BigIntegerField()  # bytes
    name = SealedField()
    media = models.PositiveIntegerField(
        default=0
    )  # members, or the file itself, of which only the hash is kept
    received_at = models.DateTimeField(default=clock.now, db_index=True)
    received_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    times = models.PositiveIntegerField(default=1)  # how often the same bytes arrived
    read_at = models.DateTimeField(null=True)  # None: waits to be read
    format = models.CharField(max_length=40, blank=True)  # "" where no format read it
    referrals_read = models.PositiveIntegerField(default=0)
    remarks = SealedField(null=True)  # [[place, sentence], ...] about the file itself

    class Meta:
        ordering: ClassVar = ["-received_at", "-id"]
        indexes: ClassVar = [
            models.Index(fields=["id"], condition=models.Q(read_at=None), name="file_unread"),
        ]

    def __str__(self) -> str:
        return f"file {self.sha256[:12]}"


class RawPart(models.Model):
    """A stretch of bytes that is kept: the whole file, or a member of an archive that holds media as well."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    file = models.ForeignKey(ReceivedFile, models.PROTECT, related_name="parts")
    subject = models.ForeignKey(Subject, models.PROTECT)  # the file's
    position = models.PositiveIntegerField()
    name = SealedField()
    sha256 = models.CharField(max_length=64)
    size = models.BigIntegerField()
    listing = models.BooleanField(default=False)  # our own list of an archive's members; nothing to be read

    class Meta:
        ordering: ClassVar = ["position"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["file", "position"], name="raw_part_once")]

    def __str__(self) -> str:
        return f"part {self.position} of {self.file_id}"


class SetAside(models.Model):
    """A part of a file that could not be read, with the sentence that says why and how to mend it."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    file = models.ForeignKey(ReceivedFile, models.PROTECT, related_name="set_aside")
    subject = models.ForeignKey(Subject, models.PROTECT)
    said = SealedField()  # {"place": ..., "sentence": ...}
    sha256 = models.CharField(max_length=64, blank=True)
    at = models.DateTimeField(default=clock.now)
    settled_at = models.DateTimeField(null=True)  # a later reading of the same file read it

    class Meta:
        ordering: ClassVar = ["-at", "id"]
        indexes: ClassVar = [
            models.Index(fields=["file"], condition=models.Q(settled_at=None), name="set_aside_open"),
            models.Index(fields=["id"], condition=models.Q(settled_at=None), name="set_aside_newest"),
        ]

    def __str__(self) -> str:
        return f"set aside {self.id}"


class SavedMap(models.Model):
    """A column map: what the columns of one source's tables mean, as somebody of the unit stated it."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    name = models.CharField(max_length=120, unique=True)
    content = models.TextField()  # the JSON that `faru.formats.column_map.load_map` reads
    saved_at = models.DateTimeField(default=clock.now)
    saved_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    class Meta:
        ordering: ClassVar = ["name"]

    def __str__(self) -> str:
        return self.name
