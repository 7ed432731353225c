"""The ledger in the database. Every table of it but `Pending` only grows: see `guards`."""

from typing import ClassVar

from django.db import models

from faru.desk.ids import new_id
from faru.desk.vault.fields import SealedBytes
from faru.desk.vault.models import Subject


class Entry(models.Model):
    """One committed entry. `body` is its canonical JSON: what the leaf hash covers."""

    id = models.UUIDField(primary_key=True, editable=False)
    at = models.DateTimeField(db_index=True)
    tag = models.CharField(max_length=40, db_index=True)
    actor = models.CharField(max_length=64, db_index=True)  # id of the user in hexadecimal digits
    role = models.CharField(max_length=40)
    body = models.BinaryField()

    def __str__(self) -> str:
        return f"{self.tag} {self.id}"


class EntryObject(models.Model):
    """What an entry speaks of, for timelines."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    entry = models.ForeignKey(Entry, models.PROTECT, related_name="objects_of")
    thing = models.UUIDField(db_index=True)

    def __str__(self) -> str:
        return f"{self.entry_id} {self.thing}"


class Payload(models.Model):
    """What an entry was about, sealed under its subject; with salt it opens the entry's commitment."""

    id = models.UUIDField(primary_key=True, editable=False)  # the entry's own id
    subject = models.ForeignKey(Subject, models.PROTECT)
    content = SealedBytes()  # 32 bytes of salt, then canonical JSON

    def __str__(self) -> str:
        return str(self.id)


class Pending(models.Model):
    """An entry that is committed and not sealed yet. The one table of this app that shrinks."""

    entry = models.OneToOneField(Entry, models.PROTECT, primary_key=True)

    def __str__(self) -> str:
        return str(self.entry_id)


class Leaf(models.Model):
    """The place that sealing gave an entry."""

    index = models.BigIntegerField(primary_key=True)
    entry = models.OneToOneField(Entry, models.PROTECT)
    leaf_hash = models.BinaryField(max_length=32)

    class Meta:
        ordering: ClassVar = ["index"]

    def __str__(self) -> str:
        return str(self.index)


class Checkpoint(models.Model):
    """A signed head of the log."""

    size = models.BigIntegerField(primary_key=True)
    at = models.DateTimeField()
    note = models.TextField()

    class Meta:
        ordering: ClassVar = ["size"]

    def __str__(self) -> str:
        return f"{self.size} entries"
