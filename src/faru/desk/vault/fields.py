"""A model field whose value lies sealed in the database and reads as itself in Python.

The model needs `subject` (a foreign key to `vault.Subject`) and a primary key of its own making before the
row is saved: both are part of what the envelope is bound to. A value is anything that JSON can carry, or
bytes; it is opened when it is read, not when the row is.
"""

import json
import zlib
from typing import Any, Final

from django.db import models
from django.db.models.query_utils import DeferredAttribute

from faru.desk.vault import crypto, keys

SMALL: Final = 400
"""Bytes of JSON that are not worth packing."""
_PACKED: Final = b"\x78"
"""What packed bytes begin with, and no JSON does."""


class Envelope(bytes):
    """Bytes as they lie in the database."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "sealed"


class _Opening(DeferredAttribute):
    """Reads open the envelope once; writes set the plain value."""

    def __get__(self, instance: Any, cls: Any = None) -> Any:
        if instance is None:
            return self
        name = self.field.attname
        value = instance.__dict__[name] if name in instance.__dict__ else super().__get__(instance, cls)
        if isinstance(value, Envelope):
            value = self.field.open(instance, value)
            instance.__dict__[name] = value
        return value

    def __set__(self, instance: Any, value: Any) -> None:
        instance.__dict__[self.field.attname] = value


def packed(plain: bytes) -> bytes:
    """JSON as it is sealed: the longer ones packed, to a quarter of their size."""
    return plain if len(plain) < SMALL else zlib.compress(plain, 1)


class SealedField(models.BinaryField):
    """JSON values, sealed."""

    descriptor_class = _Opening

    def open(self, instance: models.Model, envelope: bytes) -> Any:
        """The plain value. Raises VaultFault."""
        key_id, key = keys.key_of(instance.subject_id)
        if crypto.key_id_of(envelope) != key_id:
            raise crypto.VaultFault("A sealed value needs a key that this subject does not have.")
        return self._load(crypto.unseal(key, envelope, self._place(instance)))

    def pre_save(self, model_instance: models.Model, add: bool) -> Envelope | None:
        value = model_instance.__dict__.get(self.attname)
        if value is None or isinstance(value, Envelope):
            return value
        key_id, key = keys.key_of(model_instance.subject_id)
        return Envelope(crypto.seal(key, key_id, self._dump(value), self._place(model_instance)))

    def get_prep_value(self, value: Any) -> Any:
        if value is not None and not isinstance(value, Envelope):
            raise TypeError(f"{self.name} is sealed: save the object; queries can't write or compare it.")
        return value

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Envelope | None:
        return None if value is None else Envelope(bytes(value))

    def value_to_string(self, obj: models.Model) -> str:
        return "sealed"

    def _place(self, instance: models.Model) -> bytes:
        return crypto.place(self.model._meta.db_table, self.column, instance.pk, instance.subject_id)

    def _dump(self, value: Any) -> bytes:
        text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
        return packed(text.encode("utf-8", "surrogatepass"))

    def _load(self, plain: bytes) -> Any:
        text = zlib.decompress(plain) if plain.startswith(_PACKED) else plain
        return json.loads(text.decode("utf-8", "surrogatepass"))


class SealedBytes(SealedField):
    """Bytes, sealed."""

    def _dump(self, value: Any) -> bytes:
        return bytes(value)

    def _load(self, plain: bytes) -> bytes:
        return plain
