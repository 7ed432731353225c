"""Who may open what: every address of the desk for every persona, as the one table says."""

import pytest
from tests.desk.access.conftest import Full
from tests.desk.access.expected import PERSONAS, ROWS, Row
from tests.desk.access.walking import addresses, sign, url_of


def test_every_address_is_in_the_table() -> None:
    listed = {row.name for row in ROWS}
    assert {name for name, _words in addresses()} == listed


def test_a_row_names_the_words_of_its_address() -> None:
    words = dict(addresses())
    assert [row.name for row in ROWS if set(row.words) != set(words[row.name])] == []


@pytest.mark.django_db
@pytest.mark.parametrize(
    "row", ROWS, ids=lambda row: f"{row.method} {row.name} {'-'.join(row.words.values())}"
)
def test_each_persona_gets_what_the_table_says(full: Full, row: Row) -> None:
    url = url_of(full, row.name, row.words)
    found = "".join(sign(full, who, row.method, url) for who in PERSONAS)
    assert dict(zip(PERSONAS, found, strict=True)) == dict(zip(PERSONAS, row.signs, strict=True))
