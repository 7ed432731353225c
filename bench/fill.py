"""A desk with many referrals, fast: `python bench/fill.py DATA --referrals N`.

A small invented world goes through the real pipeline; the rest are copies of what it made. A copy is
everything that hangs on one lead, under new ids, numbers, values, subjects and keys, sealed anew under these,
and put somewhere in the past year. Old interrupts are cleared, and some leads are closed, claimed or waiting.
Of what links two leads nothing is copied, and copies have no raw bytes on disk.
"""

import argparse
import hashlib
import ipaddress
import json
import os
import random
import shutil
import sys
import tempfile
import time
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from rows import SEED, Ids, Row, Table, Writer, tables

BASE = 300
"""Referrals of the invented world that is copied."""
BATCH = 400
"""Leads of one transaction."""
IN_A_FILE = 40
"""Leads whose copies came in one file."""
YEAR = timedelta(days=365)
FRESH = timedelta(days=2)
"""Interrupts younger than this are still open."""
SHARED_BY = 20
"""Copies that share the hash of a file that went viral."""
SWAPPED = ("body", "value")
"""Sealed columns whose values a copy writes in its own way."""

Bar = Callable[[int, int], None]


def fill(data: Path, referrals: int, *, base: int = BASE, bar: Bar | None = None) -> dict[str, int]:
    """Bring the unit in `data`, made where there is none, to this many referrals; rows made, by table."""
    open_unit(data)
    from faru.desk.journal.sealing import seal_now
    from faru.desk.referrals.models import Referral

    if not Referral.objects.exists():
        make_base(data, min(base, referrals))
    missing = referrals - Referral.objects.count()
    made = Copier().copy(missing, bar or (lambda _done, _of: None)) if missing > 0 else {}
    seal_now()
    return made


def _bytes(value: Any) -> bytes:
    """A stored value that PostgreSQL's driver may have wrapped."""
    return bytes(getattr(value, "obj", value))


def open_unit(data: Path) -> None:
    """Django over this unit; a demo's unit is made where there is none."""
    from faru.desk import boot, unit

    if not (data / unit.FILE).exists():
        unit.create(data, name="Bench unit", pack_name="demo", origin="unit.example/bench", demo=True)
    boot.setup(data)
    boot.migrate()


def make_base(data: Path, referrals: int) -> None:
    """An invented world taken in through the real pipeline, with some of its leads in cases."""
    from faru.desk import clock, unit
    from faru.desk.accounts import personas
    from faru.desk.accounts.models import User
    from faru.desk.cases.actions import open_case
    from faru.desk.referrals.actions import claim_lead
    from faru.desk.referrals.folder import take_in
    from faru.desk.referrals.mapping import save_map
    from faru.desk.referrals.models import Lead
    from faru.formats.column_map import load_map
    from faru.synthetic import generate

    system = personas.install()
    people = {one.username: one for one in User.objects.all()}
    with tempfile.TemporaryDirectory(dir=data) as room:
        world = generate(Path(room), seed=SEED, referrals=max(30, referrals), rows=20_000)
        with clock.standing_at(world.now - timedelta(hours=1)):
            for path in sorted(world.maps.glob("*.json")):
                save_map(actor=system, column_map=load_map(path.read_bytes(), path.name))
            take_in(actor=people["aisha"], paths=[world.alerts], bar=lambda _label: lambda _done, _of: None)
            for lead in list(Lead.objects.in_order()[:: max(1, referrals // 5)]):
                claim_lead(actor=people["hassan"], lead=lead)
                open_case(actor=people["hassan"], lead=lead)
        unit.shift_clock(unit.current(), world.now, datetime.now(UTC))


@dataclass
class Pattern:
    """Everything that hangs on one lead of the base."""

    lead: UUID
    at: datetime  # when its first referral came in
    referrals: int
    viral: bool
    rows: dict[str, list[Row]]  # by table
    plain: dict[tuple[UUID, str], bytes]  # (row, column) -> what was sealed
    kinds: dict[UUID, str]  # subject -> its kind
    values: dict[UUID, list[tuple[str, str]]]  # referral -> (kind, normal form) of what can be searched for
    numbers: dict[UUID, str]
    known: dict[bytes, tuple[str, str]]  # token -> the value that it stands for


class Copier:
    """Writes copies of the base's leads."""

    def __init__(self) -> None:
        from faru.desk import clock
        from faru.desk.accounts.models import User
        from faru.desk.accounts.system import system
        from faru.desk.referrals.models import Referral
        from faru.desk.vault import keys

        self.tables = tables()
        self.by_name = {one.name: one for one in self.tables}
        self.names = {one.model.__name__: one.name for one in self.tables}
        self.now = clock.now()
        self.made = Referral.objects.count()  # what was copied before is not made again
        self.chance = random.Random(SEED + self.made)
        self.system = system()
        self.officers = list(User.objects.filter(username__in=["aisha", "hassan", "ibrahim"]))
        self.wrapping = keys.wrapping_key()
        self.out = Writer()
        self.ids = Ids()
        self.patterns = self._patterns()

    def copy(self, referrals: int, bar: Bar) -> dict[str, int]:
        """Copies of so many referrals; how many rows that were, by table."""
        from django.db import transaction

        plan = self._plan(referrals)
        with self.out.quick():
            for start in range(0, len(plan), BATCH):
                with transaction.atomic():
                    self._batch(plan[start : start + BATCH])
                bar(min(start + BATCH, len(plan)), len(plan))
        return dict(self.out.counts)

    def _plan(self, referrals: int) -> list[tuple[Pattern, datetime]]:
        """Which pattern is copied to which moment, the oldest first."""
        chosen, count = [], 0
        while count < referrals:
            pattern = self.chance.choice(self.patterns)
            chosen.append(pattern)
            count += pattern.referrals
        start, step = self.now - YEAR, (YEAR - timedelta(hours=2)) / len(chosen)
        return [(one, start + step * place) for place, one in enumerate(chosen)]

    def _batch(self, plan: list[tuple[Pattern, datetime]]) -> None:
        from faru.desk.journal.recording import Said, write
        from faru.desk.referrals.numbers import next_numbers
        from faru.ledger.tags import Action

        in_cases = sum(len(one.rows[self.names["Case"]]) for one, _at in plan)
        leads = iter(next_numbers("L", len(plan)))
        cases = iter(next_numbers("C", in_cases)) if in_cases else iter(())
        said = []
        for start in range(0, len(plan), IN_A_FILE):
            stretch = plan[start : start + IN_A_FILE]
            file = self._file(stretch)
            for pattern, at in stretch:
                number = next(leads)
                ids = self._one(pattern, at, file, number, cases)
                sentence = f"Lead {number} was ranked."
                said.append(Said(Action.LEAD_RANK, (ids[pattern.lead],), {"sentence": sentence}))
        self.out.flush(self.tables)
        write(self.system.id, "system", said)

    def _file(self, stretch: list[tuple[Pattern, datetime]]) -> UUID:
        """One received file for these copies."""
        table = self.by_name[self.names["ReceivedFile"]]
        base, name = self.base_file
        row, at = list(base), stretch[-1][1]
        subject = self.ids.new()
        key_id, key = self._subject(subject, "file", at)
        identity = row[table.at["id"]] = self.ids.new()
        row[table.at["subject_id"]] = subject
        row[table.at["sha256"]] = self.chance.randbytes(32).hex()
        row[table.at["received_at"]] = row[table.at["read_at"]] = at
        row[table.at["times"]], row[table.at["remarks"]] = 1, None
        row[table.at["referrals_read"]] = sum(one.referrals for one, _at in stretch)
        row[table.at["name"]] = _sealed(key, key_id, name, table, "name", identity, subject)
        self.out.add(table.name, row, table)
        return identity

    def _one(
        self, pattern: Pattern, at: datetime, file: UUID, number: str, cases: Iterator[str]
    ) -> dict[UUID, UUID]:
        """One copy; the ids of its rows by those of the base."""
        from faru.desk.vault.fields import packed

        self.made += 1
        shift = at - pattern.at
        ids: dict[UUID, UUID] = {}
        keys: dict[UUID, tuple[UUID, Any]] = {}
        for name, rows in pattern.rows.items():
            place = self.by_name[name].at.get("id")
            if place is not None:
                ids.update((row[place], self.ids.new()) for row in rows)
        for old, kind in pattern.kinds.items():
            ids[old] = self.ids.new()
            keys[ids[old]] = self._subject(ids[old], kind, at)
        swapped = self._values(pattern)
        named = {
            identity: (swapped.get(("number", value.casefold())) or (value, value))
            for identity, value in pattern.numbers.items()
        }
        for name, rows in pattern.rows.items():
            table = self.by_name[name]
            for base in rows:
                row = list(base)
                for place in table.ids:
                    row[place] = ids.get(row[place], row[place])
                for place in table.times:
                    if row[place] is not None:
                        row[place] += shift
                self._particular(table, base, row, file, number, cases, named, swapped, pattern)
                for place in table.sealed:
                    column = table.columns[place]
                    plain = pattern.plain.get((base[table.at["id"]], column))
                    if plain is not None:
                        subject = row[table.at["subject_id"]]
                        key_id, key = keys[subject]
                        if column in SWAPPED:
                            plain = packed(_swapped(plain, swapped))
                        row[place] = _sealed(key, key_id, plain, table, column, row[table.at["id"]], subject)
                self.out.add(name, row, table)
        return ids

    def _particular(
        self,
        table: Table,
        base: Row,
        row: Row,
        file: UUID,
        number: str,
        cases: Iterator[str],
        named: dict[UUID, tuple[str, str]],
        swapped: dict[tuple[str, str], tuple[str, str]],
        pattern: Pattern,
    ) -> None:
        """What a copy has of its own, table by table."""
        at = table.at
        if table.name == self.names["Lead"]:
            row[at["number"]] = number
            self._state(row, at, pattern)
        elif table.name == self.names["Referral"]:
            row[at["file_id"]] = file
            row[at["sha256"]] = self.chance.randbytes(32).hex()
            row[at["number"]] = named[base[at["id"]]][1]
        elif table.name == self.names["Arrival"]:
            row[at["file_id"]] = file
        elif table.name == self.names["Observation"]:
            row[at["address"]] = swapped.get(("address", row[at["address"]]), ("", row[at["address"]]))[1]
        elif table.name == self.names["Interrupt"] and row[at["raised_at"]] < self.now - FRESH:
            row[at["cleared_at"]] = row[at["raised_at"]] + timedelta(hours=1)
            row[at["cleared_by_id"]] = self.system.id
        elif table.name == self.names["Edge"]:
            row[at["value_token"]] = self._token(_bytes(base[at["value_token"]]))
        elif table.name == self.names["LinkKey"]:
            row[at["token"]] = self._token(_bytes(base[at["token"]]))
        elif table.name == self.names["Term"]:
            known = pattern.known.get(_bytes(base[at["token"]]))
            value = None if known is None else swapped.get(known)
            row[at["token"]] = (
                self._token(_bytes(base[at["token"]])) if value is None else _token(known[0], value[1])
            )
        elif table.name == self.names["Case"]:
            row[at["number"]] = next(cases)

    def _state(self, row: Row, at: dict[str, int], pattern: Pattern) -> None:
        """Most leads of last week are new, most of last summer closed; a few are in somebody's hands."""
        from faru.desk.referrals.models.lead import NOT_PINNED

        age, luck = self.now - row[at["made_at"]], self.chance.random()
        row[at["ranked_at"]] = self.now  # nothing waits to be scored anew
        if age > FRESH:
            row[at["pin"]] = NOT_PINNED
        if row[at["case_id"]] is not None:
            return
        row[at["owner_id"]], row[at["state"]] = None, "new"
        if luck < (0.1 if age < timedelta(days=14) else 0.6):
            row[at["state"]], row[at["pin"]] = "closed", NOT_PINNED
            row[at["closed_reason"]], row[at["closed_by_id"]] = "no_offence", self.system.id
            row[at["closed_at"]] = row[at["made_at"]] + timedelta(days=1)
        elif luck > 0.999:
            row[at["state"]], row[at["owner_id"]] = "claimed", self.chance.choice(self.officers).id
            row[at["claimed_at"]] = row[at["made_at"]]
            if luck > 0.9995:
                row[at["state"]], row[at["waiting_until"]] = "waiting", self.now + timedelta(days=9)

    def _values(self, pattern: Pattern) -> dict[tuple[str, str], tuple[str, str]]:
        """(kind, normal form) -> (as the base has it, as this copy does). Names stay: people share them."""
        found: dict[tuple[str, str], tuple[str, str]] = {}
        for values in pattern.values.values():
            for kind, normal in values:
                if (kind, normal) not in found:
                    found[kind, normal] = (normal, self._value(kind, normal, viral=pattern.viral))
        return found

    def _value(self, kind: str, normal: str, *, viral: bool) -> str:
        tail = f"{self.made:07}"
        if kind == "number":
            return f"{normal}-{tail}"
        if kind == "address":
            return _address(normal, self.chance)
        if kind == "hash":
            share = self.made // SHARED_BY if viral else self.made
            digest = hashlib.sha512(f"{normal}|{share}".encode()).hexdigest()
            return (digest * (1 + len(normal) // len(digest)))[: len(normal)]
        if kind == "phone":
            return normal[:-7] + tail if len(normal) > 7 else tail
        if kind == "email":
            local, _at, domain = normal.rpartition("@")
            return f"{local}.{tail}@{domain}"
        return f"{normal}{tail}" if kind == "account" else normal

    def _token(self, base: bytes) -> bytes:
        """A token of this copy alone."""
        return hashlib.blake2b(base, digest_size=16, salt=self.made.to_bytes(16, "big")).digest()

    def _subject(self, identity: UUID, kind: str, at: datetime) -> tuple[UUID, Any]:
        """A subject and its key, in line to be written; the key."""
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        from faru.desk.vault import crypto

        name, wrapping = self.wrapping
        key_id, key = self.ids.new(), os.urandom(crypto.KEY)
        subjects, data_keys = (self.by_name[self.names[one]] for one in ("Subject", "DataKey"))
        stated = {"id": identity, "kind": kind, "made_at": at}
        self.out.add(subjects.name, [stated[column] for column in subjects.columns], subjects)
        stated = {
            "id": key_id,
            "subject_id": identity,
            "wrapped": crypto.wrap(wrapping, key, key_id, identity),
            "wrapping_key": name,
            "made_at": at,
        }
        self.out.add(data_keys.name, [stated[column] for column in data_keys.columns], data_keys)
        return key_id, AESGCM(key)

    def _patterns(self) -> list[Pattern]:
        """The base's leads, each with all its rows, opened."""
        from faru.desk.referrals.models import Lead, LeadState, ReceivedFile, Referral
        from faru.desk.referrals.reads import decoded
        from faru.desk.referrals.searchable import values_of
        from faru.desk.vault import index, keys
        from faru.desk.vault.models import Subject

        leads = list(Lead.objects.exclude(state=LeadState.GONE).order_by("pk")[: 2 * BASE])
        rows = {one.name: one.rows([lead.pk for lead in leads]) for one in self.tables if one.path}
        rows[self.names["Term"]] = self._terms(rows[self.names["Referral"]])
        kinds = dict(Subject.objects.values_list("id", "kind"))
        file = ReceivedFile.objects.exclude(read_at=None).order_by("pk")[0]
        whole = self.by_name[self.names["ReceivedFile"]]
        self.base_file = (
            [getattr(file, one.attname) if one.column != "name" else None for one in whole.fields],
            json.dumps(file.name).encode(),
        )
        found = []
        for lead in leads:
            own = {name: by_lead.get(lead.pk, []) for name, by_lead in rows.items()}
            referrals = list(Referral.objects.filter(lead=lead).order_by("pk"))
            if not referrals:
                continue
            reads = decoded(referrals, with_children=False)
            subjects = {
                row[table.at["subject_id"]]
                for table in self.tables
                if "subject_id" in table.at
                for row in own.get(table.name, ())
            }
            keys.warm(subjects)
            values = {one.pk: list(values_of(reads[one.pk])) for one in referrals}
            found.append(
                Pattern(
                    lead=lead.pk,
                    at=min(one.received_at for one in referrals),
                    referrals=len(referrals),
                    viral=lead.noisy,
                    rows=own,
                    plain=dict(self._opened(own)),
                    kinds={one: kinds[one] for one in subjects if kinds[one] != "unit"},
                    values={
                        key: [(str(kind), normal) for kind, normal in some] for key, some in values.items()
                    },
                    numbers={one.pk: one.number for one in referrals},
                    known={
                        index.token(kind, normal): (str(kind), normal)
                        for some in values.values()
                        for kind, normal in some
                    },
                )
            )
        return found

    def _terms(self, referrals: dict[UUID, list[Row]]) -> dict[UUID, list[Row]]:
        """Rows of the blind index hang on a referral by its id alone."""
        from faru.desk.vault.models import Term

        table = self.by_name[self.names["Term"]]
        lead_of = {row[0]: lead for lead, rows in referrals.items() for row in rows}
        found: dict[UUID, list[Row]] = {}
        for row in Term.objects.filter(thing_id__in=lead_of).values_list(
            *[one.attname for one in table.fields]
        ):
            found.setdefault(lead_of[row[table.at["thing_id"]]], []).append(list(row))
        return found

    def _opened(self, rows: dict[str, list[Row]]) -> Iterator[tuple[tuple[UUID, str], bytes]]:
        from faru.desk.vault import crypto, keys

        for table in self.tables:
            for row in rows.get(table.name, ()):
                for place in table.sealed:
                    if row[place] is None:
                        continue
                    identity, subject = row[table.at["id"]], row[table.at["subject_id"]]
                    where = crypto.place(table.name, table.columns[place], identity, subject)
                    plain = crypto.unseal(keys.key_of(subject)[1], bytes(row[place]), where)
                    if table.columns[place] in SWAPPED and plain.startswith(b"x"):
                        plain = zlib.decompress(plain)
                    yield (identity, table.columns[place]), plain


def _sealed(
    key: Any, key_id: UUID, plain: bytes, table: Table, column: str, row: UUID, subject: UUID
) -> bytes:
    from faru.desk.vault import crypto

    return crypto.seal(key, key_id, plain, crypto.place(table.name, column, row, subject))


def _swapped(plain: bytes, swapped: dict[tuple[str, str], tuple[str, str]]) -> bytes:
    """The values of a referral as its copy writes them, wherever they stand as a whole."""
    for old, new in swapped.values():
        if old != new:
            plain = plain.replace(b'"%s"' % old.encode(), b'"%s"' % new.encode())
    return plain


def _token(kind: str, normal: str) -> bytes:
    from faru.desk.vault import index

    return index.token(kind, normal)


def _address(literal: str, chance: random.Random) -> str:
    """Another address of the same network."""
    address = ipaddress.ip_address(literal)
    bits = 8 if address.version == 4 else 48
    return str(type(address)((int(address) >> bits << bits) | chance.getrandbits(bits)))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", type=Path, help="the unit's folder; made where there is none")
    parser.add_argument("--referrals", type=int, default=10_000)
    parser.add_argument("--base", type=int, default=BASE, help="referrals that go through the real pipeline")
    given = parser.parse_args()
    started = time.perf_counter()

    def bar(done: int, of: int) -> None:
        print(f"\r{done:,} of {of:,} leads", end="", file=sys.stderr)

    counts = fill(given.data, given.referrals, base=given.base, bar=bar)
    seconds = time.perf_counter() - started
    print(file=sys.stderr)
    for name, count in sorted(counts.items()):
        print(f"{name:<28}{count:>12,}")
    used = shutil.disk_usage(given.data)
    print(f"in {seconds:.1f} s; {used.free >> 30:,} GiB of the disk are free")


if __name__ == "__main__":
    main()
