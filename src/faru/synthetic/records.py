"""Writes the carriers' answers: one CSV a carrier in the canonical layout, and what each covers.

`start,end,address,port_from,port_to,subscriber`; times UTC; an empty end is open; empty ports mean the whole
address. Rows stream out timeline by timeline, so memory does not grow with their number.
"""

from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from faru.synthetic.country import DAY, NETWORKS, NOW_S, Network, utc_text
from faru.synthetic.leases import Book, Lease

HEADER: Final = "start,end,address,port_from,port_to,subscriber\n"
COVERAGE_HEADER: Final = "address_or_prefix,from,to\n"
Progress = Callable[[str, int, int], None]

_CLOCK: Final = tuple(f"T{s // 3600:02d}:{s // 60 % 60:02d}:{s % 60:02d}Z" for s in range(DAY))
_BATCH: Final = 10_000


def write(folder: Path, book: Book, planted: Iterable[Lease], total: int, progress: Progress | None) -> None:
    """Writes `<carrier>.csv` and `<carrier>-coverage.csv` for every carrier; `total` is for the progress."""
    folder.mkdir(parents=True, exist_ok=True)
    by_hand = list(planted)
    done = 0
    for network in NETWORKS:
        with (folder / f"{network.id}.csv").open("w", encoding="utf-8", newline="") as file:
            file.write(HEADER)
            own = [lease for lease in by_hand if lease.carrier == network.id]
            for lines in _batches(network, book, own):
                file.write("".join(lines))
                done += len(lines)
                if progress is not None:
                    progress("records", done, total)
        coverage = COVERAGE_HEADER + "".join(_covered(network))
        (folder / f"{network.id}-coverage.csv").write_text(coverage, encoding="utf-8", newline="")


def _covered(network: Network) -> Iterator[str]:
    for block in network.blocks:
        yield f"{block.prefix},{utc_text(NOW_S - block.days * DAY)},{utc_text(NOW_S)}\n"


def _batches(network: Network, book: Book, by_hand: list[Lease]) -> Iterator[list[str]]:
    """Lines, some ten thousand at a time."""
    days = {
        day: datetime.fromtimestamp(day * DAY, UTC).strftime("%Y-%m-%d")
        for day in range(NOW_S // DAY - 400, NOW_S // DAY + 30)
    }
    batch = [row_text(lease) for lease in by_hand]
    for plan in book.by_carrier[network.id]:
        for timeline in range(plan.timelines):
            _, low, high = plan.place(timeline)
            ports = "," if low is None else f"{low},{high}"
            for lease in plan.leases(timeline):
                _, start, end, address, _, _, subscriber, fault, _ = lease
                if fault is not None:
                    batch.append(broken_text(lease))
                    continue
                begun = days[start // DAY] + _CLOCK[start % DAY]
                ended = "" if end is None else days[end // DAY] + _CLOCK[end % DAY]
                batch.append(f"{begun},{ended},{address},{ports},{subscriber}\n")
            if len(batch) >= _BATCH:
                yield batch
                batch = []
    yield batch


def row_text(lease: Lease) -> str:
    """One sound row."""
    end = "" if lease.end is None else utc_text(lease.end)
    ports = "," if lease.port_from is None else f"{lease.port_from},{lease.port_to}"
    return f"{utc_text(lease.start)},{end},{lease.address},{ports},{lease.subscriber}\n"


def broken_text(lease: Lease) -> str:
    """The row as a tired export wrote it: one of seven ways to be no record."""
    start, end = utc_text(lease.start), utc_text(lease.end or NOW_S)
    ports = "," if lease.port_from is None else f"{lease.port_from},{lease.port_to}"
    damaged = lease.address[:-1] + "x"
    ways = (
        f"{end},{start},{lease.address},{ports},{lease.subscriber}\n",  # ends before it starts
        f"{start},{start},{lease.address},{ports},{lease.subscriber}\n",  # ends as it starts
        f"0000-00-00T00:00:00Z,{end},{lease.address},{ports},{lease.subscriber}\n",
        f"{start},{end},{damaged},{ports},{lease.subscriber}\n",
        f"{start},{end},{lease.address},{ports},\n",  # names nobody
        f"{start},{end},{lease.address},4096,1023,{lease.subscriber}\n",  # ports the wrong way round
        f"{start},{end},{lease.address}\n",  # cut short
    )
    return ways[(lease.fault or 0) % len(ways)]
