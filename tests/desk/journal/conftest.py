"""Guards are triggers, and each database has its own: their tests run on the one that they speak of."""

from tests.conftest import POSTGRESQL

collect_ignore = ["test_guards_of_sqlite.py" if POSTGRESQL else "test_guards_of_postgresql.py"]
