"""The letters of a pack, built from their file, and whether they can be used."""

from collections.abc import Iterable

from faru.attribution.carriers import Carrier
from faru.loaders.yaml import Located
from faru.packs.build_parts import confirmation
from faru.packs.findings import Severity
from faru.packs.model import Letter, LetterKind, Parallel
from faru.packs.sheets import Sheets


def letters(sheets: Sheets, sheet: Located) -> tuple[Letter, ...]:
    """The letters, in the file's order. A template that is not there is a finding."""
    found = []
    for key, one in sheet.value.items():
        template = sheets.root / "letters" / one["template"]
        if not template.is_file():
            sheets.say(sheet, (key, "template"), f"letters/{one['template']} does not exist; add it.")
        confirmed = confirmation(sheets, sheet, (key,))
        if confirmed is None:
            sentence = f'Nobody has confirmed the letter "{key}": it says so in print.'
            sheets.say(sheet, (key,), sentence, Severity.WARNING)
        second = one.get("parallel")
        found.append(
            Letter(
                id=key,
                title=one["title"],
                kind=LetterKind(one["kind"]),
                language=one["language"],
                template=template,
                basis=one["legal_basis"],
                asks=tuple(one["asks"]),
                confirmed=confirmed,
                parallel=Parallel(second["language"], second["words"]) if second else None,
            )
        )
    return tuple(found)


def check_letters(sheets: Sheets, carriers: Iterable[Carrier], known: Iterable[Letter]) -> None:
    """Letters that carriers name, and kinds of letter that the pack lacks."""
    sheet, file = sheets.get("carriers.yaml"), sheets.get("letters.yaml")
    if sheet is None or file is None:
        return
    kinds = {one.id: one.kind for one in known}
    for one in carriers:
        if one.letter is not None and one.letter not in kinds:
            sheets.say(sheet, (one.id, "letter"), f'"{one.letter}" is not in letters.yaml; add it.')
    for kind in LetterKind:
        if kind not in kinds.values():
            sentence = f"There is no letter of the kind {kind}: such a request cannot be printed."
            sheets.say(file, (), sentence, Severity.WARNING)
