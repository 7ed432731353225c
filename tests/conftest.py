"""One invented unit's folder a test process, so that Django's settings can be read.

FARU_TEST_DATABASE=postgresql runs the tests on a PostgreSQL of their own, each process on its own database,
as the role that owns no table. The first process starts the server; those that xdist starts find it by
FARU_TEST_CLUSTER.
"""

import atexit
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.cluster import APP, OWNER, Cluster, url

from faru.desk import unit

_DATA = Path(tempfile.mkdtemp(prefix="faru-tests-"))
atexit.register(shutil.rmtree, _DATA, ignore_errors=True)
unit.create(_DATA / "unit", name="Test unit", pack_name="demo", origin="unit.example/faru-tests", demo=True)
(_DATA / "unit" / "static").mkdir()  # as `collectstatic` would have left it
os.environ[unit.VARIABLE] = str(_DATA / "unit")
os.environ["DJANGO_SETTINGS_MODULE"] = "faru.desk.settings"

POSTGRESQL = os.environ.get("FARU_TEST_DATABASE", "sqlite") == "postgresql"
_NAME = f"faru_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"


def _own_cluster() -> Cluster:
    """The server of this process, from the first use to its end."""
    made = Cluster()
    atexit.register(made.remove)
    return made


if POSTGRESQL:
    if "FARU_TEST_CLUSTER" not in os.environ:
        os.environ["FARU_TEST_CLUSTER"] = str(_own_cluster().host)
    _HOST = Path(os.environ["FARU_TEST_CLUSTER"])
    os.environ["FARU_DATABASE"] = url(_HOST, _NAME, APP)
    os.environ["FARU_DATABASE_OWNER"] = url(_HOST, _NAME, OWNER)

import django  # noqa: E402 - the settings need the folder

django.setup()

# The processes that xdist starts inherit this one's environment. Left there, the name of the settings would
# make them read this process's unit before their own conftest has made another: two processes, one folder.
del os.environ["DJANGO_SETTINGS_MODULE"]

if POSTGRESQL:
    # Commands that tests start work with units of their own.
    del os.environ["FARU_DATABASE"], os.environ["FARU_DATABASE_OWNER"]

    @pytest.fixture(scope="session")
    def django_db_setup(django_test_environment: None, django_db_blocker: object) -> None:
        """A database of this process, migrated as the owner; the server takes it away."""
        import psycopg

        from faru.desk.boot import migrate_as_owner

        with psycopg.connect(host=str(_HOST), dbname="postgres", user="postgres", autocommit=True) as server:
            server.execute(f"CREATE DATABASE {_NAME} OWNER {OWNER}")
        with django_db_blocker.unblock():
            migrate_as_owner()


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """A PostgreSQL server that a test may stop and start: not the one that the tests stand on."""
    made = Cluster()
    yield made
    made.remove()
