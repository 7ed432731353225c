"""What a document may be, told by its bytes and never by its name: PDF, plain text, office files.

No picture, film or sound is kept, nothing that runs, and nothing that is two kinds of file at once. What is
kept is only ever handed out as a download.
"""

import io
import re
from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext as _

from faru.desk.journal.acting import Refused
from faru.loaders.media import starts_as_media
from faru.loaders.text import shown
from faru.loaders.zip_members import Large, Media, Member, MemberRefused, ZipLimits, read_zip

LARGEST: Final = 32 * 1024 * 1024
"""Bytes of a document."""
NAME: Final = 120
"""Characters that are kept of its name."""

_LIMITS: Final = ZipLimits(members=2_000, member_bytes=64 << 20, total_bytes=256 << 20, nesting=0)
_PDF_END: Final = re.compile(rb"%%EOF\s*\Z")
_PDF_ACTS: Final = re.compile(
    rb"/(JavaScript|Launch|EmbeddedFiles?|RichMedia|Movie|Sound|Screen|XFA\s*[\[\d])"
)
_PDF_PICTURE: Final = re.compile(rb"/Subtype\s*/Image\b|/DCTDecode\b|/JPXDecode\b")
_PDF_ESCAPE: Final = re.compile(rb"#([0-9a-fA-F]{2})")
_ZIP_END: Final = b"PK\x05\x06"
_ZIP_END_BYTES: Final = 22  # without a comment, as office programs write it
_WEB: Final = re.compile(r"<\s*(!doctype|html|head|body|script|svg|iframe|\?xml|\?php)", re.IGNORECASE)
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0e-\x1f]")
_OOXML: Final = {"word/document.xml": "docx", "xl/workbook.xml": "xlsx", "ppt/presentation.xml": "pptx"}
_ODF: Final = {
    b"application/vnd.oasis.opendocument.text": "odt",
    b"application/vnd.oasis.opendocument.spreadsheet": "ods",
    b"application/vnd.oasis.opendocument.presentation": "odp",
}
_RUNS: Final = re.compile(
    r"vbaproject|vbadata|macro|activex|/embeddings/|oleobject|^basic/|^scripts/|^object ", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as somebody handed it over."""

    name: str
    data: bytes


def kind_of(upload: Upload) -> str:
    """The ending that these bytes deserve. Raises Refused with the sentence that says what to do instead."""
    data = upload.data
    if not data:
        raise Refused(_("This file is empty: choose another one."), "document")
    if len(data) > LARGEST:
        raise Refused(_("This file is larger than 32 MiB: split it."), "document")
    if starts_as_media(data[:512]):
        raise _picture()
    if data.startswith(b"%PDF-"):
        return _pdf(data)
    if data.startswith(b"PK\x03\x04"):
        return _office(data)
    return _text(data)


def kept_name(name: str) -> str:
    """A name without folders and invisible characters, and not too long."""
    plain, _removed = shown(name.replace("\\", "/").rpartition("/")[2])
    return " ".join(plain.split())[:NAME] or "-"


def _pdf(data: bytes) -> str:
    if not _PDF_END.search(data[-1024:]) or _ZIP_END in data[-66_000:]:
        raise Refused(_("This PDF is cut off, or something else hangs on it: save it anew."), "document")
    # Names may be written with escapes: /Im#61ge. A picture's own dictionary is never compressed.
    plain = _PDF_ESCAPE.sub(lambda match: bytes.fromhex(match[1].decode()), data)
    if _PDF_ACTS.search(plain):
        raise Refused(
            _("This PDF holds scripts, films or other files: print it to a plain PDF first."), "document"
        )
    if _PDF_PICTURE.search(plain):
        raise _picture()
    return "pdf"


def _office(data: bytes) -> str:
    if data[-_ZIP_END_BYTES:][:4] != _ZIP_END:
        raise _strange()
    members: dict[str, Member] = {}
    for piece in read_zip(io.BytesIO(data), _LIMITS):
        if isinstance(piece, Media):
            raise _picture()
        if isinstance(piece, Large | MemberRefused):
            raise Refused(
                _("A part of this office file can't be looked at: save it anew, without a password."),
                "document",
            )
        if _RUNS.search(piece.name):
            raise Refused(
                _("This office file holds macros or other files: save it without them."), "document"
            )
        members[piece.name] = piece
    kind = _office_kind(members)
    if kind is None:
        raise _strange()
    return kind


def _office_kind(members: dict[str, Member]) -> str | None:
    if "[Content_Types].xml" in members:
        if b"macroEnabled" in members["[Content_Types].xml"].data:
            raise Refused(
                _("This office file holds macros or other files: save it without them."), "document"
            )
        return next((kind for name, kind in _OOXML.items() if name in members), None)
    stated = members.get("mimetype")
    return None if stated is None else _ODF.get(stated.data.strip())


def _text(data: bytes) -> str:
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        raise _strange() from None
    if text.startswith("#!") or _WEB.search(text) or _CONTROL.search(text):
        raise _strange()
    return "txt"


def _picture() -> Refused:
    return Refused(
        _("Faru keeps no pictures, films or sounds: take them out, or key what they say as text."), "document"
    )


def _strange() -> Refused:
    return Refused(
        _("Only PDF, plain text (UTF-8) and office files without macros are kept as documents."), "document"
    )
