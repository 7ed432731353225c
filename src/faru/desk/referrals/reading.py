"""From a received file to referrals in the database. May run again: what is there already stays as it is."""

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from faru.desk import unit
from faru.desk.accounts.models import User
from faru.desk.journal.acting import Act, action
from faru.desk.referrals import codec
from faru.desk.referrals.models import (
    Arrival,
    Observation,
    ReceivedFile,
    Referral,
    ReportedChild,
    SavedMap,
    SetAside,
)
from faru.desk.referrals.receiving import raw_bytes
from faru.desk.referrals.searchable import values_of
from faru.desk.vault import index, keys
from faru.desk.vault.models import SubjectKind, Term
from faru.formats.column_map import load_map
from faru.formats.intake import read_stream
from faru.formats.options import ReadOptions
from faru.ledger.tags import Action
from faru.mainjob.queue import read_options
from faru.vocabulary import Referral as Read
from faru.vocabulary import Remark, Unreadable
from faru.vocabulary.permissions import Permission

BATCH: Final = 100
"""Referrals of one transaction: it stays short, so that other writers get their turn."""

Tick = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Taken:
    """What one reading of a file came to."""

    new: int
    again: int
    set_aside: int


def options() -> ReadOptions:
    """How this unit reads what comes in: its pack, and the maps that its people saved."""
    maps = tuple(load_map(one.content.encode(), one.name) for one in SavedMap.objects.all())
    return read_options(unit.pack(), maps)


def read_received(file: ReceivedFile, by: User, chosen: ReadOptions | None = None) -> Taken:
    """Read the kept parts of a file and store what they hold."""
    chosen = chosen or options()
    referrals: list[Read] = []
    aside: list[Unreadable] = []
    remarks: list[Remark] = []
    formats: list[str] = []
    for part in file.parts.filter(listing=False):
        reading = read_stream(part.name, io.BytesIO(raw_bytes(part)), chosen)
        referrals += reading.referrals
        aside += reading.set_aside
        remarks += reading.remarks
        formats += [reading.format] if reading.format else []
    new = again = 0
    for start in range(0, len(referrals), BATCH):
        made = store_referrals(actor=by, file=file, referrals=referrals[start : start + BATCH])
        new += len(made)
        again += len(referrals[start : start + BATCH]) - len(made)
    close_reading(
        actor=by,
        file=file,
        format=formats[0] if formats else "",
        count=len(referrals),
        aside=aside,
        remarks=remarks,
    )
    return Taken(new, again, len(aside))


@action(Permission.REFERRAL_INGEST, Action.REFERRAL_RECEIVE)
def store_referrals(act: Act, *, file: ReceivedFile, referrals: list[Read]) -> list[Referral]:
    """Store referrals of one file that are not there yet; the new rows. Each arrival is kept."""
    keys_of = [(one.sender, one.number or "", one.sha256) for one in referrals]
    known = {
        (row.sender, row.number, row.sha256): row
        for row in Referral.objects.filter(sha256__in=[key[2] for key in keys_of])
    }
    fresh = [one for one, key in zip(referrals, keys_of, strict=True) if key not in known]
    fresh = list({(one.sender, one.number or "", one.sha256): one for one in fresh}.values())
    rows = _insert(act, file, fresh)
    known |= {(row.sender, row.number, row.sha256): row for row in rows}
    here = {row.pk: row for row in (known[key] for key in keys_of)}
    there = set(Arrival.objects.filter(file=file, referral__in=here).values_list("referral_id", flat=True))
    Arrival.objects.bulk_create(
        Arrival(referral=row, file=file, at=act.at) for row in here.values() if row.pk not in there
    )
    act.about(file.id, *(row.id for row in rows)).say(new=len(rows), again=len(here) - len(rows))
    for row in rows:
        act.also(
            Action.REFERRAL_RECEIVE,
            row.id,
            file.id,
            subject=row.subject_id,
            sentence=f"Referral {row.number or 'without a number'} of {row.sender} received.",
            sha256=row.sha256,
            format=row.format,
        )
    return rows


def _insert(act: Act, file: ReceivedFile, referrals: list[Read]) -> list[Referral]:
    subjects = keys.new_subjects(SubjectKind.REFERRAL, len(referrals))
    rows, children, observations, terms = [], [], [], []
    for one, subject in zip(referrals, subjects, strict=True):
        encoded = codec.encode(one)
        row = Referral(
            subject=subject,
            file=file,
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
        observations += _observations(row, one)
        terms += index.terms("referral", row.id, subject.id, values_of(one))
    Referral.objects.bulk_create(rows)
    of_children = keys.new_subjects(SubjectKind.CHILD, len(children))
    ReportedChild.objects.bulk_create(
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
    Observation.objects.bulk_create(observations)
    Term.objects.bulk_create(terms)
    return rows


def _observations(row: Referral, referral: Read) -> Iterator[Observation]:
    for place, seen in enumerate(referral.observations):
        of_child = seen.child is not None
        yield Observation(
            referral=row,
            index=place,
            of_child=of_child,
            address="" if of_child else seen.address or "",
            port=None if of_child else seen.port,
            at=seen.at.utc if seen.at else None,
            event=(seen.event or "")[:60],
        )


@action(Permission.REFERRAL_INGEST, Action.REFERRAL_REFUSE)
def close_reading(
    act: Act, *, file: ReceivedFile, format: str, count: int, aside: list[Unreadable], remarks: list[Remark]
) -> ReceivedFile:
    """Note what a reading came to. What it set aside replaces what an earlier reading did."""
    SetAside.objects.filter(file=file, settled_at=None).update(settled_at=act.at)
    SetAside.objects.bulk_create(
        SetAside(
            file=file,
            subject_id=file.subject_id,
            said={"place": one.place, "sentence": one.sentence},
            sha256=one.sha256 or "",
            at=act.at,
        )
        for one in aside
    )
    file.read_at, file.format, file.referrals_read = act.at, format, count
    file.remarks = [[one.place, one.sentence] for one in remarks]
    file.save(update_fields=["read_at", "format", "referrals_read", "remarks"])
    act.about(file.id).under(file.subject_id).say(
        read=count, set_aside=[[one.place, one.sentence] for one in aside]
    )
    return file


def decoded(rows: list[Referral], *, with_children: bool) -> dict[UUID, Read]:
    """The referrals of these rows, by id. Children stay shut unless an engine must compare or count them."""
    records: dict[UUID, dict[int, Any]] = {}
    wanted = [row.pk for row in rows if row.children_count]
    subjects = [row.subject_id for row in rows]
    if with_children and wanted:
        opened = list(ReportedChild.objects.filter(referral__in=wanted))
        keys.warm([*subjects, *(child.subject_id for child in opened)])
        for child in opened:
            records.setdefault(child.referral_id, {})[child.position] = child.body
    else:
        keys.warm(subjects)
    return {
        row.pk: codec.decode(
            row.body,
            tuple(records.get(row.pk, {}).get(place) for place in range(row.children_count)),
        )
        for row in rows
    }
