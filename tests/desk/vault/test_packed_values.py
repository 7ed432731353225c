"""Sealed values are packed where they are long, and read as they were written."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from faru.desk.referrals.models import Referral
from faru.desk.vault.fields import SMALL, packed

FIELD = Referral._meta.get_field("body")
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**9), 10**9) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(JSON)
def test_what_is_packed_reads_as_it_was(value) -> None:
    assert FIELD._load(FIELD._dump(value)) == value
    assert FIELD._load(FIELD._dump([value] * 50)) == [value] * 50


@pytest.mark.parametrize("text", ["x" * 10, "x" * SMALL, "ރީފް" * SMALL])
def test_long_values_take_less_room_and_short_ones_stay(text) -> None:
    plain = json.dumps(text, ensure_ascii=False).encode()
    assert (len(packed(plain)) < len(plain)) == (len(plain) >= SMALL)
    assert FIELD._load(packed(plain)) == text
