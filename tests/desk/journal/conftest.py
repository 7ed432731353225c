"""What each database does in its own way is tested on the one that it speaks of."""

from tests.conftest import POSTGRESQL

collect_ignore_glob = ["*_of_sqlite.py" if POSTGRESQL else "*_of_postgresql.py"]
