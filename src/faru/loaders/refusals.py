"""What a loader says about input that it cannot take as it stands.

A `Note` is about a part that was kept; a `Fault` is about a part that was set aside whole.
`Refused` is raised where nothing of the input can be read.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Note:
    """One sentence about a place that was kept, but not as it stood."""

    place: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Fault:
    """One sentence about a part that was set aside whole, with its bytes as received."""

    place: str
    sentence: str
    raw: bytes | None = None
    sha256: str | None = None  # of its bytes, where they are too many to be carried along


class Refused(Exception):
    """Nothing of this input can be read; the sentence says why and what would mend it."""

    def __init__(self, sentence: str, place: str = "") -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.place = place
