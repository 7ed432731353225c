"""The blind index: exact search over sealed values. A token is HMAC-SHA-256(key, kind | normal form)."""

import hmac
from collections.abc import Iterable
from functools import cache
from typing import Final
from uuid import UUID

from faru.desk import unit
from faru.desk.vault.models import Term

TOKEN_BYTES: Final = 16


@cache
def _key() -> bytes:
    return unit.current().secret("index.key")


def token(kind: str, normal: str) -> bytes:
    """The token of one value in its normal form."""
    text = f"{kind}|{normal}".encode("utf-8", "surrogatepass")
    return hmac.digest(_key(), text, "sha256")[:TOKEN_BYTES]


def terms(thing: str, thing_id: UUID, subject: UUID, values: Iterable[tuple[str, str]]) -> list[Term]:
    """Unsaved rows for (kind, normal form) of one thing, each once."""
    return [
        Term(token=token(kind, normal), kind=kind, thing=thing, thing_id=thing_id, subject_id=subject)
        for kind, normal in dict.fromkeys(values)
    ]
