"""From received files to referrals in the database. May run again: what is there already stays as it is."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.utils.translation import gettext as _

from faru.desk import unit
from faru.desk.accounts.models import User
from faru.desk.ids import new_id
from faru.desk.journal.acting import Act, action
from faru.desk.referrals import codec, outlooks
from faru.desk.referrals.models import (
    Arrival,
    Observation,
    RawPart,
    ReceivedFile,
    Referral,
    ReportedChild,
    SavedMap,
    SetAside,
)
from faru.desk.referrals.ranking import settle
from faru.desk.referrals.reads import Own
from faru.desk.referrals.receiving import raw_stream
from faru.desk.referrals.searchable import values_of
from faru.desk.rows import insert_rows, update_rows
from faru.desk.vault import index, keys
from faru.desk.vault.crypto import VaultFault
from faru.desk.vault.models import SubjectKind
from faru.formats.column_map import load_map
from faru.formats.intake import Batch, read_batches
from faru.formats.options import ReadOptions
from faru.ledger.tags import Action
from faru.mainjob.queue import read_options
from faru.vocabulary import Referral as Read
from faru.vocabulary.permissions import Permission

BATCH: Final = 25
"""Referrals of one transaction: it stays short, so that other writers get their turn."""
FILES: Final = 50
"""Files of one transaction at most, where they hold little."""
KEPT_REMARKS: Final = 1_000
"""Remarks about a file itself that are kept; a file that gives more is told so."""

Tick = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Taken:
    """What reading some files came to."""

    new: int = 0
    again: int = 0
    set_aside: int = 0
    shut: tuple[str, ...] = ()  # names of files whose kept bytes can't be opened

    def __add__(self, other: "Taken") -> "Taken":
        return Taken(
            self.new + other.new,
            self.again + other.again,
            self.set_aside + other.set_aside,
            self.shut + other.shut,
        )


@dataclass(frozen=True, slots=True)
class Portion:
    """A part of what one file holds, read and not yet stored."""

    file: ReceivedFile
    first: bool
    last: bool
    batch: Batch
    weight: int  # KiB of the file that were read for it


def options() -> ReadOptions:
    """How this unit reads what comes in: its pack, and the maps that its people saved."""
    maps = tuple(load_map(one.content.encode(), one.name) for one in SavedMap.objects.all())
    return read_options(unit.pack(), maps)


def read_received(file: ReceivedFile, by: User, chosen: ReadOptions | None = None) -> Taken:
    """Read the kept parts of a file and store what they hold. Raises VaultFault, OSError."""
    taken = Taken()
    for _file, parts in _with_parts([file]):
        for portion in _portions(file, parts, chosen or options()):
            taken += store_portions(actor=by, portions=[portion])
    return taken


def read_files(
    files: Sequence[ReceivedFile], by: User, chosen: ReadOptions, tick: Tick = lambda done, total: None
) -> Taken:
    """As `read_received`, of many files, some at a time in one transaction; `tick` is told KiB.

    A file whose kept bytes can't be opened goes on waiting, and costs the others nothing.
    """
    total, done, taken = sum(_weight(file.size) for file in files), 0, Taken()
    waiting: list[Portion] = []

    def store() -> None:
        nonlocal done, taken
        if waiting:
            taken += store_portions(actor=by, portions=list(waiting))
            done += sum(one.weight for one in waiting)
            tick(min(done, total), total)
            waiting.clear()

    for file, parts in _with_parts(files):
        try:
            for portion in _portions(file, parts, chosen):
                waiting.append(portion)
                if sum(len(one.batch.referrals) for one in waiting) >= BATCH or len(waiting) >= FILES:
                    store()
        except (OSError, VaultFault):
            taken += Taken(shut=(file.name,))
    store()
    tick(total, total)
    return taken


def _with_parts(files: Sequence[ReceivedFile]) -> Iterator[tuple[ReceivedFile, list[RawPart]]]:
    """Each file with what of it is to be read; some files in one query."""
    for start in range(0, len(files), FILES):
        some = files[start : start + FILES]
        found: dict[UUID, list[RawPart]] = {file.pk: [] for file in some}
        for part in RawPart.objects.filter(file__in=found, listing=False):
            found[part.file_id].append(part)
        yield from ((file, found[file.pk]) for file in some)


def _portions(file: ReceivedFile, parts: Iterable[RawPart], chosen: ReadOptions) -> Iterator[Portion]:
    """What a file holds, one batch behind, so that the last one is known as such."""
    before: Batch | None = None
    first, done = True, 0
    for part in parts:
        with raw_stream(part) as stream:
            for batch in read_batches(part.name, stream, chosen, BATCH):
                if before is not None:
                    yield Portion(file, first, False, before, _weight(before.done) - done)
                    first, done = False, _weight(before.done)
                before = batch
    yield Portion(
        file, first, True, before or Batch(format=None, done=0, total=0), max(0, _weight(file.size) - done)
    )


def _weight(size: int) -> int:
    return size // 1024 + 1


@action(Permission.REFERRAL_INGEST, Action.REFERRAL_RECEIVE)
def store_portions(act: Act, *, portions: list[Portion]) -> Taken:
    """Store what was read and is not there yet, give it its place, and note where a file is read to its end.

    Each arrival is kept.
    """
    carried = [(portion.file, one) for portion in portions for one in portion.batch.referrals]
    keys_of = [(one.sender, one.number or "", one.sha256) for _file, one in carried]
    known = {
        (row.sender, row.number, row.sha256): row.pk
        for row in Referral.objects.filter(sha256__in=[key[2] for key in keys_of]).defer("body")
    }
    fresh: dict[tuple[str, str, str], tuple[ReceivedFile, Read]] = {}
    for key, pair in zip(keys_of, carried, strict=True):
        if key not in known:
            fresh.setdefault(key, pair)
    came = _insert(act, list(fresh.values()))
    known |= {(one.row.sender, one.row.number, one.row.sha256): one.row.pk for one in came}
    arrived = {(known[key], file.pk) for key, (file, _one) in zip(keys_of, carried, strict=True)}
    there = set(
        Arrival.objects.filter(file__in={portion.file.pk for portion in portions})
        .filter(referral__in=[pk for pk, _file in arrived])
        .values_list("referral_id", "file_id")
    )
    insert_rows(Arrival(referral_id=pk, file_id=file, at=act.at) for pk, file in sorted(arrived - there))
    settle(act, came)
    aside = _note_reading(act, portions)
    act.about(*dict.fromkeys(portion.file.pk for portion in portions), *(one.row.pk for one in came)).say(
        new=len(came), again=len(arrived) - len(came)
    )
    for one in came:
        row = one.row
        act.also(
            Action.REFERRAL_RECEIVE,
            row.id,
            row.file_id,
            subject=row.subject_id,
            sentence=f"Referral {row.number or 'without a number'} of {row.sender} received.",
            sha256=row.sha256,
            format=row.format,
        )
    return Taken(len(came), len(arrived) - len(came), aside)


def _note_reading(act: Act, portions: list[Portion]) -> int:
    """How far each file is read, and what was set aside: a new reading replaces what an earlier one did."""
    anew = [portion.file.pk for portion in portions if portion.first]
    SetAside.objects.filter(file__in=anew, settled_at=None).update(settled_at=act.at)
    rows = [
        SetAside(
            file=portion.file,
            subject_id=portion.file.subject_id,
            said={"place": one.place, "sentence": one.sentence},
            sha256=one.sha256 or "",
            at=act.at,
        )
        for portion in portions
        for one in portion.batch.set_aside
    ]
    insert_rows(rows)
    files = ReceivedFile.objects.in_bulk({portion.file.pk for portion in portions})
    for portion in portions:
        file, batch = files[portion.file.pk], portion.batch
        if portion.first:
            file.format, file.referrals_read, file.remarks = "", 0, []
        file.format = file.format or batch.format or ""
        file.referrals_read += len(batch.referrals)
        file.remarks = _remarks(file.remarks or [], batch)
        if portion.last:
            file.read_at = act.at
        if batch.set_aside:
            act.also(
                Action.REFERRAL_REFUSE,
                file.pk,
                subject=file.subject_id,
                set_aside=[[one.place, one.sentence] for one in batch.set_aside],
            )
    update_rows(files.values(), ("read_at", "format", "referrals_read", "remarks"))
    return len(rows)


def _remarks(kept: list[list[str]], batch: Batch) -> list[list[str]]:
    if len(kept) > KEPT_REMARKS:
        return kept
    found = [*kept, *([one.place, one.sentence] for one in batch.remarks)]
    if len(found) > KEPT_REMARKS:
        return [*found[:KEPT_REMARKS], ["", _("More remarks about this file are not kept: its bytes are.")]]
    return found


def _insert(act: Act, carried: list[tuple[ReceivedFile, Read]]) -> list[Own]:
    """Rows for referrals that are new. Each names a lead of its own, which `settle` makes or does without."""
    subjects = keys.new_subjects(SubjectKind.REFERRAL, len(carried))
    rows, children, observations, terms = [], [], [], []
    for (file, one), subject in zip(carried, subjects, strict=True):
        encoded = codec.encode(one)
        lead = new_id()
        row = Referral(
            subject=subject,
            file=file,
            lead_id=lead,
            first_lead_id=lead,
            sender=one.sender,
            number=one.number or "",
            sha256=one.sha256,
            format=one.format,
            platform=(one.platform or "")[:200],
            incident_type=one.incident_type.value if one.incident_type else "",
            incident_at=one.incident_at.utc if one.incident_at else None,
            reported_at=one.reported_at.utc if one.reported_at else None,
            received_at=act.at,
            tlp=one.handling.tlp or "",
            children_count=len(one.children),
            body=encoded.body,
        )
        rows.append(row)
        for position, (child, record) in enumerate(zip(one.children, encoded.children, strict=True)):
            children.append((row, position, child, record))
        observations += _observations(row, one, act.at)
        terms += index.terms("referral", row.id, subject.id, values_of(one))
    insert_rows(rows)
    of_children = keys.new_subjects(SubjectKind.CHILD, len(children))
    insert_rows(
        ReportedChild(
            referral=row,
            subject=subject,
            position=position,
            label=child.label,
            role=child.role.value,
            age=child.age,
            body=record,
        )
        for subject, (row, position, child, record) in zip(of_children, children, strict=True)
    )
    insert_rows(observations)
    insert_rows(terms)
    return [Own(row, one) for row, (_file, one) in zip(rows, carried, strict=True)]


def _observations(row: Referral, referral: Read, now: datetime) -> Iterator[Observation]:
    looked = outlooks.of(referral, now)
    for place, (seen, outlook) in enumerate(zip(referral.observations, looked, strict=True)):
        of_child = seen.child is not None
        found = Observation(
            referral=row,
            index=place,
            of_child=of_child,
            address="" if of_child else seen.address or "",
            port=None if of_child else seen.port,
            at=seen.at.utc if seen.at else None,
            event=(seen.event or "")[:60],
        )
        outlooks.put(found, outlook, now)
        yield found
