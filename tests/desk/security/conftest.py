"""The desk with something behind every address, as the tests of access know it."""

import shutil
from collections.abc import Iterator

import pytest
from tests.desk.access.conftest import Full
from tests.desk.access.conftest import full as full

from faru.desk import unit
from faru.desk.vault import keys


def folders() -> list:
    """Where the unit keeps files."""
    here = unit.current()
    return [here.ledger, here.raw, here.records, here.documents, here.dossiers]


@pytest.fixture(autouse=True)
def _nothing_outlives_its_test() -> Iterator[None]:
    """Instead of the desk's own: the files behind the full desk must outlive a test, its keys need not."""
    keys.forget()
    yield
    keys.forget()


@pytest.fixture(scope="module", autouse=True)
def _nothing_outlives_its_module() -> Iterator[None]:
    yield
    for folder in folders():
        shutil.rmtree(folder, ignore_errors=True)


__all__ = ["Full", "full"]
