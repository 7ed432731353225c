"""What came in: files with what was read of them, and what was set aside with its sentence."""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from django.db.models import Count, QuerySet

from faru.desk.accounts.models import User
from faru.desk.referrals.models import ReceivedFile, SetAside
from faru.desk.referrals.tasks import KIND
from faru.desk.vault import keys
from faru.desk.work.models import Job
from faru.formats import table
from faru.vocabulary.permissions import Permission

PAGE: Final = 25
"""Rows of each list. Older ones are a page further: rows have ids in the order of their making."""

_FOR_THE_COMMAND: Final = "; fill this in, save it"
"""Where a sentence of the reader goes on with what only the command line can do."""


@dataclass(frozen=True, slots=True)
class Page:
    """A stretch of a list, the newest first; `older` is where the next one begins."""

    rows: list[object]
    older: UUID | None


@dataclass(frozen=True, slots=True)
class Aside:
    """One part that was set aside."""

    id: UUID
    file: ReceivedFile
    place: str
    sentence: str
    at: object  # datetime
    wants_map: bool  # it is a table: somebody may say what its columns mean


def visible_to(viewer: User) -> QuerySet[ReceivedFile]:
    """Files are for those who take them in."""
    files = ReceivedFile.objects.all()
    return files if viewer.may(Permission.REFERRAL_INGEST) else files.none()


def recent(viewer: User, before: UUID | None = None) -> Page:
    """Files, the newest first, each with how many parts of it are set aside. Three queries."""
    page = _page(visible_to(viewer).select_related("received_by"), before)
    keys.warm(file.subject_id for file in page.rows)
    open_ones = SetAside.objects.filter(file__in=page.rows, settled_at=None).order_by()
    counts = dict(open_ones.values_list("file").annotate(Count("pk")))
    for file in page.rows:
        file.aside = counts.get(file.pk, 0)
    return page


def set_aside(viewer: User, before: UUID | None = None) -> Page:
    """What was set aside and is not settled. Two queries."""
    rows = SetAside.objects.filter(settled_at=None).select_related("file")
    if not viewer.may(Permission.REFERRAL_INGEST):
        rows = rows.none()
    page = _page(rows, before)
    keys.warm(row.subject_id for row in page.rows)
    return Page([_aside(row) for row in page.rows], page.older)


def waiting(viewer: User) -> ReceivedFile | None:
    """The newest file that nobody has read yet."""
    return visible_to(viewer).filter(read_at=None).order_by("-id").first()


def last_job(viewer: User) -> Job | None:
    """The viewer's own newest reading."""
    return Job.objects.filter(kind=KIND, started_by=viewer).first()


def wants_map(file: ReceivedFile) -> bool:
    """Whether a file is a table of which nothing could be read."""
    return file.format == table.NAME and file.referrals_read == 0


def _page(rows: QuerySet[ReceivedFile] | QuerySet[SetAside], before: UUID | None) -> Page:
    if before is not None:
        rows = rows.filter(id__lt=before)
    found = list(rows.order_by("-id")[: PAGE + 1])
    shown = found[:PAGE]
    return Page(shown, shown[-1].pk if len(found) > PAGE else None)


def _aside(row: SetAside) -> Aside:
    sentence, command, _rest = row.said["sentence"].partition(_FOR_THE_COMMAND)
    sentence = sentence.removeprefix(f"{row.file.name}: ")  # the list has a column for it
    return Aside(
        id=row.pk,
        file=row.file,
        place="" if row.said["place"] == row.file.name else row.said["place"],
        sentence=sentence[:1].upper() + sentence[1:] + ("." if command else ""),
        at=row.at,
        wants_map=wants_map(row.file),
    )
