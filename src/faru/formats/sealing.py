"""Keeps a structured child's name and identifiers out of every text that is shown.

A name reads "Child A", an e-mail, phone, user name, school or street "sealed": in free text, file names,
fields kept unread, sentences and places. A word ends at anything but a letter: file names are covered too.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import fields, is_dataclass, replace
from typing import Any, Final, TypeVar

from faru.vocabulary import (
    SEALED,
    Account,
    AccountKind,
    HashValue,
    Observation,
    PersonRecord,
    Referral,
    ReportedChild,
)

T = TypeVar("T")

_NOT_NAMES: Final = frozenset(
    [
        "child",
        "victim",
        "minor",
        "unknown",
        "girl",
        "boy",
        "user",
        "the",
        "a",
        "an",
        "of",
        "and",
        "mr",
        "mrs",
        "ms",
        "miss",
        "dr",
        "jr",
        "sr",
        "none",
        "null",
        "n/a",
    ]
)
_GAP: Final = r"[\W_]{0,6}"
_PARTS: Final = re.compile(r"[^\W\d_]+(?:['\u2019\-][^\W\d_]+)*")

_AS_THEY_STAND: Final[dict[type, frozenset[str]]] = {
    Account: frozenset({"value", "normal", "platform"}),
    HashValue: frozenset({"literal", "algorithm"}),
    Referral: frozenset(
        {"sender", "number", "sha256", "format", "children", "pointers", "refers_to", "platform"}
    ),
}
"""Identities and hashes: a name inside them is another person's or nobody's."""


def names_of(person: PersonRecord) -> tuple[str, ...]:
    """Each written form of a child's name: whole, turned round, and part by part."""
    first, middle, last = person.first_name, person.middle_name, person.last_name
    wholes = [
        " ".join(part for part in parts if part)
        for parts in ((first, middle, last), (first, last), (last, first), (last, first, middle))
    ]
    return name_forms([*wholes, first, middle, last, person.preferred_name])


def name_forms(written: Iterable[str | None]) -> tuple[str, ...]:
    """Whole names and their single parts, longest first, without words that name nobody."""
    forms: dict[str, None] = {}
    for name in written:
        text = (name or "").strip()
        parts = _PARTS.findall(text)
        for form in [text, *parts, *(piece for part in parts for piece in re.split(r"['\u2019\-]", part))]:
            if len(form) > 1 and form.casefold() not in _NOT_NAMES and any(c.isalpha() for c in form):
                forms[form] = None
    return tuple(sorted(forms, key=lambda form: (-len(form), form)))


class Mask:
    """What must not be shown of the children of one referral (or of one archive)."""

    def __init__(self) -> None:
        self._names: dict[str, str] = {}
        self._secrets: dict[str, None] = {}
        self._pattern: re.Pattern[str] | None = None
        self._spoken: dict[str, str] = {}

    def __bool__(self) -> bool:
        return bool(self._names or self._secrets)

    def add(self, child: ReportedChild, secrets: Iterable[str] = ()) -> None:
        """Cover a child's names, the values of its accounts, and further texts that point to it."""
        for name in child.names.open():
            self._names.setdefault(name, child.label)
        for sealed in child.accounts:
            self._secret(sealed.open())
        for text in secrets:
            if len(text.strip()) > 2:
                self._secrets[text.strip()] = None
        self._pattern = None

    def _secret(self, account: Account) -> None:
        value = account.value.strip()
        if len(value) < 3:
            return
        if account.kind is AccountKind.DISPLAY_NAME:
            for name in name_forms([value]):
                self._secrets[name] = None
        self._secrets[value] = None

    def holds(self, account: Account) -> bool:
        """True where the account's value is one of the covered identifiers."""
        return account.value.strip() in self._secrets

    def text(self, text: str) -> str:
        """`text` with every covered name and identifier replaced."""
        if not self:
            return text
        if self._pattern is None:
            self._compile()
        assert self._pattern is not None  # noqa: S101 - _compile has just set it
        return self._pattern.sub(self._replacement, text)

    def _compile(self) -> None:
        self._spoken = {_key(name): label for name, label in reversed(self._names.items())}
        alternatives = []
        if self._secrets:
            secrets = sorted(self._secrets, key=len, reverse=True)
            words = "|".join(_digits(secret) or _spelled(secret) for secret in secrets)
            alternatives.append(rf"(?<![^\W_])(?:{words})(?![^\W_])")
        if self._names:
            words = "|".join(_spelled(name) for name in sorted(self._names, key=len, reverse=True))
            alternatives.append(rf"(?<![^\W\d_])(?:{words})(?![^\W\d_])")
        self._pattern = re.compile("|".join(alternatives), re.IGNORECASE)

    def _replacement(self, found: re.Match[str]) -> str:
        return self._spoken.get(_key(found[0]), SEALED)

    def all(self, value: T) -> T:
        """`value` with every text in it cleaned, however deep; identities and hashes stand."""
        return self._all(value) if self else value

    def _all(self, value: Any) -> Any:
        if isinstance(value, str) and type(value) is str:
            return self.text(value)
        if isinstance(value, tuple):
            return tuple(self._all(item) for item in value)
        if is_dataclass(value) and not isinstance(value, type):
            keep = _AS_THEY_STAND.get(type(value), frozenset())
            if isinstance(value, Observation) and (value.address is not None or value.child is not None):
                keep = frozenset({"literal", "address"})  # an address is asked about, and printed as sealed
            if isinstance(value, Account) and value.kind is AccountKind.DISPLAY_NAME:
                keep = frozenset({"platform"})
            changed = {
                f.name: new
                for f in fields(value)
                if f.name not in keep and (new := self._all(old := getattr(value, f.name))) is not old
            }
            return replace(value, **changed) if changed else value
        return value


def _key(form: str) -> str:
    """A name as compared: letters alone, without case, accents and what stands between them."""
    plain = unicodedata.normalize("NFKD", form).casefold()
    return "".join(c for c in plain if c.isalpha())


def _spellings(name: str) -> tuple[str, ...]:
    """With accents joined, apart, and left out."""
    apart = unicodedata.normalize("NFD", name)
    bare = "".join(c for c in apart if not unicodedata.combining(c))
    return tuple(dict.fromkeys([unicodedata.normalize("NFC", name), apart, bare]))


def _spelled(text: str) -> str:
    """A pattern for `text` in each spelling, with anything but letters and digits between its words."""
    patterns = []
    for form in _spellings(text):
        words = form.split()
        patterns.append(_GAP.join(re.escape(word) for word in words))
    return "|".join(dict.fromkeys(patterns))


def _digits(text: str) -> str | None:
    """A pattern for a phone number however it is grouped; None where `text` is none."""
    if not re.fullmatch(r"\+?[\d\s().\-/]{7,}", text):
        return None
    digits = re.findall(r"\d", text)
    return r"\+?" + r"[\s().\-/]{0,3}".join(digits) if len(digits) >= 7 else None
