"""Keeps a structured child's name and identifiers out of every text that is shown.

A name reads "Child A", an e-mail, phone, user name, school or street "sealed": in free text, file names,
fields kept unread, sentences and places. A word ends at anything but a letter: file names are covered too.
"""

import re
import unicodedata
from collections.abc import Collection, Iterable
from dataclasses import fields, is_dataclass, replace
from typing import Any, Final, TypeVar

from faru.vocabulary import (
    SEALED,
    Account,
    AccountKind,
    Handling,
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
_GAP_LENGTH: Final = 6
_GAP: Final = rf"[\W_]{{0,{_GAP_LENGTH}}}"
_MARKS: Final = "".join(
    chr(code) for code in range(0x300, 0xFFFF) if unicodedata.category(chr(code)) in ("Mn", "Mc")
)
_FEW: Final = 40
"""So many words are sought in a text one by one; more are looked up by the words of the text."""

_LETTERS: Final = re.compile(rf"(?:[^\W\d_]|[{_MARKS}])+")
"""A word with its vowel signs and accents. Digits end it: "name12.jpg" holds a name."""
_RUN: Final = re.compile(r"[^\W_]+")
_PHONE: Final = re.compile(r"\+?\(?\d(?:[\s().\-/]{0,3}\d){6,}")

_AS_THEY_STAND: Final[dict[type, frozenset[str]]] = {
    Account: frozenset({"value", "normal", "platform"}),
    Handling: frozenset({"tlp"}),
    HashValue: frozenset({"literal", "algorithm"}),
    PersonRecord: frozenset({"first_name", "middle_name", "last_name", "preferred_name"}),
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
    """Whole names and their single words, longest first, without words that name nobody."""
    forms: dict[str, None] = {}
    for name in written:
        text = (name or "").strip()
        for form in (text, *_LETTERS.findall(text)):
            if len(form) > 1 and form.casefold() not in _NOT_NAMES and any(c.isalpha() for c in form):
                forms[form] = None
    return tuple(sorted(forms, key=lambda form: (-len(form), form)))


class Mask:
    """What must not be shown of the children of one referral (or of one archive).

    Lookups are by word: a text takes no longer in a report of a thousand recipients than in one of two.
    """

    def __init__(self) -> None:
        self._names: dict[str, str] = {}  # folded word -> label
        self._secrets: dict[str, list[re.Pattern[str]]] = {}  # first word, folded -> whole identifiers
        self._phones: set[str] = set()  # digits

    def __bool__(self) -> bool:
        return bool(self._names or self._secrets or self._phones)

    def add(self, child: ReportedChild, secrets: Iterable[str] = ()) -> None:
        """Cover a child's names, the values of its accounts, and further texts that point to it."""
        split = [(name, _LETTERS.findall(name)) for name in child.names.open()]
        for name, words in sorted(split, key=lambda pair: len(pair[1])):
            if len(words) == 1:
                self._names.setdefault(_folded(words[0]), child.label)
            elif not any(_folded(word) in self._names for word in words):
                self._secret(name)  # of words that name nobody by themselves
        for sealed in child.accounts:
            account = sealed.open()
            if len(account.value) > 2:
                self._secret(account.value)
            if account.kind is AccountKind.DISPLAY_NAME:
                for word in _LETTERS.findall(account.value):
                    if len(word) > 3 and not word[0].islower() and word.casefold() not in _NOT_NAMES:
                        self._secret(word)
        for text in secrets:
            if len(text.strip()) > 2:
                self._secret(text)

    def _secret(self, text: str) -> None:
        digits = "".join(c for c in text if c.isdigit())
        if len(digits) >= 7 and _PHONE.fullmatch(text.strip()):
            self._phones.add(digits)
        for form in _spellings(text.strip()):
            first = _RUN.search(form)
            if first is None:
                continue
            words = [re.escape(word) for word in form[first.start() :].split()]
            whole = re.compile(_GAP.join(words) + r"(?![^\W_])", re.IGNORECASE)
            known = self._secrets.setdefault(first[0].casefold(), [])
            if whole not in known:
                known.append(whole)
                known.sort(key=lambda pattern: -len(pattern.pattern))

    def text(self, text: str) -> str:
        """`text` with every covered name and identifier replaced."""
        if self._phones:
            text = _PHONE.sub(self._phone, text)
        if _may_stand(self._secrets, text.casefold()):
            text = self._without_secrets(text)
        return self._without_names(text) if _may_stand(self._names, _folded(text)) else text

    def _phone(self, found: re.Match[str]) -> str:
        digits = "".join(c for c in found[0] if c.isdigit())
        theirs = any(
            digits == known or (len(digits) >= 7 and known.endswith(digits)) for known in self._phones
        )
        return SEALED if theirs else found[0]

    def _without_secrets(self, text: str) -> str:
        parts: list[str] = []
        done = 0
        for run in _RUN.finditer(text):
            if run.start() < done:
                continue
            for pattern in self._secrets.get(run[0].casefold(), ()):
                if found := pattern.match(text, run.start()):
                    parts += [text[done : run.start()], SEALED]
                    done = found.end()
                    break
        return "".join([*parts, text[done:]]) if parts else text

    def _without_names(self, text: str) -> str:
        parts: list[str] = []
        done = 0
        last = ""
        for word in _LETTERS.finditer(text):
            label = self._names.get(_folded(word[0]))
            if label is None:
                continue
            between = text[done : word.start()]
            if not (last == label and len(between) <= _GAP_LENGTH and not any(c.isalnum() for c in between)):
                parts += [between, label]  # the words of one name become one label
            done, last = word.end(), label
        return "".join([*parts, text[done:]]) if parts else text

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


def _may_stand(words: Collection[str], folded: str) -> bool:
    """False where none of a few words stands in a text, so that it need not be taken apart."""
    return len(words) > _FEW or any(word in folded for word in words)


def _folded(word: str) -> str:
    """A word as compared: without case and accents. Thaana's vowel signs are no accents and stay."""
    if word.isascii():
        return word.casefold()
    return "".join(c for c in unicodedata.normalize("NFKD", word).casefold() if not unicodedata.combining(c))


def _spellings(text: str) -> tuple[str, ...]:
    """With accents joined, apart, and left out."""
    apart = unicodedata.normalize("NFD", text)
    bare = "".join(c for c in apart if not unicodedata.combining(c))
    return tuple(dict.fromkeys([unicodedata.normalize("NFC", text), apart, bare]))
