"""The keyed form beside a letter: what an officer typed from paper, a PDF, a text or an e-mail's body.

Its canonical JSON is the referral's own bytes. Every value is the text that was typed; `letter` reads it.
"""

import json
import re
from dataclasses import MISSING, dataclass, fields, is_dataclass
from enum import StrEnum
from typing import Any, Final

from faru.loaders.json_text import JsonObject, JsonRecord, Number, read_json
from faru.loaders.refusals import Fault, Refused
from faru.loaders.text import shown

VERSION: Final = 1
MARK: Final = "faru_letter"
"""The first key of the JSON, by which it is told."""


class LetterKind(StrEnum):
    """What lies beside the form."""

    PDF = "pdf"
    TEXT = "text"  # a text, or an e-mail's body
    PICTURE_ONLY = "picture_only"  # a scan without text: only its hash is kept
    PAPER = "paper"  # nothing but paper: there is no hash


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """The letter itself."""

    kind: str  # one of `LetterKind`
    name: str | None = None
    sha256: str | None = None  # 64 hex digits; None only for paper


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyedObservation:
    """An address at a time; of the one reported person unless `person` says whose."""

    address: str | None = None
    port: str | None = None
    at: str | None = None
    event: str | None = None
    person: int | None = None  # number of a keyed person, the first is 1


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyedAccount:
    """An identifier. `role` alone says whose it is where one keyed person has that role, or none."""

    kind: str  # one of `AccountKind`
    value: str
    role: str | None = None  # one of `Role`; None: the person's, else the reported person's
    person: int | None = None  # number of a keyed person, the first is 1


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyedPerson:
    """Somebody whom the letter names. Whether it is a reported child follows from role and age."""

    role: str  # one of `Role`
    first_name: str | None = None
    middle_name: str | None = None
    last_name: str | None = None
    preferred_name: str | None = None
    date_of_birth: str | None = None
    age: str | None = None
    gender: str | None = None
    country: str | None = None
    address: str | None = None
    occupation: str | None = None
    school: str | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyedHash:
    """A hash; those with the same file name are one file's."""

    algorithm: str | None = None
    value: str
    file_name: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """All that is keyed of one letter. `zone` and `day_first` say how the letter writes its times."""

    sender: str
    number: str | None = None
    reported_at: str | None = None
    platform: str | None = None
    incident_type: str | None = None  # the letter's words, or one of `IncidentType`
    incident_at: str | None = None
    tlp: str | None = None
    caveats: tuple[str, ...] = ()
    text: str | None = None
    zone: str | None = None
    day_first: bool | None = None
    observations: tuple[KeyedObservation, ...] = ()
    accounts: tuple[KeyedAccount, ...] = ()
    persons: tuple[KeyedPerson, ...] = ()
    hashes: tuple[KeyedHash, ...] = ()
    attachment: Attachment = Attachment(kind=LetterKind.PAPER)


_LISTS: Final[dict[str, type]] = {
    "observations": KeyedObservation,
    "accounts": KeyedAccount,
    "persons": KeyedPerson,
    "hashes": KeyedHash,
}

_WHOLE: Final = re.compile(r"-?[0-9]{1,100}")


def to_bytes(letter: Letter) -> bytes:
    """Canonical JSON: fixed order, nothing that was left empty, no character that can't be shown."""
    document = {MARK: VERSION, **_plain(letter)}
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()


def _plain(part: Any) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for field in fields(part):
        value = getattr(part, field.name)
        if isinstance(value, tuple):
            items = [_plain(item) if is_dataclass(item) else _clean(item) for item in value]
            found |= {field.name: items} if items else {}
        elif is_dataclass(value):
            found[field.name] = _plain(value)
        elif isinstance(value, str):
            text = _clean(value)
            found |= {field.name: text} if text or field.default is MISSING else {}
        elif value is not None:
            found[field.name] = value
    return found


def _clean(text: str) -> str:
    return shown(text)[0].strip()


def from_bytes(raw: bytes, name: str = "letter form") -> Letter:
    """The form in its JSON. Raises `Refused` with one sentence that names the key."""
    pieces = [piece for piece in read_json(raw, name) if isinstance(piece, (JsonRecord, Fault))]
    if pieces and isinstance(pieces[0], Fault):
        raise Refused(pieces[0].sentence, pieces[0].place)
    document = pieces[0].value if len(pieces) == 1 and isinstance(pieces[0], JsonRecord) else None
    if not isinstance(document, JsonObject) or str(document.get(MARK)) != str(VERSION):
        raise Refused(f'{name}: is no letter form: it must be one JSON object with "{MARK}": {VERSION}')
    body = JsonObject([(key, value) for key, value in document.items() if key != MARK])
    body.doubled = document.doubled
    return Letter(**_values(Letter, body, "$", name))


def _values(kind: type, value: Any, path: str, name: str) -> dict[str, Any]:
    """The arguments for one of the form's classes, checked."""
    if not isinstance(value, JsonObject):
        raise Refused(f"{name}: {path} must be an object", path)
    if doubled := next(iter(value.doubled), None):
        raise Refused(f"{name}: {path}.{doubled} stands twice; keep one", path)
    known = {field.name: field for field in fields(kind)}
    if unknown := next((key for key in value if key not in known), None):
        raise Refused(
            f"{name}: {path}.{unknown} is no key of a letter form; known are {', '.join(known)}", path
        )
    for key, field in known.items():
        if field.default is MISSING and value.get(key) is None:
            raise Refused(f"{name}: {path}.{key} is missing", path)
    return {key: _value(key, item, f"{path}.{key}", name) for key, item in value.items() if item is not None}


def _value(key: str, value: Any, path: str, name: str) -> Any:
    if key in _LISTS or key == "caveats":
        if not isinstance(value, list):
            raise Refused(f"{name}: {path} must be a list", path)
        places = [(item, f"{path}[{index}]") for index, item in enumerate(value)]
        if key == "caveats":
            return tuple(_text(item, place, name) for item, place in places)
        kind = _LISTS[key]
        return tuple(kind(**_values(kind, item, place, name)) for item, place in places)
    if key == "attachment":
        return Attachment(**_values(Attachment, value, path, name))
    if key == "day_first":
        if not isinstance(value, bool):
            raise Refused(f"{name}: {path} must be true or false", path)
        return value
    if key == "person":
        if not (isinstance(value, Number) and _WHOLE.fullmatch(value)):
            raise Refused(f"{name}: {path} must be the number of a person in the form, from 1", path)
        return int(value)
    return _text(value, path, name)


def _text(value: Any, path: str, name: str) -> str:
    if not isinstance(value, str) or isinstance(value, Number):
        raise Refused(f"{name}: {path} must be a text", path)
    return _clean(value)
