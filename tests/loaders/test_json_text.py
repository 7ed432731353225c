"""JSON from strangers: what is good is kept, what is not has a sentence, each record has its own bytes."""

import hashlib
import io
import json
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from faru.loaders.json_spans import MAX_DEPTH
from faru.loaders.json_text import JsonRecord, Number, read_json, stream_json
from faru.loaders.refusals import Fault, Note, Refused
from faru.loaders.streams import read_all


def pieces(raw: bytes) -> list[JsonRecord | Fault | Note]:
    return list(read_json(raw, "f.json"))


def records(raw: bytes) -> list[JsonRecord]:
    return [piece for piece in pieces(raw) if isinstance(piece, JsonRecord)]


def sentences(raw: bytes) -> str:
    found = []
    for piece in pieces(raw):
        found += [n.sentence for n in piece.notes] if isinstance(piece, JsonRecord) else [piece.sentence]
    return "\n".join(found)


def test_a_byte_order_mark_is_no_part_of_the_record() -> None:
    assert records(b'\xef\xbb\xbf{"a": "b"}\n')[0].raw == b'{"a": "b"}'


def test_elements_of_a_list_have_their_own_bytes() -> None:
    raw = b'[ {"a": "]}"},\n\n{"b":"\xc3\xa9"} ]'
    assert [record.raw for record in records(raw)] == [b'{"a": "]}"}', b'{"b":"\xc3\xa9"}']
    assert [record.path for record in records(raw)] == ["$[0]", "$[1]"]


def test_utf16_is_read_as_such_and_keeps_its_bytes() -> None:
    raw = b"\xff\xfe" + '[{"a":"é"}]'.encode("utf-16-le")
    assert records(raw)[0].value == {"a": "é"}
    assert records(raw)[0].raw == '{"a":"é"}'.encode("utf-16-le")
    assert "UTF-16" in sentences(raw)


def test_bytes_that_are_not_utf8_are_named_and_kept() -> None:
    raw = b'{"a":"x\xff"}'
    assert records(raw)[0].value == {"a": "x\ufffd"}
    assert records(raw)[0].raw == raw
    assert "byte 7 (0xff) is not UTF-8" in sentences(raw)


def test_a_cut_list_keeps_its_whole_records() -> None:
    found = pieces(b'[{"a":1},{"b":2},{"c":')
    assert [r.value for r in found if isinstance(r, JsonRecord)] == [{"a": "1"}, {"b": "2"}]
    assert isinstance(found[-1], Fault)
    assert found[-1].raw == b'{"c":'
    assert "breaks off" in found[-1].sentence


def test_a_list_cut_between_records_says_so() -> None:
    assert len(records(b'[{"a":1},')) == 1
    assert "never closed" in sentences(b'[{"a":1},')


def test_a_broken_record_is_set_aside_alone() -> None:
    found = pieces(b'[{"a":1},{"b" 2},{"c":3}]')
    assert [r.value for r in found if isinstance(r, JsonRecord)] == [{"a": "1"}, {"c": "3"}]
    assert [f.raw for f in found if isinstance(f, Fault)] == [b'{"b" 2}']


def test_of_a_doubled_key_no_value_is_chosen() -> None:
    record = records(b'{"a": 1, "b": 2, "a": 3}')[0]
    assert record.value == {"b": "2"}
    assert record.value.doubled == {"a": ["1", "3"]}
    assert "stands 2 times" in record.notes[0].sentence


def test_numbers_stay_as_written() -> None:
    raw = b'{"a": 1e400, "b": 12345678901234567890123, "c": 1.10, "d": ' + b"9" * 5000 + b"}"
    value = records(raw)[0].value
    assert (value["a"], value["b"], value["c"]) == ("1e400", "12345678901234567890123", "1.10")
    assert isinstance(value["d"], Number)
    assert len(value["d"]) == 5000


def test_nan_is_no_value() -> None:
    assert records(b'{"a": NaN, "b": -Infinity}')[0].value == {"a": None, "b": None}
    assert "NaN is no JSON value" in sentences(b'{"a": NaN}')


@pytest.mark.parametrize("opening", [b"[", b'{"a":', b'[{"a":'])
def test_depth_is_refused_without_harm(opening: bytes) -> None:
    assert not records(opening * 200_000)
    assert "nested deeper" in sentences(opening * 200_000)


def test_the_deepest_allowed_is_read() -> None:
    raw = b'{"a":' * MAX_DEPTH + b"1" + b"}" * MAX_DEPTH
    assert len(records(raw)) == 1
    assert not records(b'{"a":' + raw + b"}")


def test_nul_bytes() -> None:
    assert records(b'{"a": "x\x00y"}\x00\x00')[0].value == {"a": "xy"}
    assert records(b'{"a": \x00 "x"}')[0].value == {"a": "x"}
    assert "NUL" in sentences(b'{"a": "x\x00y"}')
    assert "NUL" in sentences(b'{"a": \x00 "x"}')


def test_lone_surrogates_and_bidi_overrides_are_not_shown() -> None:
    assert records(b'{"a": "\\ud800x\\u202Eyz"}')[0].value == {"a": "\ufffdxyz"}
    assert "U+202E" in sentences(b'{"a": "\\u202Eyz"}')


@pytest.mark.parametrize("raw", [b"", b" \n", b"\x00\x00", b"\xef\xbb\xbf"])
def test_blanks_have_a_sentence(raw: bytes) -> None:
    assert "only blanks" in sentences(raw)


def test_utf32_and_size_are_refused() -> None:
    with pytest.raises(Refused, match="UTF-32"):
        list(read_json('{"a":1}'.encode("utf-32"), "f.json"))


def test_too_large_a_document_is_refused_in_a_sentence() -> None:
    with pytest.raises(Refused) as refused:
        read_all(io.BytesIO(b"x" * 11), "f.xml", limit=10)
    assert refused.value.sentence == (
        "f.xml: one document of more than 10 bytes can't be read; it is kept and hashed, "
        "ask the sender for it in smaller files"
    )


def test_too_large_a_record_is_hashed_and_set_aside_alone() -> None:
    large = b'{"b": "' + "ރ".encode() * 20 + b'" }'
    raw = b'\xef\xbb\xbf[{"a":1},\n  ' + large + b'  \n,{"c":2}]'
    found = [list(stream_json(io.BytesIO(raw), "f.json", window=w, largest=40)) for w in (1, 9, 1000)]
    assert found[0] == found[1] == found[2]
    assert [piece.value for piece in found[0] if isinstance(piece, JsonRecord)] == [{"a": "1"}, {"c": "2"}]
    fault = next(piece for piece in found[0] if isinstance(piece, Fault))
    assert fault.sha256 == hashlib.sha256(large).hexdigest()
    assert fault.sentence == (
        f"f.json: $[1], line 2, byte {raw.index(large)}: one record of {len(large)} bytes; no more than 40 "
        "are read at once. It is kept and hashed: ask the sender for it in parts"
    )


def test_a_deep_rest_after_a_list_is_set_aside() -> None:
    assert "nested deeper than 64" in sentences(b"[{}]" + b"[" * 5000)


def sorted_out(pieces: list[JsonRecord | Fault | Note]) -> list[list[JsonRecord | Fault | Note]]:
    return [[piece for piece in pieces if isinstance(piece, kind)] for kind in (JsonRecord, Fault, Note)]


_HOSTILE = st.lists(
    st.sampled_from([*'[]{},:"\\ \n\x00', '"a"', '"b\\"c"', "1", "é", "ރ", "😀", '{"a":1}', '{"a": [1,2]}'])
)


@settings(deadline=None, max_examples=300)
@given(
    st.builds(
        lambda parts, before, after, encoding, cut: (
            before + "".join(parts).encode(encoding)[: cut or None] + after
        ),
        _HOSTILE,
        st.sampled_from([b"", b"[", b"\xef\xbb\xbf[", b"\xff\xfe", b"\xfe\xff"]),
        st.sampled_from([b"", b"]", b"\xc3", b"\xff"]),
        st.sampled_from(["utf-8", "utf-16-le", "utf-16-be"]),
        st.integers(0, 9),
    ),
    st.integers(1, 7),
)
def test_a_stream_in_windows_reads_as_the_whole(raw: bytes, window: int) -> None:
    assume(not raw.startswith((b"\xff\xfe\x00\x00", b"\x00\x00\xfe\xff")))  # UTF-32 is refused
    whole = list(stream_json(io.BytesIO(raw), "f.json", window=len(raw) + 1))
    parted = list(stream_json(io.BytesIO(raw), "f.json", window=window))
    assert sorted_out(parted) == sorted_out(whole)


def test_records_one_after_another() -> None:
    assert [r.value for r in records(b'{"a":1}\n{"b":2}\n')] == [{"a": "1"}, {"b": "2"}]


_JSON = st.recursive(
    st.none() | st.booleans() | st.text(max_size=8) | st.integers(-9, 9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=8,
)


def plain(value: Any) -> Any:
    if isinstance(value, Number):
        return int(value)
    if isinstance(value, list):
        return [plain(item) for item in value]
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    return value


@settings(deadline=None, max_examples=150)
@given(st.lists(st.dictionaries(st.sampled_from("abcd"), _JSON, max_size=3), max_size=4), st.booleans())
def test_what_python_writes_is_read_back(documents: list[dict[str, Any]], spaced: bool) -> None:
    clean = json.loads(json.dumps(documents))
    raw = json.dumps(documents, indent=1 if spaced else None).encode()
    found = records(raw)
    assert [json.loads(record.raw) for record in found] == clean


@settings(deadline=None, max_examples=300)
@given(st.binary(max_size=60) | st.text(alphabet='[]{}",:\\ a1\x00', max_size=40).map(str.encode))
def test_nothing_but_refused_ever_leaves(raw: bytes) -> None:
    try:
        found = pieces(raw)
    except Refused:
        return
    assert found or raw.strip(b" \t\r\n\x00")[:1] == b"["
