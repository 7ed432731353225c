"""Inputs of real size, each read in a process of its own: how long it takes, and how much memory.

    python bench/size.py [NAME ...] [--part 0.1] [--folder /tmp]

makes each input (1 GB of reports, one document that is too large, one alert with 100,000 observations, a
table and a workbook with a million rows, a folder with 100,000 files, a carrier's answer in which all leases
overlap), reads it, and fails where the reading took more than 1 GiB. `--part` makes smaller ones. All
in them is invented.
"""

import argparse
import itertools
import json
import random
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

LIMIT: Final = 1 << 30
"""Bytes of memory that reading any input may take."""
GB: Final = 1_000_000_000
MAP: Final = {
    "faru_column_map": 1,
    "sender": "Ring of Peers",
    "zone": "UTC",
    "columns": {
        "ID": "number",
        "IP": "address",
        "Port": "port",
        "Seen": "at",
        "User": "user_id",
        "Hash": "sha1",
    },
}
TITLES: Final = ("ID", "IP", "Port", "Seen", "User", "Hash")


def report(number: int, observations: int = 2, words: int = 300) -> dict[str, Any]:
    """A report as the clearing house writes it."""
    captures = [
        {
            "captureType": "IP Address",
            "value": f"198.51.{seen >> 8 & 255}.{seen & 255}",
            "dateTime": f"2026-03-{seen % 28 + 1:02}T{seen % 24:02}:{seen % 60:02}:07Z",
            "eventName": "LOGIN",
            "port": str(1024 + seen % 60_000),
        }
        for seen in range(number, number + observations)
    ]
    person = {
        "firstName": "Invented",
        "espUserId": f"user-{number}",
        "screenName": {"value": f"reef_{number}"},
        "sourceInformation": {"sourceCaptures": captures},
    }
    child = {"firstName": "Zumra", "lastName": "Kandu", "approximateAge": "13", "espUserId": f"kid-{number}"}
    return {
        "reportId": number,
        "dateReceived": "2026-03-05T01:02:03Z",
        "reportedInformation": {
            "reportingEsp": {"espName": "ExampleChat"},
            "incidentSummary": {"incidentType": "Online Enticement of Children for Sexual Acts"},
            "reportedPeople": {"reportedPersons": [person]},
            "intendedRecipients": {"intendedRecipients": [child]},
            "additionalInfo": "He wrote again. " * (words // 3),
        },
    }


def rows(count: int) -> Iterator[tuple[str, ...]]:
    """Rows of a table of addresses seen."""
    for number in range(count):
        seen = f"2026-03-{number % 28 + 1:02} {number % 24:02}:{number % 60:02}:{number % 59:02}"
        address = f"203.0.113.{number % 256}"
        yield (
            str(number),
            address,
            str(1024 + number % 60_000),
            seen,
            f"reef_{number % 9999}",
            f"{number:040x}",
        )


def make_json(path: Path, part: float) -> None:
    """1 GB: a list of reports."""
    with path.open("w") as out:
        out.write("[")
        for number in itertools.count(190_000_000):
            out.write(("" if number == 190_000_000 else ",\n") + json.dumps(report(number, words=6000)))
            if out.tell() > GB * part:
                break
        out.write("]")


def make_document(path: Path, part: float) -> None:
    """One report of 1 GB between two small ones."""
    with path.open("w") as out:
        out.write(f'[{json.dumps(report(1))},\n{{"reportId": 2, "additionalInfo": "')
        for _ in range(int(1000 * part)):
            out.write("He wrote again. " * 62_500)
        out.write(f'"}},\n{json.dumps(report(3))}]')


def make_observations(path: Path, part: float) -> None:
    """One alert with 100,000 observations."""
    path.write_text(json.dumps(report(1, observations=int(100_000 * part))))


def make_table(path: Path, part: float) -> None:
    """A table with a million rows."""
    with path.open("w") as out:
        out.write(",".join(TITLES) + "\n")
        out.writelines(",".join(row) + "\n" for row in rows(int(1_000_000 * part)))


def make_workbook(path: Path, part: float) -> None:
    """A workbook with a million rows."""
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    sheet = book.create_sheet("P2P")
    sheet.append(TITLES)
    for row in rows(int(1_000_000 * part)):
        sheet.append(row)
    book.save(path)


def make_folder(path: Path, part: float) -> None:
    """A folder with 100,000 files."""
    for number in range(int(100_000 * part)):
        inner = path / f"{number // 1000:03}"
        inner.mkdir(parents=True, exist_ok=True)
        (inner / f"{number}.json").write_text(json.dumps(report(number, words=30)))


def make_archive(path: Path, part: float) -> None:
    """An archive of 5,000 alerts."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(int(5_000 * part)):
            archive.writestr(f"{number}.json", json.dumps(report(number, words=30)))


def make_answer(path: Path, part: float) -> None:
    """A carrier's answer: a million leases of one address, each overlapping the next ones."""
    chance = random.Random(5)
    with path.open("w") as out:
        out.write("address,port_from,port_to,start,end,subscriber\n")
        for number in range(int(1_000_000 * part)):
            minute = number % (28 * 24 * 60)
            start = f"2026-03-{minute // 1440 + 1:02}T{minute // 60 % 24:02}:{minute % 60:02}:00Z"
            end = f"2026-03-{minute // 1440 + 2:02}T{minute // 60 % 24:02}:{chance.randrange(60):02}:00Z"
            out.write(f"203.0.113.{number % 4},,,{start},{end},S-{number}\n")


def read_paths(path: Path, work: Path) -> str:
    """Read by the formats, as the desk does: batch by batch, each dropped again."""
    from faru.formats import intake
    from faru.formats.column_map import load_map
    from faru.formats.options import ReadOptions
    from faru.loaders.streams import digest_of
    from faru.mainjob.receive import receive_stream

    options = ReadOptions(maps=(load_map(json.dumps(MAP).encode(), "map.json"),))
    found = aside = files = 0
    sentence = ""
    for one in sorted(path.rglob("*.json")) if path.is_dir() else [path]:
        with one.open("rb") as stream:
            receive_stream(one.name, stream, lambda _, piece: digest_of(piece)[0])
            for batch in intake.read_batches(one.name, stream, options):
                found += len(batch.referrals)
                aside += len(batch.set_aside)
                sentence = batch.set_aside[-1].sentence if batch.set_aside else sentence
        files += 1
    return f"{files:,} files, {found:,} referrals, {aside} set aside. {sentence}"


def read_answer(path: Path, work: Path) -> str:
    """Import a carrier's answer."""
    from faru.attribution.store import Delivery, import_records

    found = import_records([Delivery(path=path, carrier="reefnet")], work / "r.parquet", work / "rejects.csv")
    return f"{found.rows:,} rows, {found.overlaps:,} overlaps"


CASES: Final[dict[str, tuple[str, Callable[[Path, float], None], Callable[[Path, Path], str]]]] = {
    "json": ("reports.json", make_json, read_paths),
    "document": ("document.json", make_document, read_paths),
    "observations": ("alert.json", make_observations, read_paths),
    "table": ("table.csv", make_table, read_paths),
    "workbook": ("table.xlsx", make_workbook, read_paths),
    "folder": ("folder", make_folder, read_paths),
    "archive": ("alerts.zip", make_archive, read_paths),
    "answer": ("answer.csv", make_answer, read_answer),
}


def peak() -> int:
    """Bytes of memory that this process has had at most. Not `ru_maxrss`: that counts its parent's too."""
    status = Path("/proc/self/status").read_text()
    return int(next(line for line in status.splitlines() if line.startswith("VmHWM:")).split()[1]) << 10


def measure(name: str, part: float, folder: Path) -> bool:
    """Make one input, read it in a child; whether that stayed below the limit."""
    file, make, _ = CASES[name]
    path = folder / file
    make(path, part)
    size = sum(one.stat().st_size for one in path.rglob("*")) if path.is_dir() else path.stat().st_size
    begun = time.monotonic()
    child = subprocess.run(
        [sys.executable, __file__, "--read", name, str(path)], check=False, capture_output=True, text=True
    )
    took = time.monotonic() - begun
    if child.returncode:
        print(f"{name}: failed\n{child.stderr}")
        return False
    most, said = child.stdout.strip().split(" ", 1)
    print(
        f"{name}: {size / 1e6:,.0f} MB in {took:,.1f} s, at most {int(most) / 2**20:,.0f} MiB: {said}",
        flush=True,
    )
    return int(most) < LIMIT


def main() -> int:
    """Exit 1 where some reading failed or took too much."""
    ask = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    ask.add_argument("names", nargs="*", help=", ".join(CASES))
    ask.add_argument("--part", type=float, default=1.0)
    ask.add_argument("--folder", type=Path)
    ask.add_argument("--read", nargs=2, help=argparse.SUPPRESS)
    given = ask.parse_args()
    if given.read:
        with tempfile.TemporaryDirectory(dir=given.folder) as work:
            said = CASES[given.read[0]][2](Path(given.read[1]), Path(work))
        print(peak(), said)
        return 0
    good = True
    for name in given.names or CASES:
        with tempfile.TemporaryDirectory(dir=given.folder) as folder:
            good = measure(name, given.part, Path(folder)) and good
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
