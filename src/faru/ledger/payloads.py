"""Salts and payloads in clear, in one file outside the ledger: for invented worlds only.

A real unit keeps each payload encrypted with its subject, and so will the desk. The demo has only invented
subjects and says that it keeps them in clear.
"""

import json
import os
from collections.abc import Iterable
from pathlib import Path

from faru.ledger.entries import Recorded

_CUT = b" (cut off)\n"


class ClearPayloads:
    """A file of {"id", "salt", "payload"}, one JSON document a line, that only grows."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def keep(self, recorded: Iterable[Recorded]) -> None:
        """Append durably. Call it before the ledger is sealed: a sealed entry must be openable."""
        lines = [
            json.dumps(
                {"id": one.id, "salt": one.salt.hex(), "payload": one.payload.decode()}, ensure_ascii=False
            )
            for one in recorded
        ]
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with self._path.open("a+b") as file:
            # A line that a kill cut off belongs to an entry that was never sealed: it is closed, and skipped.
            if file.tell():
                file.seek(-1, os.SEEK_END)
                if file.read() != b"\n":
                    file.write(_CUT)
            file.writelines(line.encode() + b"\n" for line in lines)
            file.flush()
            os.fsync(file.fileno())

    def opened(self, ids: Iterable[str] | None = None) -> dict[str, tuple[bytes, bytes]]:
        """Salt and payload by entry id, of these entries or of all."""
        wanted = None if ids is None else set(ids)
        found: dict[str, tuple[bytes, bytes]] = {}
        if self._path.exists():
            with self._path.open("rb") as file:
                for line in file:
                    if line.endswith(_CUT) or not line.endswith(b"\n"):
                        continue
                    form = json.loads(line)
                    if wanted is None or form["id"] in wanted:
                        found[form["id"]] = (bytes.fromhex(form["salt"]), form["payload"].encode())
        return found
