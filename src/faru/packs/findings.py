"""What is wrong with a pack: file, line, one sentence with the mend, and how grave it is."""

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """How grave a finding is."""

    ERROR = "error"  # the pack cannot be used
    WARNING = "warning"  # it can, but somebody should look


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """One thing found. `file` is relative to the pack; `line` is None where the whole file is meant."""

    file: str
    line: int | None
    sentence: str
    severity: Severity = Severity.ERROR

    def __str__(self) -> str:
        place = self.file if self.line is None else f"{self.file}:{self.line}"
        return f"{place}: {self.sentence}"


class PackFault(ValueError):
    """A pack that cannot be used. `findings` holds its errors, and is empty where it is no pack at all."""

    def __init__(self, sentence: str, findings: tuple[Finding, ...] = ()) -> None:
        super().__init__(sentence)
        self.findings = findings
