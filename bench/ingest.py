"""How fast alerts come in: `python bench/ingest.py [--stored 10000 1000000] [--database sqlite postgresql]`.

Alerts are received, parsed, stored, linked, scored and told to the ledger, through the actions that
`faru ingest` calls: some file by file, each durable before the next, then the whole folder. For each database
and each number of referrals that are here already (`fill.py`) a process of its own measures; the leads must
be those that the engine makes of the same alerts at once. Prints referrals a second, processor time for each
of them, peak memory, and the rate at the largest size against the smallest. Aim: 1,000 a second in batches,
falling by less than a fifth.
"""

import argparse
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import fill

STORED = (10_000, 1_000_000)
DATABASES = ("sqlite", "postgresql")
BATCH, SINGLE = 2_000, 200
"""Alerts that come in as a folder, and one by one."""
FALL = 0.2


def main() -> int:
    """The command."""
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("--stored", type=int, nargs="+", default=list(STORED))
    words.add_argument("--database", nargs="+", choices=DATABASES, default=list(DATABASES))
    words.add_argument("--batch", type=int, default=BATCH)
    words.add_argument("--single", type=int, default=SINGLE)
    words.add_argument("--room", type=Path, help="where filled units are kept for another run")
    words.add_argument("--measure", type=Path, help=argparse.SUPPRESS)
    given = words.parse_args()
    if given.measure is not None:
        print(json.dumps(measure(given.measure, given.stored[0], given.batch, given.single)))
        return 0
    room = given.room or Path(tempfile.mkdtemp(prefix="faru-bench-"))
    try:
        return compare(room, given)
    finally:
        if given.room is None:
            shutil.rmtree(room, ignore_errors=True)


def compare(room: Path, given: argparse.Namespace) -> int:
    """Every database at every size, and what that says; 1 where leads do not agree."""
    agree = True
    for database in given.database:
        rates = []
        for stored in given.stored:
            with Server(database) as address:
                found = child(room / f"{database}-{stored}", stored, address, given)
            agree &= found["agree"]
            rates.append(found["batch"]["rate"])
            print(line(database, stored, found), flush=True)
        if len(rates) > 1:
            fall = 1 - rates[-1] / rates[0]
            sizes = f"from {given.stored[0]:,} to {given.stored[-1]:,}"
            print(f"{database}: falls by {fall:.0%} {sizes} (aim under {FALL:.0%})")
    print("leads are those of the engine" if agree else "LEADS ARE NOT THOSE OF THE ENGINE")
    return 0 if agree else 1


def line(database: str, stored: int, found: dict[str, Any]) -> str:
    """One measurement for a person."""
    parts = [
        f"{found[way]['rate']:7,.0f}/s {name} ({found[way]['cpu_ms']:.1f} ms of processor each)"
        for way, name in (("batch", "in batches"), ("single", "one by one"))
    ]
    return f"{database:<10} {stored:>9,} stored: {'; '.join(parts)}; peak {found['peak_mib']:,} MiB"


class Server:
    """The address of an empty PostgreSQL of its own, on which nothing is spared; None for SQLite."""

    def __init__(self, database: str) -> None:
        self._cluster: Any = None
        self._wanted = database == "postgresql"

    def __enter__(self) -> str | None:
        if not self._wanted:
            return None
        sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
        from cluster import OWNER, Cluster

        self._cluster = Cluster(durable=True)
        self._cluster.create("bench")
        return str(self._cluster.url("bench", OWNER))

    def __exit__(self, *_fault: object) -> None:
        if self._cluster is not None:
            self._cluster.remove()


def child(data: Path, stored: int, address: str | None, given: argparse.Namespace) -> dict[str, Any]:
    """Measure in a process of its own: Django knows one database a process."""
    words = ["--measure", data, "--stored", stored, "--batch", given.batch, "--single", given.single]
    told = os.environ | ({} if address is None else {"FARU_DATABASE": address})
    if address is not None:
        shutil.rmtree(data, ignore_errors=True)  # its rows went with their server
    run = subprocess.run(
        [sys.executable, __file__, *map(str, words)], stdout=subprocess.PIPE, env=told, check=True, text=True
    )
    found: dict[str, Any] = json.loads(run.stdout.splitlines()[-1])
    return found


def measure(data: Path, stored: int, batch: int, single: int) -> dict[str, Any]:
    """Fill, then take in the same kind of alerts both ways."""
    fill.fill(data, stored)
    from faru.desk import clock
    from faru.desk.accounts.system import system
    from faru.desk.journal.sealing import seal_now
    from faru.desk.referrals.folder import take_in
    from faru.desk.referrals.models import Referral
    from faru.synthetic import generate

    def taken(paths: list[Path]) -> dict[str, Any]:
        before, wall, cpu = Referral.objects.count(), time.perf_counter(), time.process_time()
        for path in paths:
            take_in(actor=system(), paths=[path], bar=lambda _name: lambda _done, _of: None)
        wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
        new = Referral.objects.count() - before
        return {"new": new, "rate": new / wall, "cpu_ms": 1000 * cpu / max(new, 1)}

    found: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as folder:
        seed = 1_000 + Referral.objects.count() % 1_000_000
        world = generate(Path(folder), seed=seed, referrals=max(batch, single), rows=20_000)
        files = sorted(one for one in world.alerts.rglob("*") if one.is_file())
        with clock.standing_at(world.now):
            started = clock.now()
            found["single"] = taken(files[:single])
            found["batch"] = taken([world.alerts])
            found["agree"] = as_the_engine(Referral.objects.filter(received_at__gte=started, current=True))
        seal_now()
    found["peak_mib"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    return found


def as_the_engine(rows: Any) -> bool:
    """Whether these referrals are parted into leads as the engine parts them by themselves."""
    from faru.desk import unit
    from faru.desk.referrals.reads import own
    from faru.triage import draw, group

    came = own(rows)
    edges, _hubs = draw((one.read for one in came), unit.pack().rulebook.hub_limit)
    lead_of = {one.read.identity: one.row.lead_id for one in came}
    stored: dict[Any, set[Any]] = {}
    for identity, lead in lead_of.items():
        stored.setdefault(lead, set()).add(identity)
    wanted = {frozenset(lead.members) for lead in group(lead_of, edges)}
    return {frozenset(members) for members in stored.values()} == wanted


if __name__ == "__main__":
    sys.exit(main())
