"""Single reported values made ready for comparison: identifiers folded, hashes checked, ports, numbers, ages.

The literal text always stays beside what was made of it.
"""

import base64
import binascii
import re
from datetime import date
from typing import Final

from faru.loaders.times import read_time
from faru.vocabulary import AccountKind, HashValue

_HEX_BYTES: Final = {"md5": 16, "sha1": 20, "sha224": 28, "sha256": 32, "sha384": 48, "sha512": 64, "pdq": 32}
_PHOTODNA_BYTES: Final = 144
_NUMBER: Final = re.compile(r"[0-9]+")
_SIX_DIGITS: Final = re.compile(r"[0-9]{4,}")


def normal(kind: AccountKind, value: str, calling_code: str | None = None) -> str:
    """`value` folded for comparison: e-mail and names lower case, phone digits with +, ids as they stand."""
    text = value.strip()
    if kind is AccountKind.PHONE:
        return _phone(text, calling_code)
    if kind is AccountKind.PROFILE_URL:
        scheme, mark, rest = text.partition("://")
        host, slash, path = rest.partition("/")
        return (f"{scheme.casefold()}://{host.casefold()}{slash}{path}" if mark else text).rstrip("/")
    if kind in (AccountKind.USER_ID, AccountKind.DEVICE_ID, AccountKind.CASE_NUMBER):
        return text
    return text.casefold()


def _phone(text: str, calling_code: str | None) -> str:
    digits = "".join(_NUMBER.findall(text))
    if not digits:
        return text.casefold()
    if text.startswith("+"):
        return f"+{digits}"
    if digits.startswith("00"):
        return f"+{digits[2:]}"
    code = "".join(_NUMBER.findall(calling_code or ""))
    return f"+{code}{digits}" if code else digits


def hash_value(algorithm: str, literal: str) -> HashValue:
    """A reported hash; `canonical` is None where the text is not valid for the algorithm."""
    name = algorithm.strip().casefold()
    plain = re.sub(r"[\s_-]", "", name)
    if plain in _HEX_BYTES:
        name = plain
    elif plain in ("photodna", "pdna"):
        name = "photodna"
    return HashValue(name, literal, _hash_bytes(name, literal))


def _hash_bytes(name: str, literal: str) -> bytes | None:
    text = literal.strip()
    try:
        if name in _HEX_BYTES:
            raw = bytes.fromhex(text) if text.isascii() and " " not in text else b""
            return raw if len(raw) == _HEX_BYTES[name] else None
        if name == "photodna":
            raw = (
                bytes(int(n) for n in text.split(","))
                if "," in text
                else base64.b64decode(text, validate=True)
            )
            return raw if len(raw) == _PHOTODNA_BYTES else None
    except (ValueError, binascii.Error):
        return None
    return None


def port_number(text: str) -> int | None:
    """1 to 65,535, or None where the text is no such number."""
    plain = text.strip()
    if not (plain.isascii() and plain.isdecimal() and len(plain) <= 5):
        return None
    number = int(plain)
    return number if 1 <= number <= 65535 else None


def whole_number(text: str) -> int | None:
    """A count or size of at most 18 digits, or None."""
    plain = text.strip().replace(",", "")
    return int(plain) if plain.isascii() and plain.isdecimal() and len(plain) <= 18 else None


def numbers(text: str) -> tuple[str, ...]:
    """The report numbers (four digits or more) that stand in a text, in their order, each once."""
    return tuple(dict.fromkeys(_SIX_DIGITS.findall(text)))


_AGES_IN_WORDS: Final = (
    "", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen", "twenty",
)  # fmt: skip


def stated_ages(text: str) -> tuple[int, ...]:
    """The ages that a text allows: "14", "~14", "13-15", "under 18" (17), "18+". Empty: it states none."""
    plain = text.strip().casefold()
    if re.search(r"\b(minor|child|juvenile|infant|toddler|baby)\b", plain) and not _NUMBER.search(plain):
        return (0, 17)
    if re.search(r"\bteen(s|age|ager)?\b", plain) and not _NUMBER.search(plain):
        return (13, 17)
    found = [int(n) for n in _NUMBER.findall(plain) if len(n) <= 3]
    found += [age for age, word in enumerate(_AGES_IN_WORDS) if word and re.search(rf"\b{word}\b", plain)]
    if re.fullmatch(r"u-?\d{1,2}", plain):
        found = [n - 1 for n in found or [int(plain[1:].lstrip("-"))]]
    if re.search(r"\b(under|below|less than|younger than)\b|<", plain):
        found = [n - 1 for n in found]
    if re.search(r"\bmonths?\b", plain) and not re.search(r"\byears?\b", plain):
        found = [n // 12 for n in found]
    return tuple(sorted({n for n in found if 0 <= n <= 120}))


def ages_from_birth(text: str, on: date | None) -> tuple[int, ...]:
    """The ages on a day that a date of birth allows: one, or two where day and month are open or only a year
    is given; none without a readable date or a day to reckon from."""
    if on is None:
        return ()
    plain = text.strip()
    if re.fullmatch(r"[0-9]{4}", plain):
        return _ages([date(int(plain), 12, 31), date(int(plain), 1, 1)], on) if plain > "0000" else ()
    found = set()
    years = re.findall(r"(?<!\d)(?:19|20)\d\d(?!\d)", plain)
    for day_first in (True, False):
        local = read_time(plain, day_first=day_first)[0].local
        if local is not None:
            found.add(local.date())
    if not found and len(years) == 1:  # "March 2012", "2012-03": the year alone is sure
        found = {date(int(years[0]), 12, 31), date(int(years[0]), 1, 1)}
    return _ages(sorted(found), on)


def _ages(births: list[date], on: date) -> tuple[int, ...]:
    ages = {on.year - born.year - ((on.month, on.day) < (born.month, born.day)) for born in births}
    return tuple(sorted(age for age in ages if 0 <= age <= 120))
