"""A saved column map: what the columns of one source's tables mean, as a person has stated it.

A JSON file, one a source: the sender's name, which column is which field, and whatever the cells themselves
do not say (zone, order of day and month, constant values). docs/formats.md describes each key.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any, BinaryIO, Final

from faru.loaders.csv_rows import CsvTable, Row, stream_csv
from faru.loaders.json_text import JsonObject, JsonRecord, Number, read_json
from faru.loaders.office import OFFICE_HEAD, is_workbook
from faru.loaders.refusals import Fault, Refused
from faru.loaders.streams import read_all
from faru.loaders.times import zone_named
from faru.loaders.xlsx_sheets import Sheet, read_workbook

VERSION: Final = 1

_PERSON: Final = {
    "user_id": "espUserId",
    "screen_name": "screenName",
    "display_name": "displayName",
    "email": "email",
    "phone": "phone",
    "profile_url": "profileUrl",
    "device_id": "deviceId",
    "first_name": "firstName",
    "middle_name": "middleName",
    "last_name": "lastName",
    "date_of_birth": "dateOfBirth",
    "age": "age",
    "gender": "gender",
    "country": "country",
    "occupation": "occupation",
    "school": "schoolName",
}

FIELDS: Final[dict[str, tuple[str, str]]] = {
    "number": ("report", "reportId"),
    "platform": ("report", "platform"),
    "reported_at": ("report", "dateReceived"),
    "priority": ("report", "priorityLevel"),
    "escalation": ("report", "escalateToHighPriority"),
    "refers_to": ("report", "priorCTReports"),
    "flags": ("report", "reportAnnotations"),
    "text": ("report", "additionalInfo"),
    "incident_type": ("report", "incidentType"),
    "incident_at": ("report", "incidentDateTime"),
    "address": ("capture", "ipAddress"),
    "port": ("capture", "port"),
    "at": ("capture", "dateTime"),
    "event": ("capture", "eventName"),
    "possible_proxy": ("capture", "possibleProxy"),
    "protocol": ("capture", "protocol"),
    "destination": ("capture", "destination"),
    "file_name": ("file", "filename"),
    "file_size": ("file", "fileSize"),
    "md5": ("file", "md5"),
    "sha1": ("file", "sha1"),
    "sha256": ("file", "sha256"),
    "pdq": ("file", "pdq"),
    "file_class": ("file", "industryClassification"),
    "viewed_by_sender": ("file", "viewedByEsp"),
} | {
    f"{prefix}{field}": (group, key)
    for prefix, group in (("", "reported"), ("victim.", "victim"), ("recipient.", "recipient"))
    for field, key in _PERSON.items()
}
"""Our field: the group of a record it goes to, and the key under which the readers know it."""

_KEYS: Final = (
    "faru_column_map",
    "sender",
    "columns",
    "constants",
    "delimiter",
    "encoding",
    "zone",
    "day_first",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnMap:
    """What one source's tables mean. `columns` maps a column's title to a field of `FIELDS`."""

    name: str  # the map's own file name, for sentences
    sender: str
    columns: tuple[tuple[str, str], ...]
    constants: tuple[tuple[str, str], ...] = ()  # field, value: said of every row
    delimiter: str | None = None
    encoding: str | None = None
    zone: str | None = None
    day_first: bool | None = None

    def missing(self, header: tuple[str, ...]) -> tuple[str, ...]:
        """Columns that the map names and the header does not have."""
        return tuple(title for title, _ in self.columns if title not in header)


def load_map(raw: bytes, name: str) -> ColumnMap:
    """The map in a JSON file. Raises `Refused` with one sentence that names the key and the mend."""
    pieces = [piece for piece in read_json(raw, name) if isinstance(piece, (JsonRecord, Fault))]
    if pieces and isinstance(pieces[0], Fault):
        raise Refused(pieces[0].sentence)
    if (
        len(pieces) != 1
        or not isinstance(pieces[0], JsonRecord)
        or not isinstance(pieces[0].value, JsonObject)
    ):
        raise Refused(f"{name}: a column map is one JSON object")
    document: JsonObject = pieces[0].value
    if doubled := next(iter(document.doubled), None):
        raise Refused(f"{name}: {doubled!r} stands twice; keep one")
    if str(document.get("faru_column_map")) != str(VERSION):
        raise Refused(f'{name}: is no column map: it must hold "faru_column_map": {VERSION}')
    if unknown := next((key for key in document if key not in _KEYS), None):
        raise Refused(f"{name}: {unknown!r} is no key of a column map; known are {', '.join(_KEYS)}")
    day_first = document.get("day_first")
    if day_first is not None and not isinstance(day_first, bool):
        raise Refused(f"{name}: 'day_first' must be true, false or null")
    found = ColumnMap(
        name=name,
        sender=_text(document, "sender", name) or "",
        columns=_pairs(document, "columns", name),
        constants=_pairs(document, "constants", name),
        delimiter=_text(document, "delimiter", name),
        encoding=_text(document, "encoding", name),
        zone=_text(document, "zone", name),
        day_first=day_first,
    )
    if any(getattr(document.get(key), "doubled", None) for key in ("columns", "constants")):
        raise Refused(f"{name}: a column or a constant stands twice; keep one")
    _check(found)
    return found


def column_map(
    name: str,
    sender: str,
    columns: Mapping[str, str],
    *,
    constants: Mapping[str, str] | None = None,
    zone: str | None = None,
    day_first: bool | None = None,
) -> ColumnMap:
    """A map from what a person keyed: title to field, field to constant; "" leaves a column out.

    Raises `Refused` with one sentence that begins with `name`, as for a map in a file.
    """
    found = ColumnMap(
        name=name,
        sender=sender.strip(),
        columns=tuple((title, field) for title, field in columns.items() if field),
        constants=tuple((field, value) for field, value in (constants or {}).items() if value),
        zone=(zone or "").strip() or None,
        day_first=day_first,
    )
    _check(found)
    return found


def to_json(found: ColumnMap) -> str:
    """The map as a file that `load_map` reads back."""
    document = {
        "faru_column_map": VERSION,
        "sender": found.sender,
        "delimiter": found.delimiter,
        "encoding": found.encoding,
        "zone": found.zone,
        "day_first": found.day_first,
        "columns": dict(found.columns),
        "constants": dict(found.constants),
    }
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def header_of(stream: BinaryIO, name: str) -> tuple[str, ...]:
    """The column titles of a CSV, or of a workbook's first sheet with rows. Raises `Refused`."""
    return _first_table(stream, name).header


def sample_rows(stream: BinaryIO, name: str, count: int) -> tuple[tuple[str, ...], ...]:
    """The first `count` sound rows below that header, each as wide as it. Raises `Refused`."""
    rows = (piece.cells for piece in _first_table(stream, name).rows() if isinstance(piece, Row))
    return tuple(islice(rows, count))


def _first_table(stream: BinaryIO, name: str) -> CsvTable | Sheet:
    stream.seek(0)
    head = stream.read(OFFICE_HEAD)
    if not is_workbook(head, name):
        return stream_csv(stream, name)
    stream.seek(0)
    book = read_workbook(read_all(stream, name), name)
    if not book.sheets:
        raise Refused(book.faults[0].sentence, book.faults[0].place)
    return book.sheets[0]


def _check(found: ColumnMap) -> None:
    name = found.name
    if not found.sender.strip():
        raise Refused(f"{name}: 'sender' must name who sends these tables")
    if not found.columns:
        raise Refused(f"{name}: 'columns' must map at least one column's title to a field")
    fields = [field for _, field in found.columns] + [field for field, _ in found.constants]
    for field in fields:
        if field not in FIELDS:
            raise Refused(f"{name}: {field!r} is no field; known are {', '.join(sorted(FIELDS))}")
        if field != "text" and fields.count(field) > 1:
            raise Refused(f"{name}: {field!r} is given twice; only 'text' may be")
    if found.delimiter is not None and (len(found.delimiter) != 1 or found.delimiter in '"\r\n'):
        raise Refused(f"{name}: 'delimiter' must be one character, such as ; or ,")
    if found.zone is not None:
        try:
            zone_named(found.zone)
        except ValueError as error:
            raise Refused(f"{name}: 'zone': {error}") from error


def _text(document: dict[str, Any], key: str, name: str) -> str | None:
    value = document.get(key)
    if value is None:
        return None
    if not isinstance(value, str) or isinstance(value, Number):
        raise Refused(f"{name}: {key!r} must be a text")
    return value


def _pairs(document: dict[str, Any], key: str, name: str) -> tuple[tuple[str, str], ...]:
    value = document.get(key)
    if value is None:
        return ()
    if not isinstance(value, dict) or not all(isinstance(text, str) for text in value.values()):
        raise Refused(f"{name}: {key!r} must be an object of texts")
    return tuple((title, str(text)) for title, text in value.items())


def skeleton(header: tuple[str, ...]) -> str:
    """A map for a table nobody has mapped yet, its fields left to be chosen by a person."""
    return json.dumps(
        {
            "faru_column_map": VERSION,
            "sender": "WHO SENDS THESE TABLES",
            "zone": None,
            "day_first": None,
            "columns": {title: "CHOOSE A FIELD OR DELETE THE LINE" for title in header if title},
        },
        ensure_ascii=False,
    )
