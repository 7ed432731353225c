"""The key that signs checkpoints: made once, kept at 0600, told to others as a fingerprint in words.

The private key file is one line in the form of Go's signed notes:
PRIVATE+KEY+name+key id+base64(0x01 ‖ seed). The public key file beside it (`.pub`) is the C2SP form that
`verify` reads.
"""

import base64
import json
import os
import re
import stat
from functools import cache
from importlib import resources
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from faru.ledger.verify import PublicKey

WORDS_SPOKEN = 12
"""Words of a fingerprint: 96 bits, more than anybody can search for a look-alike key."""

_NAME = re.compile(r"[^\s+]{1,200}")
_PREFIX = "PRIVATE+KEY+"


class KeyFileError(Exception):
    """A key can't be made, read or trusted to be private."""


class Signer:
    """An Ed25519 private key with its name, which is the log's origin (a web address without its scheme)."""

    def __init__(self, name: str, private: Ed25519PrivateKey) -> None:
        if not _NAME.fullmatch(name):
            raise KeyFileError(f"A key's name has no spaces and no plus sign; {name!r} does not do.")
        self._private = private
        self.name = name
        self.public = PublicKey(name, private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw))

    def __repr__(self) -> str:
        return f"Signer({self.name!r}, {self.public.key_id.hex()})"

    @classmethod
    def new(cls, name: str) -> "Signer":
        """A fresh key."""
        return cls(name, Ed25519PrivateKey.generate())

    @classmethod
    def from_seed(cls, name: str, seed: bytes) -> "Signer":
        """The key of 32 seed bytes: for invented worlds, where the same seed gives the same signatures."""
        return cls(name, Ed25519PrivateKey.from_private_bytes(seed))

    @property
    def key_id(self) -> str:
        """The key's id as entries name an actor: the first 32 digits of its fingerprint."""
        return self.public.fingerprint[:32]

    def sign_note(self, text: str) -> str:
        """A C2SP signed note: the text, an empty line, the signature line. The text ends with a newline."""
        if not text.endswith("\n") or any(c < " " and c != "\n" for c in text):
            raise ValueError("A signed note's text ends with a newline and has no other control characters.")
        signature = self.public.key_id + self._private.sign(text.encode())
        return f"{text}\n— {self.name} {base64.b64encode(signature).decode()}\n"

    def private_text(self) -> str:
        """The line of the private key file."""
        seed = self._private.private_bytes(Encoding.Raw, PrivateFormat.Raw, NoEncryption())
        encoded = base64.b64encode(b"\x01" + seed).decode()
        return f"{_PREFIX}{self.name}+{self.public.key_id.hex()}+{encoded}\n"


def create_key(path: Path, signer: Signer) -> None:
    """Write the private key (0600) to `path` and the public one to `path` + ".pub"; never over another."""
    public = path.with_name(path.name + ".pub")
    for taken in (path, public):
        if taken.exists():
            raise KeyFileError(f"{taken} exists already, and a key is never overwritten. Move it away first.")
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    _write_new(path, signer.private_text(), 0o600)
    _write_new(public, signer.public.text(), 0o644)


def load_key(path: Path) -> Signer:
    """The private key of a file that nobody else may read. Raises KeyFileError."""
    try:
        mode, text = path.stat().st_mode, path.read_text(encoding="utf-8")
    except (OSError, ValueError) as error:
        raise KeyFileError(f"The key file {path} can't be read: {error}.") from error
    if os.name == "posix" and stat.S_IMODE(mode) & 0o077:
        raise KeyFileError(f"Others may read the key file {path}. Close it with: chmod 600 {path}")
    try:
        name, _, encoded = text.removeprefix(_PREFIX).rstrip("\n").split("+", 2)
        signer = Signer.from_seed(name, base64.b64decode(encoded, validate=True)[1:])
    except (ValueError, KeyFileError) as error:
        raise KeyFileError(f"The key file {path} is damaged or is no key file.") from error
    if signer.private_text() != text:
        raise KeyFileError(f"The key file {path} is damaged: its key id does not fit its key.")
    return signer


def fingerprint_words(key: PublicKey) -> tuple[str, ...]:
    """The fingerprint's first twelve bytes as words, to be read out on the telephone."""
    return tuple(wordlist()[byte] for byte in bytes.fromhex(key.fingerprint)[:WORDS_SPOKEN])


@cache
def wordlist() -> tuple[str, ...]:
    """256 plain words, one a byte. The file never changes: a word stands for its place in it."""
    return tuple(
        json.loads(resources.files("faru.ledger").joinpath("words.json").read_text(encoding="utf-8"))
    )


def _write_new(path: Path, text: str, mode: int) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
