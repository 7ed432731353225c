"""A PostgreSQL of the tests' own: in a temporary folder, over a socket alone, gone with the tests.

The server refuses to run as root, so as root it runs as the user that its package made. Nothing is fsynced.
"""

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import psycopg

APP, OWNER = "faru_app", "faru_owner"
"""The two roles of docs/operations.md."""
INITDB = ("-E", "UTF8", "--locale=C.UTF-8", "--no-sync")


def programs() -> Path:
    """Where the newest server's programs are. scripts/test.sh installs them where they are missing."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda one: int(one.parts[-3]))
    on_path = shutil.which("initdb")
    if on_path is not None:
        return Path(on_path).parent
    if not found:
        raise RuntimeError("The tests need a PostgreSQL server: install Debian's package `postgresql`.")
    return found[-1].parent


class Cluster:
    """A running server. `host` is the folder of its socket."""

    def __init__(self, *, durable: bool = False) -> None:
        """`durable`: as a unit's own would be run; else nothing is flushed to the disk, which is faster."""
        self._flush = "" if durable else " -c fsync=off -c full_page_writes=off"
        self.host = Path(tempfile.mkdtemp(prefix="faru-pg-"))
        self._as = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
        if self._as:
            shutil.chown(self.host, "postgres")
        data = self.host / "data"
        self._call(
            "initdb",
            "-D",
            data,
            "-A",
            "trust",
            "-U",
            "postgres",
            "-E",
            "UTF8",
            "--locale=C.UTF-8",
            "--no-sync",
        )
        self._data = data
        self.start()
        with self.connect("postgres") as server:
            server.execute(f"CREATE ROLE {OWNER} LOGIN")
            server.execute(f"CREATE ROLE {APP} LOGIN")

    def start(self) -> None:
        """Start the server and wait until it answers."""
        options = f"-c listen_addresses='' -k {self.host}{self._flush} -c jit=off"
        log = self.host / "log"
        self._call("pg_ctl", "-D", self._data, "-w", "-l", log, "-o", options, "start")

    def stop(self, mode: str = "fast") -> None:
        """Stop the server; "immediate" as a crash would."""
        self._call("pg_ctl", "-D", self._data, "-w", "-m", mode, "stop")

    def remove(self) -> None:
        """Stop it and take its folder away."""
        self.stop("immediate")
        shutil.rmtree(self.host, ignore_errors=True)

    def connect(self, name: str, role: str = "postgres") -> psycopg.Connection:
        """A connection of its own, in autocommit."""
        return psycopg.connect(host=str(self.host), dbname=name, user=role, autocommit=True)

    def create(self, name: str) -> None:
        """An empty database that belongs to the owner."""
        with self.connect("postgres") as server:
            server.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
            server.execute(f"CREATE DATABASE {name} OWNER {OWNER}")

    def url(self, name: str, role: str) -> str:
        """What FARU_DATABASE says of it."""
        return url(self.host, name, role)

    def _call(self, program: str, *words: object) -> None:
        command = [*self._as, str(programs() / program), *map(str, words)]
        done = subprocess.run(
            command,
            cwd="/",
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            check=False,
        )
        if done.returncode:
            raise RuntimeError(f"{program} ended with {done.returncode}: {done.stdout.decode()[-2000:]}")


def url(host: Path, name: str, role: str) -> str:
    """The address of a database behind the socket in `host`."""
    return f"postgresql://{role}@/{name}?host={host}"
