"""BagIt (RFC 8493) in a ZIP whose every byte follows from its members and one date.

Members are stored, not compressed: no library's version can change a byte, and nothing can swell on reading.
The verifier builds the same ZIP again and compares, so that also a byte between the members is covered.
"""

import hashlib
import re
import struct
import zlib
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final

BAGIT: Final = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
MANIFEST: Final = "manifest-sha256.txt"
TAG_MANIFEST: Final = "tagmanifest-sha256.txt"
SIGNATURE: Final = "signature"
UNLISTED: Final = frozenset({TAG_MANIFEST, SIGNATURE})
"""What the tag manifest can't name: itself, and the signature over it."""

NAME: Final = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]*(?:/[A-Za-z0-9_-][A-Za-z0-9._-]*)*")
"""Names of members: nothing that an operating system could take for anything but a file below the folder."""
MOST_MEMBERS: Final = 10_000
MOST_BYTES: Final = 1 << 30

_LINE = re.compile(r"([0-9a-f]{64})  (.+)")


class TooLarge(ValueError):
    """More than one ZIP of a dossier holds."""


def manifest(members: Mapping[str, bytes]) -> bytes:
    """Lines "sha256  path", sorted by path."""
    lines = (f"{hashlib.sha256(members[name]).hexdigest()}  {name}\n" for name in sorted(members))
    return "".join(lines).encode()


def read_manifest(data: bytes) -> dict[str, str]:
    """Path to sha256. Raises ValueError where it is not exactly as `manifest` writes it."""
    found: dict[str, str] = {}
    for line in data.decode("ascii").splitlines():
        match = _LINE.fullmatch(line)
        if match is None or match[2] in found:
            raise ValueError(f"The line {line!r} is no line of a manifest, or names a file twice.")
        found[match[2]] = match[1]
    if "".join(f"{found[name]}  {name}\n" for name in sorted(found)).encode() != data:
        raise ValueError("The lines are not in the order of the names.")
    return found


def bag(payload: Mapping[str, bytes], info: Mapping[str, str], tags: Mapping[str, bytes]) -> dict[str, bytes]:
    """The members of an unsigned bag. `payload` by paths below data/, `tags` by paths at the top."""
    members = {f"data/{name}": content for name, content in payload.items()}
    top = {
        "bagit.txt": BAGIT,
        "bag-info.txt": "".join(f"{label}: {_one_line(value)}\n" for label, value in info.items()).encode(),
        MANIFEST: manifest(members),
        **tags,
    }
    return {**members, **top, TAG_MANIFEST: manifest(top)}


def payload_oxum(payload: Mapping[str, bytes]) -> str:
    """Bytes and files of the payload, RFC 8493 section 2.2.2."""
    return f"{sum(map(len, payload.values()))}.{len(payload)}"


def zip_bytes(members: Mapping[str, bytes], folder: str, when: datetime) -> bytes:
    """One ZIP with the members in the order of their names below `folder`, all dated `when` (in UTC).

    Layout: PKWARE APPNOTE 6.3, sections 4.3.7, 4.3.12, 4.3.16, without ZIP64. Raises TooLarge.
    """
    if len(members) > MOST_MEMBERS or sum(map(len, members.values())) > MOST_BYTES:
        raise TooLarge("A dossier holds at most 10,000 files and 1 GiB.")
    day, time = _dos(when)
    body, directory = bytearray(), bytearray()
    for name in sorted(members):
        path, content = f"{folder}/{name}".encode("ascii"), members[name]
        common = struct.pack(
            "<5H3I2H",
            10,  # version needed: a stored file
            0,  # flags
            0,  # stored
            time,
            day,
            zlib.crc32(content),
            len(content),
            len(content),
            len(path),
            0,  # no extra field
        )
        made_by, no_comment_first_disk_binary, rights = 0x0314, (0, 0, 0), 0o100644 << 16
        directory += b"PK\x01\x02" + struct.pack("<H", made_by) + common
        directory += struct.pack("<3H2I", *no_comment_first_disk_binary, rights, len(body)) + path
        body += b"PK\x03\x04" + common + path + content
    count = len(members)
    end = struct.pack("<4s4H2IH", b"PK\x05\x06", 0, 0, count, count, len(directory), len(body), 0)
    return bytes(body + directory + end)


def _dos(when: datetime) -> tuple[int, int]:
    """Date and time as DOS wrote them: two-second steps, from 1980 to 2107."""
    moment = when.astimezone(UTC)
    if not 1980 <= moment.year <= 2107:
        moment = datetime(1980 if moment.year < 1980 else 2107, 1, 1, tzinfo=UTC)
    day = (moment.year - 1980) << 9 | moment.month << 5 | moment.day
    return day, moment.hour << 11 | moment.minute << 5 | moment.second // 2


def _one_line(value: str) -> str:
    return " ".join(value.split())
