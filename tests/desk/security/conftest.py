"""The desk with something behind every address, as the tests of access know it."""

from tests.desk.access.conftest import Full
from tests.desk.access.conftest import _nothing_outlives_its_module as _nothing_outlives_its_module
from tests.desk.access.conftest import _nothing_outlives_its_test as _nothing_outlives_its_test
from tests.desk.access.conftest import full as full

__all__ = ["Full", "full"]
