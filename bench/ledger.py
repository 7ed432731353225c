"""How long verifying a whole ledger takes: `python bench/ledger.py [--entries N] [--keep DIR]`.

Makes a log of N entries (one checkpoint a thousand), verifies it in a process of its own, and again with one
line dropped. Prints seconds and peak memory. Goal: 1,000,000 entries in under 10 s.
"""

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

BATCH = 999  # and the checkpoint's own entry


def make(folder: Path, entries: int) -> float:
    """A log of that many entries; seconds that recording and sealing took."""
    from faru.ledger.clock import SimulatedClock
    from faru.ledger.keys import Signer
    from faru.ledger.log import Ledger
    from faru.ledger.store import FileStore
    from faru.ledger.tags import Action

    started = time.perf_counter()
    clock = SimulatedClock(datetime(2026, 1, 1, tzinfo=UTC))
    with FileStore(folder) as store:
        ledger = Ledger(store, Signer.new("bench.example/ledger"), clock)
        while ledger.size < entries:
            for number in range(min(BATCH, entries - ledger.size - 1)):
                payload = {"number": number}
                ledger.record(Action.STEP_DO, actor="0a" * 16, role="investigator", payload=payload)
            ledger.seal()
            clock.advance(timedelta(seconds=5))
    return time.perf_counter() - started


def verify(folder: Path) -> None:
    """Child: verify and say how it went, as JSON."""
    from faru.ledger.verify import verify_folder

    started, used = time.perf_counter(), time.process_time()
    report = verify_folder(folder)
    result = {
        "valid": report.valid,
        "size": report.size,
        "problems": [problem.sentence for problem in report.problems[:3]],
        "seconds": round(time.perf_counter() - started, 2),
        "cpu_seconds": round(time.process_time() - used, 2),
        "peak_mib": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
    }
    print(json.dumps(result))


def in_a_child(folder: Path) -> str:
    command = [sys.executable, __file__, "--verify", str(folder)]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--entries", type=int, default=1_000_000)
    parser.add_argument("--keep", type=Path, help="make the log here, or use the one that is here")
    parser.add_argument("--verify", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.verify:
        verify(given.verify)
        return
    with tempfile.TemporaryDirectory() as place:
        folder = given.keep or Path(place) / "ledger"
        if not (folder / "entries.jsonl").exists():
            seconds = make(folder, given.entries)
            print(
                f"recorded and sealed {given.entries:,} in {seconds:.1f} s, {given.entries / seconds:,.0f}/s"
            )
        print("whole  ", in_a_child(folder))
        broken = Path(place) / "broken"
        broken.mkdir()
        for name in ("leaves.txt", "checkpoints.txt", "key.pub"):
            (broken / name).symlink_to((folder / name).resolve())
        with (folder / "entries.jsonl").open("rb") as source, (broken / "entries.jsonl").open("wb") as target:
            for number, line in enumerate(source):
                if number != given.entries // 2:
                    target.write(line)
        print("dropped", in_a_child(broken))


if __name__ == "__main__":
    main()
