"""A country's year in one command: `faru demo` from nothing to a desk that answers, measured from outside.

    python bench/year.py
    python bench/year.py --no-serve --referrals 5000 --rows 10000000

Printed: what the demo says (no terminal shows its bars here: it says the seconds of each phase), then the
time on the wall and of the processor, and the peak memory of the whole process tree (resident set, sampled).
Fails over 180 seconds or 4 GiB, or where the demo itself fails.
"""

import argparse
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from pathlib import Path

SECONDS, GIB = 180, 4
_PAGE = os.sysconf("SC_PAGE_SIZE")
_TICK = os.sysconf("SC_CLK_TCK")


def tree(root: int) -> list[tuple[int, float]]:
    """(resident bytes, processor seconds) of a process and of everything below it. Linux only."""
    parents: dict[int, list[int]] = {}
    seen: dict[int, tuple[int, float]] = {}
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            fields = (entry / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue  # it has just ended
        parents.setdefault(int(fields[1]), []).append(int(entry.name))
        seen[int(entry.name)] = (int(fields[21]) * _PAGE, sum(map(int, fields[11:15])) / _TICK)
    found, waiting = [], [root]
    while waiting:
        one = waiting.pop()
        if one in seen:
            found.append(seen[one])
        waiting += parents.get(one, ())
    return found


class Watch(threading.Thread):
    """Samples the tree twice a second."""

    def __init__(self, root: int) -> None:
        super().__init__(daemon=True)
        self.root, self.peak, self.cpu, self.over = root, 0, 0.0, threading.Event()

    def run(self) -> None:
        while not self.over.wait(0.5):
            now = tree(self.root)
            self.peak = max(self.peak, sum(size for size, _ in now))
            self.cpu = max(self.cpu, sum(cpu for _, cpu in now))


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("localhost", 0))
        return int(probe.getsockname()[1])


def answers(port: int, until: float) -> bool:
    """Whether the desk says that it is well before `until` (monotonic)."""
    while time.monotonic() < until:
        try:
            urllib.request.urlopen(f"http://localhost:{port}/health/", timeout=5).close()
            return True
        except OSError:
            time.sleep(0.1)
    return False


def main() -> int:
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("--referrals", type=int, default=5_000)
    words.add_argument("--rows", type=int, default=10_000_000)
    words.add_argument("--no-serve", action="store_true", help="the engines alone, without the desk")
    given = words.parse_args()
    env = {name: value for name, value in os.environ.items() if not name.startswith(("FARU_", "DJANGO_"))}
    port = free_port()
    with tempfile.TemporaryDirectory(prefix="faru-year-") as folder:
        command = [sys.executable, "-u", "-m", "faru.cli", "demo", "--data", f"{folder}/data"]
        command += ["--referrals", str(given.referrals), "--rows", str(given.rows)]
        command += ["--no-serve"] if given.no_serve else ["--port", str(port)]
        began = time.monotonic()
        with subprocess.Popen(
            command, env=env, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        ) as running:
            watch = Watch(running.pid)
            watch.start()
            assert running.stdout is not None
            served = False
            for line in running.stdout:
                print(line, end="", flush=True)
                if line.startswith("The desk is at"):
                    served = answers(port, time.monotonic() + 60)
                    break
            seconds = time.monotonic() - began
            watch.over.set()
            watch.join()
            if not given.no_serve:
                running.send_signal(signal.SIGTERM)
            running.stdout.read()
        well = running.returncode == 0 if given.no_serve else served
    peak = watch.peak / 2**30
    print(
        f"{seconds:.1f} s wall, {watch.cpu:.1f} s processor, {peak:.2f} GiB at the peak of the process tree"
    )
    if not well:
        print("The demo failed.")
    return 0 if well and seconds <= SECONDS and peak <= GIB else 1


if __name__ == "__main__":
    sys.exit(main())
