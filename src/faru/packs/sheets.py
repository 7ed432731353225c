"""The files of a pack, read and checked against their schemas. A file that fails is set aside, in words."""

import hashlib
import json
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator

from faru.loaders.yaml import At, Located, YamlFault, read_yaml
from faru.packs.findings import Finding, Severity
from faru.packs.schema_words import sentences

SCHEMAS = Path(__file__).parent / "schemas"
NEEDED = (
    "pack", "roles", "reasons", "holidays", "deadlines",
    "carriers", "contacts", "letters", "offences", "triage",
)  # fmt: skip
"""Files every pack has."""
FOLDERS = {"policies": "policy", "phrases": "phrases"}
"""Folders of YAML files, each with the schema of its files."""
OTHERS = frozenset({"letters", "guidance", "training", "locale"})
"""Folders that hold other things than YAML."""


@cache
def validator(schema: str) -> Draft202012Validator:
    """The validator of one kind of file."""
    return Draft202012Validator(json.loads((SCHEMAS / f"{schema}.schema.json").read_text(encoding="utf-8")))


class Sheets:
    """A pack's files as located values, and what was found wrong on the way."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.findings: list[Finding] = []
        self._sheets: dict[str, Located] = {}
        for name in NEEDED:
            self._read(root / f"{name}.yaml", name)
        for folder, schema in FOLDERS.items():
            paths = sorted((root / folder).glob("*.yaml"))
            if not paths:
                self.findings.append(Finding(f"{folder}/", None, "There is no YAML file here; add one."))
            for path in paths:
                self._read(path, schema)
        self._strangers()

    def get(self, name: str) -> Located | None:
        """A file by its path inside the pack; None where it could not be used."""
        return self._sheets.get(name)

    def folder(self, name: str) -> list[Located]:
        """The usable files of a folder, by name."""
        return [sheet for file, sheet in sorted(self._sheets.items()) if file.startswith(f"{name}/")]

    def say(self, sheet: Located, at: At, sentence: str, severity: Severity = Severity.ERROR) -> None:
        """Keep a finding about a place in a file."""
        self.findings.append(Finding(sheet.file, sheet.line(at), sentence, severity))

    def day(self, sheet: Located, at: At) -> date | None:
        """The date at a place; None where there is none or, with a finding, where no calendar has it."""
        text = pick(sheet.value, at)
        return None if text is None else self.day_in(sheet, at, text)

    def day_in(self, sheet: Located, at: At, text: str) -> date | None:
        """The date that a text at a place names; None, with a finding, where no calendar has it."""
        try:
            return date.fromisoformat(text)
        except ValueError:
            self.say(sheet, at, f'"{text}" is no day of the calendar; correct the date.')
            return None

    def digest(self) -> str:
        """SHA-256 over every file's name and bytes, in order of name; hidden files are none of the pack's."""
        whole = hashlib.sha256()
        for path in sorted(self.root.rglob("*")):
            inside = path.relative_to(self.root)
            if path.is_file() and not any(part.startswith(".") for part in inside.parts):
                name = inside.as_posix()
                whole.update(f"{name}\0{hashlib.sha256(path.read_bytes()).hexdigest()}\n".encode())
        return whole.hexdigest()

    def _read(self, path: Path, schema: str) -> None:
        name = path.relative_to(self.root).as_posix()
        try:
            sheet = read_yaml(path, name=name)
        except YamlFault as fault:
            self.findings.append(Finding(name, fault.line, fault.sentence))
            return
        wrong = {
            (sheet.line(at), sentence)
            for error in validator(schema).iter_errors(sheet.value)
            for at, sentence in sentences(error)
        }
        self.findings += [Finding(name, line, sentence) for line, sentence in sorted(wrong)]
        if not wrong:
            self._sheets[name] = sheet

    def _strangers(self) -> None:
        known = {f"{name}.yaml" for name in NEEDED} | FOLDERS.keys() | OTHERS
        for path in sorted(self.root.iterdir()):
            if path.name not in known and not path.name.startswith((".", "README")):
                sentence = "Nobody reads this; correct its name or delete it."
                self.findings.append(Finding(path.name, None, sentence, Severity.WARNING))


def pick(value: Any, at: At) -> Any:
    """The value at a place; None where the way there ends."""
    for key in at:
        try:
            value = value[key]
        except (KeyError, IndexError, TypeError):
            return None
    return value
