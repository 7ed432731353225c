"""How fast pages come while alerts come in: `python bench/desk.py [--referrals 10000 1000000] [--room DIR]`.

For each size a unit is filled (`fill.py`), served by `faru serve` on this machine, and used by officers over
HTTP: each in turn Today, Search, Lead, Referral, thinking in between, while `faru ingest` takes alerts in.
Every answer must be 200 and hold what it should. Prints the median, the 95th percentile and the longest time
of each page, what they are at the largest size against the smallest, and the server's peak memory.
Aim: 95 % within 300 ms, and growth of no more than twice.
"""

import argparse
import json
import os
import random
import re
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlencode

import fill

PAGES = ("Today", "Search", "Lead", "Referral")
SIZES = (10_000, 1_000_000)
OFFICERS, SECONDS, THINK_S = 20, 60.0, 0.5
FRESH = 2_000
"""Alerts that come in meanwhile."""
SAMPLE = 400
"""Leads and referrals that officers choose among."""
FARU = [sys.executable, "-m", "faru.cli"]
START_S = 120.0


@dataclass(frozen=True, slots=True)
class Things:
    """What officers look at, and their sessions."""

    sessions: list[str]
    leads: list[str]  # numbers
    referrals: list[tuple[str, str]]  # (id, the sender's number)


@dataclass
class Times:
    """Seconds of each answer by page, and what was wrong with answers."""

    by_page: dict[str, list[float]] = field(default_factory=lambda: {name: [] for name in PAGES})
    wrong: list[str] = field(default_factory=list)


def prepare(data: Path, officers: int) -> Things:
    """Officers with a session each, and things for them to look at. In a process of its own."""
    fill.open_unit(data)
    from django.conf import settings
    from django.test import Client

    from faru.desk.accounts.models import Holding, User
    from faru.desk.referrals.models import Lead, Referral
    from faru.desk.referrals.models.lead import Shelf

    sessions = []
    for number in range(officers):
        user, made = User.objects.get_or_create(
            username=f"officer{number}", defaults={"display_name": f"Officer {number}"}
        )
        if made:
            Holding.objects.bulk_create(
                Holding(user=user, role=role) for role in ("intake", "triage", "investigator")
            )
        client = Client()
        client.force_login(user, backend=settings.AUTHENTICATION_BACKENDS[0])
        sessions.append(client.cookies[settings.SESSION_COOKIE_NAME].value)
    newest = Lead.objects.filter(shelf=Shelf.OPEN).order_by("-id")
    first = [one.number for one in newest[:SAMPLE]]
    numbered = Referral.objects.exclude(lead=None).exclude(number="").order_by("-id")
    seen = [(str(key), number) for key, number in numbered.values_list("pk", "number")[:SAMPLE]]
    return Things(sessions, first, seen)


class Officer(threading.Thread):
    """Somebody who looks at one page after the other until the time is over."""

    def __init__(self, number: int, port: int, things: Things, until: float, think_s: float) -> None:
        super().__init__(daemon=True)
        self.times = Times()
        self._chance = random.Random(number)
        self._line = HTTPConnection("localhost", port, timeout=60)
        self._cookies = {"sessionid": things.sessions[number]}
        self._things, self._until, self._think_s = things, until, think_s

    def run(self) -> None:
        """Today, Search, Lead, Referral, and again."""
        time.sleep(self._chance.uniform(0, 2 * self._think_s))
        while time.monotonic() < self._until:
            self.round()

    def round(self) -> None:
        """Each page once."""
        if "csrftoken" not in self._cookies:
            self._ask("GET", "/search/")  # for the form's token
        for name in PAGES:
            self._look(name)
            time.sleep(self._chance.uniform(0, 2 * self._think_s))

    def _look(self, name: str) -> None:
        key, number = self._chance.choice(self._things.referrals)
        lead = self._chance.choice(self._things.leads)
        method, path, body, holds = {
            "Today": ("GET", "/today/", None, "L-"),
            "Search": ("POST", "/search/", urlencode({"q": number}), number),
            "Lead": ("GET", f"/leads/{lead}/", None, lead),
            "Referral": ("GET", f"/referrals/{key}/", None, number),
        }[name]
        started = time.perf_counter()
        try:
            status, text = self._ask(method, path, body)
        except OSError as fault:
            self.times.wrong.append(f"{name}: {type(fault).__name__}")
            self._line.close()
            return
        self.times.by_page[name].append(time.perf_counter() - started)
        if status != 200 or holds not in text:
            self.times.wrong.append(f"{name}: {status}{'' if holds in text else ', and not what was asked'}")

    def _ask(self, method: str, path: str, body: str | None = None) -> tuple[int, str]:
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self._cookies.items())}
        if body is not None:
            headers |= {
                "Content-Type": "application/x-www-form-urlencoded",
                "X-CSRFToken": self._cookies.get("csrftoken", ""),
            }
        self._line.request(method, path, body, headers)
        answer = self._line.getresponse()
        text = answer.read().decode()
        for given in answer.headers.get_all("Set-Cookie") or ():
            found = re.match(r"(\w+)=([^;]*)", given)
            if found:
                self._cookies[found[1]] = found[2]
        return answer.status, text


@contextmanager
def served(data: Path, port: int) -> Iterator[int]:
    """`faru serve` over this unit; its process id."""
    process = subprocess.Popen([*FARU, "serve", "--data", str(data), "--port", str(port)])
    try:
        _wait(process, port)
        yield process.pid
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=120)


def _wait(process: "subprocess.Popen[bytes]", port: int) -> None:
    """Until it answers."""
    over = time.monotonic() + START_S
    while process.poll() is None and time.monotonic() < over:
        line = HTTPConnection("localhost", port, timeout=5)
        try:
            line.request("GET", "/health/")
            line.getresponse().read()
            return
        except OSError:
            time.sleep(0.2)
        finally:
            line.close()
    raise SystemExit("The desk did not start: see above.")


@contextmanager
def taking_in(data: Path, alerts: Path | None) -> Iterator[None]:
    """Fresh alerts come in, until the block ends or all are in; None: nothing does."""
    if alerts is None:
        yield
        return
    process = subprocess.Popen(
        [*FARU, "ingest", str(alerts), "--data", str(data), "--as", "aisha"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield
    finally:
        state = "were all in before the end" if process.poll() is not None else "came in until the end"
        print(f"  fresh alerts {state}")
        process.terminate()
        process.wait(timeout=120)


def fresh_alerts(folder: Path, count: int) -> Path:
    """Alerts that no filled unit has."""
    from faru.synthetic import generate

    return generate(folder, seed=random.SystemRandom().randrange(10**6), referrals=count, rows=20_000).alerts


def measure(data: Path, given: argparse.Namespace) -> Times:
    """One size: serve, use, take in."""
    command = [sys.executable, __file__, "--prepare", str(data), "--officers", str(given.officers)]
    made = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    things = Things(made["sessions"], made["leads"], [(key, number) for key, number in made["referrals"]])
    whole = Times()
    with (
        tempfile.TemporaryDirectory(dir=given.room) as folder,
        served(data, given.port) as server,
        taking_in(data, fresh_alerts(Path(folder), given.fresh) if given.fresh else None),
    ):
        first = Officer(0, given.port, things, 0.0, 0.0)
        first.round()  # rules and templates are read at the first page; nobody measures that
        until = time.monotonic() + given.seconds
        officers = [
            Officer(number, given.port, things, until, given.think) for number in range(given.officers)
        ]
        for one in officers:
            one.start()
        for one in officers:
            one.join()
        print(f"  peak memory of the server: {_peak_mib(server):,} MiB")
    for one in officers:
        whole.wrong += one.times.wrong
        for name, seconds in one.times.by_page.items():
            whole.by_page[name] += seconds
    return whole


def _peak_mib(process: int) -> int:
    status = Path(f"/proc/{process}/status").read_text()
    found = re.search(r"VmHWM:\s+(\d+) kB", status)
    return int(found[1]) // 1024 if found else 0


def percentile(seconds: list[float], part: float) -> float:
    """The time within which this part of the answers came, in ms."""
    ordered = sorted(seconds)
    return 1000 * ordered[min(len(ordered) - 1, int(part * len(ordered)))]


def tell(times: Times, seconds: float) -> None:
    """A table of one size."""
    print(f"  {'page':<10}{'answers':>9}{'p50 ms':>9}{'p95 ms':>9}{'max ms':>9}")
    for name, found in times.by_page.items():
        if found:
            middle, late = 1000 * statistics.median(found), percentile(found, 0.95)
            print(f"  {name:<10}{len(found):>9,}{middle:>9.0f}{late:>9.0f}{1000 * max(found):>9.0f}")
    answers = sum(map(len, times.by_page.values()))
    print(f"  {answers:,} answers, {answers / seconds:.1f} a second, {len(times.wrong)} wrong")
    for sentence in sorted(set(times.wrong))[:5]:
        print(f"    {sentence}")


def bench(given: argparse.Namespace) -> bool:
    """All sizes; whether every answer was right."""
    results = {}
    for size in given.referrals:
        data = given.room / f"desk-{size}"
        print(f"{size:,} referrals, {given.officers} officers thinking {given.think} s on average")
        command = [sys.executable, str(Path(fill.__file__)), str(data), "--referrals", str(size)]
        subprocess.run(
            [*command, "--base", str(given.base)], check=True, stdout=subprocess.DEVNULL, env=os.environ
        )
        results[size] = measure(data, given)
        tell(results[size], given.seconds)
        if not given.keep:
            shutil.rmtree(data)
    small, large = (results[pick(results)] for pick in (min, max))
    if small is not large:
        for name in PAGES:
            before, after = (percentile(one.by_page[name], 0.95) for one in (small, large))
            print(f"{name:<10} p95 at the largest size against the smallest: {after / before:.2f}")
    return not any(one.wrong for one in results.values())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--referrals", type=int, nargs="+", default=list(SIZES))
    parser.add_argument("--officers", type=int, default=OFFICERS)
    parser.add_argument("--seconds", type=float, default=SECONDS)
    parser.add_argument("--think", type=float, default=THINK_S, help="mean seconds between two pages")
    parser.add_argument("--fresh", type=int, default=FRESH, help="alerts that come in meanwhile; 0: none")
    parser.add_argument("--base", type=int, default=fill.BASE)
    parser.add_argument("--room", type=Path, help="where units are made; a temporary folder otherwise")
    parser.add_argument("--keep", action="store_true", help="leave filled units in the room for next time")
    parser.add_argument("--port", type=int, default=8765)
    parser.add_argument("--quick", action="store_true", help="a small unit, a few seconds")
    parser.add_argument("--prepare", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.prepare:
        found = prepare(given.prepare, given.officers)
        print(json.dumps({name: getattr(found, name) for name in ("sessions", "leads", "referrals")}))
        return
    if given.quick:
        given.referrals, given.base, given.fresh = [300], 40, 30
        given.officers, given.seconds, given.think = 3, 4.0, 0.1
    with tempfile.TemporaryDirectory() as folder:
        given.room = given.room or Path(folder)
        given.room.mkdir(parents=True, exist_ok=True)
        right = bench(given)
    raise SystemExit(0 if right else 1)


if __name__ == "__main__":
    main()
