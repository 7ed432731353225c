"""The two operations of the vault: wrap a key, seal a value.

An envelope is: version (1 byte) | id of the data key (16) | nonce (12) | AES-256-GCM ciphertext with its tag.
The associated data binds it to its place: table, column, row and subject. Moved elsewhere it does not open.
"""

import os
from typing import Final
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

VERSION: Final = b"\x01"
NONCE: Final = 12
KEY: Final = 32
_HEAD: Final = 1 + 16 + NONCE


class VaultFault(Exception):
    """Something sealed can't be opened; the message says why, never what."""


def place(table: str, column: str, row: object, subject: UUID) -> bytes:
    """The associated data of a value."""
    return f"{table}|{column}|{row}|{subject}".encode()


def seal(key: AESGCM, key_id: UUID, plain: bytes, where: bytes) -> bytes:
    """The envelope of `plain` at its place."""
    nonce = os.urandom(NONCE)
    return VERSION + key_id.bytes + nonce + key.encrypt(nonce, plain, where)


def key_id_of(envelope: bytes) -> UUID:
    """Which data key an envelope needs. Raises VaultFault."""
    if envelope[:1] != VERSION or len(envelope) < _HEAD:
        raise VaultFault("This is no envelope of this version.")
    return UUID(bytes=bytes(envelope[1:17]))


def unseal(key: AESGCM, envelope: bytes, where: bytes) -> bytes:
    """The plain bytes. Raises VaultFault for another place, another key or changed bytes."""
    try:
        return key.decrypt(bytes(envelope[17:_HEAD]), bytes(envelope[_HEAD:]), where)
    except InvalidTag:
        raise VaultFault(
            "A sealed value does not open: it was changed, or moved from another place."
        ) from None


def wrap(wrapping: bytes, data_key: bytes, key_id: UUID, subject: UUID) -> bytes:
    """A data key under the unit's wrapping key: nonce | ciphertext."""
    nonce = os.urandom(NONCE)
    return nonce + AESGCM(wrapping).encrypt(nonce, data_key, place("key", "wrapped", key_id, subject))


def unwrap(wrapping: bytes, wrapped: bytes, key_id: UUID, subject: UUID) -> bytes:
    """The data key. Raises VaultFault where the wrapping key is another one."""
    where = place("key", "wrapped", key_id, subject)
    try:
        return AESGCM(wrapping).decrypt(bytes(wrapped[:NONCE]), bytes(wrapped[NONCE:]), where)
    except InvalidTag:
        raise VaultFault("A key does not open: the unit's wrapping key is another one.") from None
