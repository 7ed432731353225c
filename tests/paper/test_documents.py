"""Is a page the same each time, is data never code, and does the page say what it can't print?"""

import io
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from pypdf import PdfReader

from faru.paper import Absent, PaperFault, Picture, Placed, compile_pdf

PRINT = "#let d = json(bytes(sys.inputs.data))\n#d.text #sys.inputs.absent"
HAN = "中文"


def text_of(pdf: bytes) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)


def test_data_is_never_markup(when: datetime) -> None:
    hostile = '#panic("run") *bold* $x$ \\ @ref <label> #import "@preview/x:0.1.0" "]'
    assert hostile.replace(" ", "") in text_of(
        compile_pdf(PRINT, {"text": hostile}, when=when).bytes
    ).replace(" ", "")


def test_it_is_pdf_a_2b_of_that_date_and_the_same_each_time(when: datetime) -> None:
    pdf = compile_pdf(PRINT, {"text": "é"}, when=when)
    assert pdf == compile_pdf(PRINT, {"text": "é"}, when=when)
    assert pdf.bytes != compile_pdf(PRINT, {"text": "é"}, when=when + timedelta(days=1)).bytes
    assert pdf.warnings == ()
    reader = PdfReader(io.BytesIO(pdf.bytes))
    assert reader.metadata is not None
    assert reader.metadata.creation_date == when
    packet = reader.trailer["/Root"]["/Metadata"].get_data()
    assert b"<pdfaid:part>2</pdfaid:part>" in packet
    assert b"<pdfaid:conformance>B</pdfaid:conformance>" in packet


def test_a_text_that_the_fonts_lack_is_named_at_its_place(when: datetime) -> None:
    pdf = compile_pdf(PRINT, {"text": Placed(f"x {HAN}", "evidence/x.csv, row 3")}, when=when)
    assert "[text in another script: see evidence/x.csv, row 3] 1" in text_of(pdf.bytes)
    assert pdf.missing_glyphs == (Absent(f"x {HAN}", "".join(sorted(HAN)), "evidence/x.csv, row 3"),)


def test_without_a_place_it_is_named_all_the_same(when: datetime) -> None:
    pdf = compile_pdf(PRINT, {"text": HAN}, when=when)
    assert "[text in another script] 1" in text_of(pdf.bytes)


def test_a_text_that_hides_shows_its_codes(when: datetime) -> None:
    assert "gpj.[U+202E]exe" in text_of(compile_pdf(PRINT, {"text": "gpj.\u202eexe"}, when=when).bytes)


def test_a_picture_passes_through_as_it_stands(when: datetime) -> None:
    svg = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 10"><path d="M0 0H9"/></svg>'
    template = '#let d = json(bytes(sys.inputs.data))\n#image(bytes(d.drawing), format: "svg")'
    assert compile_pdf(template, {"drawing": Picture(svg)}, when=when).missing_glyphs == ()


@pytest.mark.parametrize("value", [{1, 2}, object(), [{"deep": b"bytes"}.keys()]])
def test_data_that_no_template_can_take_is_refused_with_its_place(value: object, when: datetime) -> None:
    with pytest.raises(PaperFault, match=r"data\.text"):
        compile_pdf(PRINT, {"text": value}, when=when)


def test_a_template_that_does_not_compile_is_named(when: datetime, tmp_path: Path) -> None:
    template = tmp_path / "broken.typ"
    template.write_text("#let x = (", encoding="utf-8")
    with pytest.raises(PaperFault, match=r"broken\.typ"):
        compile_pdf(template, {}, when=when)


def test_a_template_reads_nothing_outside_of_its_folder(when: datetime, tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("secret", encoding="utf-8")
    folder = tmp_path / "templates"
    folder.mkdir()
    template = folder / "nosy.typ"
    template.write_text('#read("../secret.txt")', encoding="utf-8")
    with pytest.raises(PaperFault):
        compile_pdf(template, {}, when=when)
