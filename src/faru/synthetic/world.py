"""Makes the whole invented world in one folder.

Alerts as the agencies send them, the carriers' records, and the truth apart from both.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from faru.synthetic import live_stories, maps, old_cases, packing, records, truth
from faru.synthetic.chance import Chance
from faru.synthetic.country import NETWORKS, NOW
from faru.synthetic.events import ordinary
from faru.synthetic.leases import Book, plans
from faru.synthetic.records import Progress
from faru.synthetic.stories import Story, reserved

FEWEST_REFERRALS = 30
FEWEST_ROWS = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """Where everything lies, and how much of it there is."""

    now: datetime
    folder: Path
    alerts: Path
    records: dict[str, Path]  # carrier id -> CSV
    coverage: dict[str, Path]  # carrier id -> CSV
    maps: Path  # folder of the unit's saved column maps
    truth: Path
    seed: int
    referrals: int  # different alerts
    copies: int  # sent twice, byte for byte
    versions: int  # sent again under the same number with other bytes
    files: int  # files under `alerts`
    rows: int
    in_danger: int  # alerts behind which a child is in danger now
    stories: Mapping[str, tuple[str, ...]]  # name -> numbers of its alerts, oldest first


def generate(
    folder: Path,
    *,
    seed: int,
    referrals: int = 300,
    rows: int = 1_000_000,
    progress: Progress | None = None,
    with_records: bool = True,
) -> World:
    """Writes the world into `folder` and says what it wrote. Same arguments, same bytes.

    `referrals` counts different alerts, `rows` record rows over all carriers. `progress` is called with
    ("alerts" | "records", done, total). Without records their paths stand in the World all the same:
    `write_records` writes them, meanwhile and in another process. Raises ValueError below 30 referrals or
    20,000 rows, where the planted stories would not fit.
    """
    if referrals < FEWEST_REFERRALS:
        raise ValueError(
            f"{referrals} referrals are too few for the planted stories: ask for {FEWEST_REFERRALS} or more."
        )
    if rows < FEWEST_ROWS:
        raise ValueError(f"{rows} rows are too few for the planted stories: ask for {FEWEST_ROWS} or more.")
    told = _stories(seed)
    book = _book(seed, rows, told)
    own = [alert for story in told for alert in story.alerts]
    alerts = sorted(
        [*own, *ordinary(seed, book, referrals - len(own))], key=lambda alert: (alert.received_at, alert.key)
    )
    sent = packing.write(folder / "alerts", alerts, seed, progress)
    maps.write(folder / "maps")
    if with_records:
        write_records(folder, seed=seed, rows=rows, progress=progress)
    truth.write(folder / "truth.json", seed, sent, told, rows)
    numbers = {one.alert.key: one.number or "" for one in sent}
    return World(
        now=NOW,
        folder=folder,
        alerts=folder / "alerts",
        records={network.id: folder / "records" / f"{network.id}.csv" for network in NETWORKS},
        coverage={network.id: folder / "records" / f"{network.id}-coverage.csv" for network in NETWORKS},
        maps=folder / "maps",
        truth=folder / "truth.json",
        seed=seed,
        referrals=len(alerts),
        copies=sum(one.copy for one in sent),
        versions=sum(one.version > 1 for one in sent),
        files=len({one.file for one in sent}),
        rows=rows,
        in_danger=sum(alert.in_danger for alert in alerts),
        stories={story.name: tuple(numbers[alert.key] for alert in story.alerts) for story in told},
    )


def write_records(folder: Path, *, seed: int, rows: int, progress: Progress | None = None) -> None:
    """Writes the carriers' answers of the world with this seed and so many rows, whatever its alerts."""
    told = _stories(seed)
    planted = [lease for story in told for lease in story.leases]
    records.write(folder / "records", _book(seed, rows, told), planted, rows, progress)


def _book(seed: int, rows: int, told: tuple[Story, ...]) -> Book:
    return Book(plans(seed, _shares(rows, told), frozenset(reserved(seed).values())))


def _stories(seed: int) -> tuple[Story, ...]:
    places = reserved(seed)
    return (
        live_stories.live_abuse(Chance(seed, "live_abuse"), places["live_abuse"]),
        live_stories.blackmail(Chance(seed, "blackmail"), places["blackmail"]),
        live_stories.eleven_subscribers(Chance(seed, "eleven"), places["eleven_subscribers"]),
        live_stories.utc_five_hours_off(Chance(seed, "five_hours"), places["utc_five_hours_off"]),
        old_cases.reprimand(Chance(seed, "reprimand")),
        old_cases.charge(Chance(seed, "charge")),
    )


def _shares(rows: int, told: tuple[Story, ...]) -> dict[str, int]:
    """Rows that arithmetic makes per carrier: its share, less the rows that stories bring."""
    shares = {network.id: rows * network.share // 100 for network in NETWORKS}
    shares[NETWORKS[-1].id] += rows - sum(shares.values())
    for story in told:
        for lease in story.leases:
            shares[lease.carrier] -= 1
    return shares
