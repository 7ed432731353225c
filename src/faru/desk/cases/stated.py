"""What somebody stated, as it lies sealed in its row, and the digest by which the ledger vouches for it.

The ledger's payloads go along with a dossier: so they hold a salted digest of free text, never the text. It
can be shown later that a text is the one that was stated, and nobody can guess it from the digest.
"""

from collections.abc import Mapping
from typing import Any

from faru.ledger.entries import SALT_BYTES, canonical, commit, random_salt


def sealed_form(content: Mapping[str, Any]) -> dict[str, Any]:
    """The content with a fresh salt, for a sealed field."""
    return {"content": dict(content), "salt": random_salt(SALT_BYTES).hex()}


def content_of(form: Mapping[str, Any]) -> dict[str, Any]:
    """What was stated."""
    return dict(form["content"])


def digest_of(form: Mapping[str, Any]) -> str:
    """SHA-256 over salt and canonical JSON, hexadecimal: what the ledger's entry says."""
    return commit(canonical(form["content"]), bytes.fromhex(form["salt"]))
