"""Rows of the desk's database as they are copied, and a way to write very many of them."""

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

SEED = 5
Row = list[Any]


class Ids:
    """Rising ids like those of the desk, made without asking the clock for each."""

    def __init__(self) -> None:
        from faru.desk.ids import new_id

        self._start = new_id
        self._last, self._left = 0, 0
        self._steps = random.Random(SEED)

    def new(self) -> UUID:
        """The next one."""
        if not self._left:
            self._last, self._left = self._start().int, 10_000
        self._left -= 1
        self._last += 1 + self._steps.getrandbits(20)
        return UUID(int=self._last)


@dataclass
class Table:
    """How the rows of one model are copied: which columns hold ids, times and sealed values."""

    model: Any
    path: str  # from the model to its lead
    within: str = ""  # another path that must come to the same lead
    name: str = ""
    columns: list[str] = field(default_factory=list)
    at: dict[str, int] = field(default_factory=dict)  # column -> place
    ids: list[int] = field(default_factory=list)
    times: list[int] = field(default_factory=list)
    sealed: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        from django.db import models

        from faru.desk.vault.fields import SealedField

        self.name = self.model._meta.db_table
        fields = [
            one
            for one in self.model._meta.concrete_fields
            if not one.generated and not isinstance(one, models.BigAutoField)
        ]
        self.columns = [one.column for one in fields]
        self.at = {column: place for place, column in enumerate(self.columns)}
        self.fields = fields
        for place, one in enumerate(fields):
            if isinstance(one, SealedField):
                self.sealed.append(place)
            elif isinstance(one, models.DateTimeField):
                self.times.append(place)
            elif one.is_relation or isinstance(one, models.UUIDField):
                self.ids.append(place)

    def rows(self, leads: Sequence[Any]) -> dict[UUID, list[Row]]:
        """The base rows by lead: ids, times, sealed values as Python has them, the rest as the database."""
        from django.db import connection
        from django.db.models import F

        found: dict[UUID, list[Row]] = {}
        ours = self.model._base_manager.filter(**{f"{self.path}__in": leads})
        if self.within:
            ours = ours.filter(**{self.within: F(self.path)})
        kept = {*self.ids, *self.times, *self.sealed}
        for lead, *values in ours.order_by("pk").values_list(
            self.path, *[one.attname for one in self.fields]
        ):
            row = [
                value if place in kept else one.get_db_prep_save(value, connection)
                for place, (one, value) in enumerate(zip(self.fields, values, strict=True))
            ]
            found.setdefault(lead, []).append(row)
        return found


class Writer:
    """Rows in line, written table by table in as few statements as the database takes."""

    def __init__(self) -> None:
        from django.db import connection

        self.connection = connection
        self.postgresql = connection.vendor == "postgresql"
        self.lines: dict[str, list[Row]] = {}
        self.counts: dict[str, int] = {}

    def add(self, name: str, row: Row, table: Table) -> None:
        """In the database's own forms."""
        if not self.postgresql:
            for place in table.ids:
                if row[place] is not None and type(row[place]) is UUID:
                    row[place] = row[place].hex
            for place in table.times:
                if row[place] is not None:
                    row[place] = row[place].replace(tzinfo=None).isoformat(" ")
        self.lines.setdefault(name, []).append(row)

    def flush(self, tables: list[Table]) -> None:
        """Write what is in line; what others point at goes first."""
        for table in tables:
            rows = self.lines.pop(table.name, [])
            if not rows:
                continue
            self.counts[table.name] = self.counts.get(table.name, 0) + len(rows)
            columns = ", ".join(f'"{one}"' for one in table.columns)
            with self.connection.cursor() as cursor:
                if self.postgresql:
                    with cursor.copy(f'COPY "{table.name}" ({columns}) FROM STDIN') as into:
                        for row in rows:
                            into.write_row(row)
                else:
                    marks = ", ".join(["%s"] * len(table.columns))
                    cursor.executemany(f'INSERT INTO "{table.name}" ({columns}) VALUES ({marks})', rows)

    def quick(self) -> "Quick":
        """While many rows are written nothing of them has to be durable."""
        return Quick(self.connection)


class Quick:
    """SQLite without its waits for the disk; PostgreSQL's commits without theirs."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection
        self._postgresql = connection.vendor == "postgresql"

    def __enter__(self) -> None:
        self._say("SET synchronous_commit = off" if self._postgresql else "PRAGMA synchronous = OFF")
        if not self._postgresql:
            self._say("PRAGMA cache_size = -1000000")

    def __exit__(self, *_: object) -> None:
        self._say("RESET synchronous_commit" if self._postgresql else "PRAGMA synchronous = FULL")
        self._say("ANALYZE")

    def _say(self, words: str) -> None:
        with self._connection.cursor() as cursor:
            cursor.execute(words)


def tables() -> list[Table]:
    """What is copied, in the order of writing: whatever a row points at stands before it."""
    from faru.desk.cases.models import Case, Clock
    from faru.desk.cases.models.case import CaseReferral, Member
    from faru.desk.referrals import models as referrals
    from faru.desk.vault.models import DataKey, Subject, Term

    return [
        Table(Subject, ""),
        Table(DataKey, ""),
        Table(referrals.ReceivedFile, ""),
        Table(referrals.Lead, "pk"),
        Table(referrals.Referral, "lead"),
        Table(referrals.ReportedChild, "referral__lead"),
        Table(referrals.Arrival, "referral__lead"),
        Table(referrals.Observation, "referral__lead"),
        Table(referrals.LinkKey, "referral__lead"),
        Table(referrals.Sheet, "lead"),
        Table(referrals.Edge, "a__lead", within="b__lead"),
        Table(referrals.Interrupt, "lead"),
        Table(Term, ""),
        Table(Case, "lead"),
        Table(CaseReferral, "case__lead"),
        Table(Member, "case__lead"),
        Table(Clock, "case__lead"),
    ]
