"""A letter prints exactly the lines of its request, says what is unknown, and is a draft until approved."""

import io
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pypdf import PdfReader

from faru.packs import LetterKind, Pack, Severity, check, load
from faru.packs.letters import LetterData, LetterLine, Signed, render
from faru.packs.model import Parallel

AT = datetime(2026, 2, 17, 10, 40, 12, tzinfo=UTC)
WHEN = datetime(2026, 3, 2, 19, 0, tzinfo=UTC)  # already the third in the unit's zone
LINES = (
    LetterLine(
        id="9f3a7c55e1b2d480-0",
        address="203.0.113.77",
        port=51234,
        at=AT,
        precision_s=1,
        window=(AT - timedelta(seconds=3), AT + timedelta(seconds=5)),
        protocol="tcp",
        destination="198.51.100.7:443",
    ),
    LetterLine(
        id="9f3a7c55e1b2d480-1",
        address="2001:db8:2000:1a2b:3c4d:5e6f:7a8b:9c0d",
        port=None,
        at=AT + timedelta(hours=20, milliseconds=250),
        precision_s=60,
        window=(AT + timedelta(hours=20), AT + timedelta(hours=20, seconds=64)),
    ),
)
DATA = LetterData(
    unit="Child Protection Unit",
    number="20260303-atoll",
    to=("Atoll Mobile", "requests@atoll.example"),
    handling="TLP:AMBER+STRICT",
    zone="Etc/GMT-5",
    lines=LINES,
    tolerance_s=3,
    log_zone="UTC",
    reference="L-0142",
    answer_by=datetime(2026, 3, 10, 19, 0, tzinfo=UTC),
    drafter=Signed(name="Drafting Officer", at=WHEN),
    approver=Signed(name="Approving Officer"),
)


@pytest.fixture(scope="module")
def demo() -> Pack:
    return load("demo")


def text_of(pdf: bytes) -> str:
    """What the pages say, with every run of white space and break as one space."""
    pages = PdfReader(io.BytesIO(pdf)).pages
    return " ".join("\n".join(page.extract_text() for page in pages).replace("\u200b", "").split())


def test_the_lines_stand_in_it_as_they_were_reported(demo: Pack) -> None:
    said = text_of(render(demo.letter("disclosure"), DATA, WHEN).bytes)
    for words in (
        "9f3a7c55e1b2d480-0", "203.0.113.77", "51234", "198.51.100.7:443", "tcp",
        "2026-02-17 10:40:12 UTC", "2026-02-17 15:40:12 +05:00", "cut off at the second",
        "2026-02-17 10:40:09 UTC", "2026-02-17 10:40:17 UTC",
        "9f3a7c55e1b2d480-1", "source port not reported", "protocol not reported", "cut off at the minute",
        "2026-02-18 06:40:12.250 UTC", "2026-02-18 11:40:12.250 +05:00",
        "TLP:AMBER+STRICT", "20260303-atoll", "2026-03-03", "Atoll Mobile", "requests@atoll.example",
        "L-0142", "2026-03-11 00:00:00 +05:00", "2026-03-10 19:00:00 UTC", "3 s before", "page 1 of 2",
        "Drafting Officer", "Approving Officer", "address_or_prefix", "port_from", "subscriber", "line_id",
        "Communications Rules of the Reef Islands, rule 8",
    ):  # fmt: skip
        assert words in said, words
    assert "2001:db8:2000:1a2b:3c4d:5e6f:7a8b:9c0d" in said.replace(" ", "")
    for sentence in demo.letter("disclosure").asks:
        assert sentence in said
    assert "Draft." not in said


def test_it_is_the_same_each_time_and_warns_of_nothing(demo: Pack) -> None:
    for letter in demo.letters:
        pdf = render(letter, DATA, WHEN)
        assert pdf == render(letter, DATA, WHEN)
        assert pdf.warnings == ()


def test_what_nobody_approved_is_a_draft(demo: Pack) -> None:
    said = text_of(render(demo.letter("disclosure"), replace(DATA, approver=None), WHEN).bytes)
    assert "Draft. A second person has not approved it: it must not be served." in said


def test_words_that_nobody_confirmed_say_so(demo: Pack) -> None:
    letter = replace(demo.letter("preservation"), confirmed=None)
    assert "Nobody has confirmed the words of this letter." in text_of(render(letter, DATA, WHEN).bytes)


def test_many_lines_and_hostile_texts_print(demo: Pack) -> None:
    hostile = '#panic("x") ' + "A" * 200 + '<b>"]\\'
    lines = tuple(replace(LINES[0], id=f"{n:016x}-{n}", destination=hostile) for n in range(60))
    pdf = render(demo.letter("disclosure"), replace(DATA, lines=lines, reference=hostile), WHEN)
    said = text_of(pdf.bytes)
    assert '#panic("x")' in said
    assert all(line.id in said for line in lines)


def test_a_second_language_stands_beside_the_first_or_is_named(demo: Pack) -> None:
    letter = demo.letter("preservation")
    assert letter.parallel is not None
    latin = Parallel("dv", dict.fromkeys(letter.parallel.words, "words of the second language"))
    drawn = render(replace(letter, parallel=latin), DATA, WHEN)
    assert text_of(drawn.bytes).count("words of the second language") == len(latin.words)
    assert drawn.missing_glyphs == ()
    no_font = Parallel("zh", dict.fromkeys(letter.parallel.words, "\u4e2d\u6587"))
    without = render(replace(letter, parallel=no_font), DATA, WHEN)
    assert len(without.missing_glyphs) == len(no_font.words)
    assert without.missing_glyphs[0].place == "letters.yaml, preservation, title"
    assert "another script" not in text_of(without.bytes)


def test_a_request_without_substance_is_no_letter() -> None:
    with pytest.raises(ValueError, match="about nothing"):
        replace(DATA, lines=())
    with pytest.raises(ValueError, match="to nobody"):
        replace(DATA, to=())


def test_a_carriers_own_letter_comes_before_the_packs_first(demo: Pack) -> None:
    second = replace(demo.letter("disclosure"), id="second")
    pack = replace(demo, letters=(*demo.letters, second))
    own = replace(demo.carriers[0], letter="second")
    assert pack.letter_for(own, LetterKind.DISCLOSURE) is second
    assert pack.letter_for(own, LetterKind.PRESERVATION) is demo.letter("preservation")
    assert replace(pack, letters=()).letter_for(own, LetterKind.DISCLOSURE) is None
    with pytest.raises(KeyError):
        demo.letter("third")


def test_a_template_that_does_not_print_is_found_before_it_is_needed(copied: Path) -> None:
    (copied / "letters" / "disclosure.typ").write_text("#let x = (", encoding="utf-8")
    (found,) = check(copied)
    assert (found.file, found.severity) == ("letters/disclosure.typ", Severity.ERROR)
    assert "does not compile" in found.sentence
