"""Identifiers and login times that some senders write into free text, found line by line.

What is found is marked as mined: it is shown and never joins leads. An address counts only where it stands
alone as a whole word; a time only where it stands on the same line and is the only one there.
"""

import re
from dataclasses import dataclass
from typing import Final

from faru.formats.values import normal, port_number
from faru.loaders.addresses import read_address
from faru.loaders.times import read_time
from faru.vocabulary import Account, AccountKind, Role

MENTIONED: Final = "mentioned"
"""The event of an address that a text names without saying what happened there."""

MAX_TEXT: Final = 200_000
"""Characters of one text that are mined: senders put identifiers at the head of a long chat log."""

_EMAIL: Final = re.compile(
    r"(?<![\w.+-])[A-Za-z0-9][\w.+-]{0,63}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,5}"
)
_PHONE: Final = re.compile(
    r"(?<![\w+])\+[0-9][0-9 ().-]{6,20}[0-9](?![\w])"
    r"|(?i:\b(?:phone|mobile|cell|tel|whatsapp|viber)(?: ?(?:number|no\.?))?\s*[:=]\s*)"
    r"(?P<bare>[0-9][0-9 ().-]{5,18}[0-9])"
)
_CASHTAG: Final = re.compile(r"(?<![\w$])\$[A-Za-z][A-Za-z0-9_-]{0,29}\b")
_USER: Final = re.compile(
    r"\b(?P<what>user ?-?name|screen ?-?name|login name|nick ?name|handle|user ?id|account ?id|member ?id)"
    r"\s*[:=]\s*[\"'(]?@?(?P<value>[\w.@+-]{2,64})",
    re.IGNORECASE,
)
_V4: Final = re.compile(
    r"(?<![\w.:-])(?P<ip>(?:[0-9]{1,3}\.){3}[0-9]{1,3})(?::(?P<port>[0-9]{1,5}))?(?![\w-]|\.[0-9])"
)
_V6: Final = re.compile(
    r"(?<![\w:.])\[?(?P<ip>(?:[0-9A-Fa-f]{0,4}:){2,7}[0-9A-Fa-f]{0,4})(?:\]:(?P<port>[0-9]{1,5}))?\]?(?![\w:])"
)
_PORT: Final = re.compile(r"\b(?:source |src )?port\s*[:=#]?\s*(?P<port>[0-9]{1,5})\b", re.IGNORECASE)
_TIME: Final = re.compile(
    r"[0-9]{4}[-/][0-9]{1,2}[-/][0-9]{1,2}[T ,]{1,2}[0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?"
    r"(?:\s*(?:Z\b|UTC\b|GMT\b|[A-Z]{3,4}\b))?(?:\s*[+-][0-9]{2}:?[0-9]{2}\b)?"
    r"|[0-9]{1,2}[-/.][0-9]{1,2}[-/.][0-9]{4}[ ,]{1,2}[0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?(?:\s*[AP]M\b)?"
    r"(?:\s*(?:UTC\b|GMT\b|[A-Z]{3,4}\b))?(?:\s*[+-][0-9]{2}:?[0-9]{2}\b)?"
    r"|(?:[0-9]{1,2} [A-Z][a-z]{2,8}|[A-Z][a-z]{2,8} [0-9]{1,2},?) [0-9]{4},? (?:at )?"
    r"[0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?"
    r"(?:\s*[AP]M\b)?(?:\s*(?:UTC\b|GMT\b|[A-Z]{3,4}\b))?(?:\s*[+-][0-9]{2}:?[0-9]{2}\b)?"
)
_EVENTS: Final = (
    (
        "login",
        re.compile(r"\b(?:log(?:ged|s)?[ -]?(?:in|on)|sign(?:ed)?[ -]?in|logins?|session)\b", re.IGNORECASE),
    ),
    (
        "registration",
        re.compile(r"\b(?:regist(?:ered|ration)|sign(?:ed)?[ -]?up|account created|joined)\b", re.IGNORECASE),
    ),
    ("upload", re.compile(r"\bupload(?:ed|s)?\b", re.IGNORECASE)),
    ("purchase", re.compile(r"\b(?:purchased?|payment|paid|transaction)\b", re.IGNORECASE)),
)


@dataclass(frozen=True, slots=True)
class Sighting:
    """An address that a text names, with the time on its line if there is exactly one."""

    address: str
    port: int | None
    time: str | None
    event: str


@dataclass(frozen=True, slots=True)
class Mined:
    """What one text gave."""

    accounts: tuple[Account, ...]
    sightings: tuple[Sighting, ...]


def mine(text: str, platform: str | None) -> Mined:
    """Identifiers and sightings in `text`, in their order, each once."""
    text = text[:MAX_TEXT]
    accounts: dict[Account, None] = {}
    for kind, value in _identifiers(text):
        account = Account(platform, kind, value, normal(kind, value), None, Role.UNKNOWN, from_text=True)
        accounts.setdefault(account)
    sightings: dict[Sighting, None] = {}
    heading = MENTIONED
    for line in text.splitlines():
        event = next((name for name, pattern in _EVENTS if pattern.search(line)), None)
        found = list(_sightings(line, event or heading))
        if event is not None and not found:
            heading = event  # "Login history:" stands over its lines
        elif not line.strip():
            heading = MENTIONED
        sightings.update(dict.fromkeys(found))
    return Mined(tuple(accounts), tuple(sightings))


def _identifiers(text: str) -> list[tuple[AccountKind, str]]:
    found = [(AccountKind.EMAIL, match[0].rstrip(".-")) for match in _EMAIL.finditer(text)]
    for match in _PHONE.finditer(text):
        digits = match["bare"] or match[0]
        if sum(c.isdigit() for c in digits) >= 7:
            found.append((AccountKind.PHONE, digits.strip()))
    found += [(AccountKind.PAYMENT, match[0]) for match in _CASHTAG.finditer(text)]
    for match in _USER.finditer(text):
        value = match["value"].rstrip(".-")
        kind = AccountKind.USER_ID if match["what"].casefold().endswith("id") else AccountKind.SCREEN_NAME
        if "@" not in value and len(value) > 1:
            found.append((kind, value))
    return found


def _sightings(line: str, event: str) -> list[Sighting]:
    times = [match[0] for match in _TIME.finditer(line)]
    readable = [time for time in times if read_time(time)[0].precision_s]
    bare = _TIME.sub(" ", line)  # hours and minutes look like a short IPv6
    found = []
    for match in [*_V4.finditer(bare), *_V6.finditer(bare)]:
        reading = read_address(match["ip"])
        if reading.address is not None:
            found.append((match["ip"], match["port"]))
    only = len(found) == 1
    sightings = []
    for address, glued in found:
        port = port_number(glued) if glued else None
        if port is None and only and (stated := _PORT.search(bare)):
            port = port_number(stated["port"])
        time = readable[0] if len(readable) == 1 else None
        sightings.append(Sighting(address, port, time, event))
    return sightings
