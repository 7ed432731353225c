"""Letters: paper, PDF, text or an e-mail's body, keyed by an officer into a form beside it.

The form's canonical JSON (`letter_form`) is the referral's own bytes, so that it can be read again.
What is wrong with a keyed value is said at its field before it is stored, and as a remark after.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import BinaryIO, Final

from faru.formats.draft import Draft
from faru.formats.finishing import finish
from faru.formats.letter_fill import TLP, LetterTree, fill
from faru.formats.letter_form import MARK, Letter, LetterKind, from_bytes, to_bytes
from faru.formats.notices import refused_stream
from faru.formats.options import Item, ReadOptions
from faru.loaders.refusals import Refused
from faru.loaders.streams import read_all
from faru.loaders.times import zone_named
from faru.vocabulary import Referral, Role, Unreadable

NAME = "letter"

_START: Final = re.compile(rb'(?:\xef\xbb\xbf)?\s*\{\s*"' + MARK.encode() + rb'"\s*:')
_SHA256: Final = re.compile(r"[0-9a-fA-F]{64}")


@dataclass(frozen=True, slots=True)
class Problem:
    """One sentence about one field of the form."""

    field: str  # "sender", "observations[1].address"; counted from 0
    sentence: str
    fatal: bool  # nothing is read until it is mended; else the value is kept as typed, with a remark


def sniff(head: bytes, name: str) -> float | None:
    """Sure of the form's own JSON, and of nothing else."""
    return 0.99 if _START.match(head) else None


def read(stream: BinaryIO, options: ReadOptions) -> Iterator[Item]:
    """The one letter of a stored form."""
    try:
        raw = read_all(stream, options.name)
        letter = from_bytes(raw, options.name)
    except Refused as error:
        yield refused_stream(error, stream)
        return
    yield read_letter(letter, options)


def read_letter(letter: Letter, options: ReadOptions) -> Referral | Unreadable:
    """The letter as a referral; its sentences name the letter, not the input. Never raises.

    Whatever `check_letter` calls fatal makes it an `Unreadable`.
    """
    letter = _as_stored(letter)
    draft = _draft(letter, options)
    if fatal := _fatal(letter):
        place, sentence = fatal[0].field, fatal[0].sentence
        return Unreadable(place, f"{_called(letter)}: letter form, {place}: {sentence}", draft.sha256)
    if options.own_bytes is not None:
        options.own_bytes(draft.sha256, to_bytes(letter))
    draft.note("letter form, attachment", _about_attachment(letter))
    return finish(draft, letter.sender, NAME)


def check_letter(letter: Letter, options: ReadOptions) -> tuple[Problem, ...]:
    """What is to be said of each field, fatal problems first. Nothing is stored, nothing raises."""
    letter = _as_stored(letter)
    tree = LetterTree(letter)
    draft = _draft(letter, options, tree)
    remarks = [
        Problem(
            tree.fields.get(remark.place, ""), _bare(remark.sentence, draft.options.name, remark.place), False
        )
        for remark in dict.fromkeys(draft.remarks)
    ]
    return (*_fatal(letter), *remarks)


def _as_stored(letter: Letter) -> Letter:
    """The letter as its stored bytes will give it back: what is read now is what is read then."""
    return from_bytes(to_bytes(letter))


def _draft(letter: Letter, options: ReadOptions, tree: LetterTree | None = None) -> Draft:
    tree = tree or LetterTree(letter)
    options = replace(
        options.called(_called(letter)),
        zone=letter.zone if letter.zone and _is_zone(letter.zone) else options.zone,
        day_first=options.day_first if letter.day_first is None else letter.day_first,
        own_bytes=None,
    )
    draft = Draft(options, tree.tree, to_bytes(letter))
    fill(letter, tree, draft)
    return draft


def _called(letter: Letter) -> str:
    return f"letter {letter.number} of {letter.sender}" if letter.number else f"letter of {letter.sender}"


def _bare(sentence: str, name: str, place: str) -> str:
    return sentence.removeprefix(f"{name}: {place}: ")


def _is_zone(text: str) -> bool:
    try:
        zone_named(text)
    except ValueError:
        return False
    return True


def _fatal(letter: Letter) -> tuple[Problem, ...]:
    """What must be mended first: without it the letter has no sender, no owner of a value, no proof."""
    found: list[tuple[str, str]] = []
    if not letter.sender:
        found.append(("sender", "say who sent the letter"))
    if letter.zone and not _is_zone(letter.zone):
        found.append(("zone", f"{letter.zone!r} is not a zone; write +05:00, UTC or Indian/Maldives"))
    if letter.tlp and letter.tlp.upper().removeprefix("TLP:") not in TLP:
        found.append(("tlp", f"{letter.tlp!r} is no handling code; write one of {', '.join(TLP)}"))
    if not (letter.text or letter.observations or letter.accounts or letter.persons or letter.hashes):
        found.append(
            ("text", "nothing of the letter is keyed; type its text, an address, an account or a name")
        )
    for index, person in enumerate(letter.persons):
        if person.role not in list(Role):
            found.append((f"persons[{index}].role", f"{person.role!r}: say who this is: {', '.join(Role)}"))
    for index, account in enumerate(letter.accounts):
        if account.role is not None and account.role not in list(Role):
            found.append((f"accounts[{index}].role", f"{account.role!r}: say whose it is: {', '.join(Role)}"))
    owned = [(f"accounts[{index}]", item.person) for index, item in enumerate(letter.accounts)]
    owned += [(f"observations[{index}]", item.person) for index, item in enumerate(letter.observations)]
    found += [
        (f"{field}.person", f"no person {number} is keyed; there are {len(letter.persons)}")
        for field, number in owned
        if number is not None and not 1 <= number <= len(letter.persons)
    ]
    return tuple(Problem(field, sentence, True) for field, sentence in [*found, *_about_proof(letter)])


def _about_proof(letter: Letter) -> list[tuple[str, str]]:
    beside = letter.attachment
    if beside.kind not in list(LetterKind):
        return [("attachment.kind", f"{beside.kind!r}: say what the letter is: {', '.join(LetterKind)}")]
    if beside.kind == LetterKind.PAPER:
        return [] if beside.sha256 is None else [("attachment.sha256", "paper has no hash; leave it empty")]
    if beside.sha256 is None or not _SHA256.fullmatch(beside.sha256):
        return [("attachment.sha256", "must be the SHA-256 of the letter, 64 hex digits")]
    return []


def _about_attachment(letter: Letter) -> str:
    beside = letter.attachment
    if beside.kind == LetterKind.PAPER:
        return "keyed from paper; the paper is kept by the unit"
    what = {
        LetterKind.PDF: "a PDF",
        LetterKind.TEXT: "a text",
        LetterKind.PICTURE_ONLY: "a scan without text, of which only the hash is kept",
    }[LetterKind(beside.kind)]
    called = f"{beside.name!r}, " if beside.name else ""
    return f"keyed from {called}{what}, SHA-256 {(beside.sha256 or '').lower()}"
