"""Documents as an enemy would hand them in, and as they are given out: downloads under names of our own."""

import io
import zipfile
from urllib.parse import unquote

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from tests.desk.cases.walk import PDF, Walk

from faru.desk import unit
from faru.desk.cases.contents import Upload, kind_of
from faru.desk.cases.models import Document, DocumentVersion
from faru.desk.journal.acting import Refused
from faru.desk.journal.models import Entry
from faru.desk.vault import files

TYPES = '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF"


def packed(**members: bytes | str) -> bytes:
    """A ZIP of these members, underscores in names read as they stand."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return out.getvalue()


WORD = packed(**{"[Content_Types].xml": TYPES, "word/document.xml": "<w/>"})
SHEET = packed(**{"[Content_Types].xml": TYPES, "xl/workbook.xml": "<w/>"})
ODT = packed(mimetype="application/vnd.oasis.opendocument.text", **{"content.xml": "<o/>"})


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (PDF, "pdf"),
        ("ލިޔުން: a plain text\nof two lines".encode(), "txt"),
        (WORD, "docx"),
        (SHEET, "xlsx"),
        (ODT, "odt"),
    ],
)
def test_what_is_kept_is_told_by_its_bytes(data: bytes, kind: str) -> None:
    assert kind_of(Upload("any.exe", data)) == kind


HOSTILE = {
    "nothing": b"",
    "a picture": JPEG,
    "a picture named .pdf": b"\x89PNG\r\n\x1a\n" + b"0" * 64,
    "a film": b"\x00\x00\x00\x18ftypmp42" + b"0" * 64,
    "a page named .pdf": b"<!doctype html><script>alert(1)</script>",
    "a drawing": b'<?xml version="1.0"?><svg onload="alert(1)"/>',
    "a script": b"#!/bin/sh\necho\n",
    "a program": b"MZ\x90\x00" + b"\x00" * 64,
    "bytes of no kind": bytes(range(256)),
    "text in another code": "é".encode("latin-1"),
    "a PDF with a script": PDF.replace(b"/Catalog", b"/Catalog/OpenAction<</S/JavaScript>>"),
    "a PDF with an escaped name": PDF.replace(b"/Catalog", b"/Catalog/X<</S/Java#53cript>>"),
    "a PDF with a picture": PDF.replace(b"/Catalog", b"/XObject/Subtype/Image/Filter/DCTDecode"),
    "a PDF with a file in it": PDF.replace(b"/Catalog", b"/Catalog/Names<</EmbeddedFiles 1 0 R>>"),
    "a PDF that is a ZIP too": PDF + WORD,
    "a PDF with a ZIP in its tail": PDF[:-6] + WORD + b"\n%%EOF\n",
    "a PDF cut off": PDF[:30],
    "a ZIP that is a PDF too": WORD + PDF,
    "a plain ZIP": packed(**{"note.txt": "text"}),
    "office with macros": packed(
        **{"[Content_Types].xml": TYPES, "word/document.xml": "<w/>", "word/vbaProject.bin": b"\x00"}
    ),
    "office that says it has macros": packed(
        **{"[Content_Types].xml": "<Types>macroEnabled</Types>", "word/document.xml": "<w/>"}
    ),
    "office with a picture": packed(
        **{"[Content_Types].xml": TYPES, "word/document.xml": "<w/>", "word/media/image1.jpeg": JPEG}
    ),
    "office with a picture of another name": packed(
        **{"[Content_Types].xml": TYPES, "word/document.xml": "<w/>", "word/notes.xml": JPEG}
    ),
    "office with a file in it": packed(
        **{"[Content_Types].xml": TYPES, "word/document.xml": "<w/>", "word/embeddings/a.bin": b"\x00"}
    ),
    "office with a name that climbs": packed(
        **{"[Content_Types].xml": TYPES, "word/document.xml": "<w/>", "../evil.xml": "x"}
    ),
    "office with scripts": packed(
        mimetype="application/vnd.oasis.opendocument.text", **{"Basic/Standard/Module.xml": "x"}
    ),
}


@pytest.mark.parametrize("what", HOSTILE)
def test_nothing_else_is_kept(what: str) -> None:
    with pytest.raises(Refused) as refused:
        kind_of(Upload("order.pdf", HOSTILE[what]))
    assert (refused.value.field, refused.value.sentence[-1]) == ("document", ".")


def test_a_bomb_is_not_unpacked() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", TYPES)
        archive.writestr("word/document.xml", b"0" * (20 << 20))
    with pytest.raises(Refused, match="can't be looked at"):
        kind_of(Upload("a.docx", out.getvalue()))


def given(name: str, data: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data, content_type="text/html")


def test_a_refused_document_is_said_at_its_field_and_leaves_nothing(opened: Walk) -> None:
    for data in (b"", JPEG, HOSTILE["a page named .pdf"]):
        response = opened.post("investigator", "documents/", document=given("order.pdf", data))
        assert response.context["form"].errors["document"]
    assert (Document.objects.count(), DocumentVersion.objects.count()) == (0, 0)
    assert [path for path in unit.current().documents.rglob("*") if path.is_file()] == []


def test_versions_stand_beside_each_other_and_leave_as_downloads(opened: Walk) -> None:
    name = "<img src=x onerror=alert(1)>\u202e" + "long" * 90 + ".pdf"
    opened.did("investigator", "documents/", document=given(name, PDF))
    document = opened.case.documents.get()
    text = b"a second version"
    opened.did("investigator", "documents/", document=given("two.html", text), of=str(document.pk))
    first, second = document.versions.all()
    assert (first.kind, second.kind, second.number) == ("pdf", "txt", 2)
    assert len(first.name) <= 120
    assert "\u202e" not in first.name
    page = opened.client("investigator").get(f"/cases/{opened.number}/").content.decode()
    assert "<img src=x" not in page
    assert "&lt;img src=x" in page
    response = opened.client("investigator").get(f"/cases/{opened.number}/documents/{second.pk}/")
    assert response.content == text
    assert response["Content-Type"] == "application/octet-stream"
    disposition = unquote(response["Content-Disposition"])
    assert disposition == f'attachment; filename="{opened.number}-document-1-v2.txt"'
    assert response["X-Content-Type-Options"] == "nosniff"
    read = Entry.objects.filter(tag="document.read").latest("at")
    assert {one.thing for one in read.objects_of.all()} == {opened.case.pk, second.pk}


def test_the_disk_holds_no_clear_byte_and_a_changed_file_is_not_given_out(opened: Walk) -> None:
    opened.did("investigator", "documents/", document=given("a.txt", b"a very plain secret"))
    version = DocumentVersion.objects.get()
    path = files.path_of(unit.current().documents, version.id)
    assert b"plain secret" not in path.read_bytes()
    files.write(unit.current().documents, version.id, version.subject_id, b"something else")
    address = f"/cases/{opened.number}/documents/{version.pk}/"
    response = opened.client("investigator").get(address, follow=True)
    assert b"something else" not in response.content


def test_a_document_of_another_case_is_not_there(opened: Walk, desk, as_) -> None:
    opened.did("investigator", "documents/", document=given("a.txt", b"text"))
    version = DocumentVersion.objects.get()
    other = Walk(as_, desk.people, desk.lead(state="new")).open("investigator")
    assert (
        other.client("investigator").get(f"/cases/{other.number}/documents/{version.pk}/").status_code == 404
    )
    crossed = other.post(
        "investigator", "documents/", document=given("b.txt", b"b"), of=str(version.document_id)
    )
    assert crossed.status_code == 404
