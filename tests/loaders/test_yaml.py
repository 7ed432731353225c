"""What a pack's author may write, and what is said when it is not YAML."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from faru.loaders.yaml import Located, YamlFault, parse_yaml, read_yaml

PACK = b"""\
country: NO
open: 12:30
phone: 010
version: 1.10
days: 90
hours: 2.5
on: yes
shared: false
nothing:
empty: ""
since: 2026-01-31
list:
  - one
  - {id: two}
"""


def fault(text: bytes) -> YamlFault:
    with pytest.raises(YamlFault) as caught:
        parse_yaml(text, "pack.yaml")
    return caught.value


def test_values_are_read_as_written() -> None:
    assert parse_yaml(PACK, "pack.yaml").value == {
        "country": "NO",
        "open": "12:30",
        "phone": "010",
        "version": "1.10",
        "days": 90,
        "hours": 2.5,
        "on": "yes",
        "shared": False,
        "nothing": None,
        "empty": "",
        "since": "2026-01-31",
        "list": ["one", {"id": "two"}],
    }


def test_quoted_numbers_stay_text() -> None:
    assert parse_yaml(b"a: '90'\nb: \"true\"\n", "f").value == {"a": "90", "b": "true"}


def test_keys_that_look_like_numbers_stay_text() -> None:
    assert parse_yaml(b"112: help\nNO: no\n", "f").value == {"112": "help", "NO": "no"}


def test_every_value_knows_its_line() -> None:
    read = parse_yaml(PACK, "pack.yaml")
    assert read.line(("country",)) == 1
    assert read.line(("list", 0)) == 13
    assert read.line(("list", 1, "id")) == 14
    assert read.line(("list", 1, "name that is not there")) == 14
    assert read.line(("no such key",)) == 1


def test_a_nested_mapping_is_found_at_its_key() -> None:
    read = parse_yaml(b"a: 1\npolicy:\n\n\n  id: x\n", "f")
    assert read.line(("policy",)) == 2
    assert read.line(("policy", "id")) == 5


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        (b"a: 1\nb: 2\na: 3\n", 3, 'key "a" stands here a second time (first in line 1)'),
        (b"a: &x 1\nb: *x\n", 1, "Anchors"),
        (b"b: *x\n", 1, "Aliases"),
        (b"a: !!python/name:os.system x\n", 1, "Tags"),
        (b"a: 1\n---\nb: 2\n", 2, "second document"),
        (b"a: 1\n\tb: 2\n", 2, "not YAML"),
        (b"a: [1, 2\nb: 3\n", 2, "not YAML"),
        (b"a: 'never closed\n", 2, "not YAML"),
        (b"a: 1\n{b: c}: 2\n", 2, "key must be"),
        (b"a: 1\nb: \xff\xfe\n", 2, "UTF-8"),
        (b"a: 1\nb: x\x00y\n", 2, "not allowed"),
        (b"[" * 30, 1, "Nested deeper"),
    ],
)
def test_a_fault_names_file_line_and_mend(text: bytes, line: int, words: str) -> None:
    caught = fault(text)
    assert caught.line == line
    assert words in caught.sentence
    assert str(caught).startswith(f"pack.yaml:{line}: ")


def test_a_file_too_large_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "big.yaml"
    path.write_bytes(b"a: 1\n" * 100)
    with pytest.raises(YamlFault, match="larger than 50 bytes"):
        read_yaml(path, limit=50)


def test_a_folder_and_a_missing_file_have_their_sentence(tmp_path: Path) -> None:
    with pytest.raises(YamlFault, match="a folder"):
        read_yaml(tmp_path)
    with pytest.raises(YamlFault, match=r"gone\.yaml: The file cannot be read"):
        read_yaml(tmp_path / "gone.yaml", name="gone.yaml")


def test_an_empty_file_and_a_byte_order_mark() -> None:
    assert parse_yaml(b"", "f").value is None
    assert parse_yaml(b"# only a comment\n", "f").value is None
    assert parse_yaml(b"\xef\xbb\xbfa: 1\n", "f").value == {"a": 1}


def test_deep_nesting_by_the_thousand_is_refused_in_words() -> None:
    assert "Nested deeper" in fault(b"- " * 20_000).sentence


def read_or_refused(text: bytes) -> None:
    """Anything else than a document or a `YamlFault` leaves as an exception and fails the test."""
    try:
        outcome: Located | str = parse_yaml(text, "f")
    except YamlFault as caught:
        outcome = str(caught)
    assert isinstance(outcome, Located) or outcome.startswith("f:")


@settings(deadline=None, max_examples=200)
@given(st.data())
def test_mutated_files_are_read_or_refused_in_words(data: st.DataObject) -> None:
    pieces = st.sampled_from([b"%", b"%YAML 9", b"&", b"*", b"!", b'"\\x', b"{", b"- "])
    text = bytearray(PACK)
    for _ in range(data.draw(st.integers(1, 6))):
        place = data.draw(st.integers(0, len(text) - 1))
        cut = data.draw(st.integers(0, 3))
        text[place : place + cut] = data.draw(st.binary(max_size=3) | pieces)
    read_or_refused(bytes(text))


@settings(deadline=None, max_examples=100)
@given(st.text(max_size=60))
def test_any_text_is_read_or_refused_in_words(text: str) -> None:
    read_or_refused(text.encode("utf-8", "surrogatepass"))
