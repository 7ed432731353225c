"""Is this a picture, a film or a sound? Told by its name and by its first bytes, never by decoding it.

Media are hashed as they stream and listed; they are never extracted, written or kept.
A short table of our own: signature packages call a plain ZIP a document, or need C code on hostile bytes.
"""

import codecs
import re
from typing import Final

HEAD = 512
"""How many first bytes `is_media` wants to see."""

_ENDINGS: Final = frozenset(
    [
        "jpg",
        "jpeg",
        "jpe",
        "jfif",
        "png",
        "gif",
        "bmp",
        "tif",
        "tiff",
        "webp",
        "heic",
        "heif",
        "avif",
        "jxl",
        "jp2",
        "j2k",
        "psd",
        "ico",
        "svg",
        "raw",
        "dng",
        "cr2",
        "cr3",
        "nef",
        "arw",
        "orf",
        "rw2",
        "mp4",
        "m4v",
        "mov",
        "qt",
        "avi",
        "wmv",
        "asf",
        "mkv",
        "webm",
        "flv",
        "f4v",
        "mpg",
        "mpeg",
        "mpe",
        "m2v",
        "vob",
        "ts",
        "mts",
        "m2ts",
        "3gp",
        "3g2",
        "ogv",
        "rm",
        "rmvb",
        "swf",
        "mp3",
        "wav",
        "ogg",
        "oga",
        "opus",
        "m4a",
        "aac",
        "flac",
        "amr",
        "wma",
        "aif",
        "aiff",
        "mid",
    ]
)

_STARTS: Final = (
    b"\xff\xd8\xff",  # JPEG
    b"\x89PNG\r\n\x1a\n",
    b"GIF87a",
    b"GIF89a",
    b"II*\x00",  # TIFF and most camera raw files
    b"MM\x00*",
    b"8BPS",
    b"\xff\x0a",  # JPEG XL
    b"\x00\x00\x00\x0cJXL ",
    b"\x00\x00\x00\x0cjP  ",
    b"\x1aE\xdf\xa3",  # Matroska, WebM
    b"FLV\x01",
    b"\x30\x26\xb2\x75\x8e\x66\xcf\x11",  # ASF: WMV, WMA
    b"\x00\x00\x01\xba",  # MPEG program stream
    b"\x00\x00\x01\xb3",
    b".RMF",
    b"FWS",
    b"CWS",
    b"OggS",
    b"ID3",
    b"fLaC",
    b"#!AMR",
)
_BOXES: Final = frozenset({b"ftyp", b"moov", b"mdat", b"wide", b"skip", b"free"})  # MP4, MOV, HEIC, AVIF, 3GP
_RIFF: Final = frozenset({b"WEBP", b"AVI ", b"WAVE", b"RMID"})


def is_media(name: str, head: bytes) -> bool:
    """True where either the name's ending or the first bytes say picture, film or sound."""
    ending = name.rpartition("/")[2].rpartition(".")
    if ending[1] and ending[2].casefold() in _ENDINGS:
        return True
    return starts_as_media(head)


def starts_as_media(head: bytes) -> bool:
    """True where the first bytes are those of a picture, film or sound; text is never taken for one."""
    if head.startswith(_STARTS):
        return True
    if head[4:8] in _BOXES and head[:1] == b"\x00":
        return True
    if head[:4] == b"RIFF" and head[8:12] in _RIFF:
        return True
    if head[:2] == b"BM" and head[6:10] == b"\x00\x00\x00\x00":
        return True
    if head[:1] == b"\x47" and head[188:189] == b"\x47" and b"\x00" in head[:188]:  # MPEG transport stream
        return True
    return head[:2] in (b"\xff\xfb", b"\xff\xf3", b"\xff\xf2")  # MP3 without a tag


_PACKED: Final = re.compile(rb"(?i)^(content-transfer-encoding: *base64|begin [0-7]{3} )", re.MULTILINE)
"""An e-mail or an old mail attachment: text that carries other files in it."""

_LINE: Final = 64 * 1024
"""How much of a line that goes on in the next piece is looked at once more."""


class Contents:
    """What a stream is made of, told piece by piece without keeping it."""

    def __init__(self) -> None:
        self.text = True  # UTF-8 without NUL
        self.packed = False  # text that carries other files in it
        self._decoder = codecs.getincrementaldecoder("utf-8")()
        self._line = b"\n"

    def see(self, piece: bytes) -> None:
        """Look at the next piece; b"" is the end."""
        if self.text:
            try:
                self.text = "\x00" not in self._decoder.decode(piece, final=not piece)
            except UnicodeDecodeError:
                self.text = False
        if not self.packed:
            seen = self._line + piece
            self.packed = _PACKED.search(seen) is not None
            line = seen[max(seen.rfind(b"\n"), 0) :]
            self._line = line if len(line) < _LINE else b" "  # within a line no attachment begins
