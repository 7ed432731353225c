"""The small world, sent by somebody who wants to run in the officers' browsers: each free text is a trap."""

import csv
import io
import json
import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import Any, Final
from xml.sax.saxutils import escape

from openpyxl import Workbook

from faru.synthetic import World

TRAPS: Final = (
    '"><img src=x onerror=window.__xss=1>',
    "<script>window.__xss=1</script>",
    "javascript:window.__xss=1",
    "</textarea></title><svg id=trap onload=window.__xss=1>",
    '{{ "brace-ran"|upper }}{% now "Y" %}${7*7}',
    "\u202egpj.<b id=trap>exe</b>",
    "' onfocus=window.__xss=1 autofocus x='",
    "<a id=trap href=javascript:window.__xss=1>" + "long " * 400,
)
"""What is put in every text. None of it may become an element, a script, an address or a template."""
_KEPT: Final = re.compile(
    r"^[\d\s.,:/+TZ-]*$|^[0-9a-fA-F:.]+$|\d{4}-\d\d-\d\d|\d\d/\d\d/\d{4}|\bUTC\b|IP Address"
    r"|Pornography|Sexual|Child"
)
"""What a reader needs to see as it was: numbers, times, addresses, hashes, kinds."""
_numbers = count()


def trap() -> str:
    """The next one."""
    return TRAPS[next(_numbers) % len(TRAPS)]


def childs_trap() -> str:
    """One for a child: a word that stands nowhere else, or a dossier is rightly refused for naming it."""
    return f"<i/id=trap>kid{next(_numbers)}"


def poisoned(value: Any, put: Callable[[], str] = trap) -> Any:
    """A document of JSON with a trap in every text, and one more under a name of its own."""
    if isinstance(value, dict):
        whole = {
            key: poisoned(part, childs_trap if key == "intendedRecipients" else put)
            for key, part in value.items()
        }
        return whole | {f"x{put()}": put()}
    if isinstance(value, list):
        return [poisoned(part, put) for part in value]
    return put() if isinstance(value, str) and not _KEPT.search(value) else value


def hostile(world: World, folder: Path) -> World:
    """Its alerts again: JSON, XML, CSV and XLSX, each with traps in its texts, names and headings."""
    shutil.copytree(world.alerts, folder)
    for path in sorted(folder.rglob("*.json")):
        if int(path.stem[-1], 36) % 2:  # the others stay: some stories must be whole
            found = json.loads(path.read_text(encoding="utf-8-sig"))
            path.write_text(json.dumps(poisoned(found)), encoding="utf-8")
    for path in sorted(folder.rglob("*.xml")):
        path.write_text(_xml(path.read_text(encoding="utf-8")), encoding="utf-8")
    for path in sorted(folder.rglob("*.csv")):
        path.write_text(_csv(path.read_text(encoding="utf-8")), encoding="utf-8")
    (folder / f"{TRAPS[0][:20]}.csv".replace("/", "")).write_text(_unmapped(), encoding="utf-8")
    (folder / "traps.xlsx").write_bytes(_workbook())
    (folder / "broken.json").write_text('{"reportId": 1, "x": "<b id=trap>', encoding="utf-8")
    return replace(world, alerts=folder)


def _xml(text: str) -> str:
    def put(match: re.Match[str]) -> str:
        return match[0] if _KEPT.search(match[1]) else f">{escape(childs_trap())}<"

    return re.sub(r">([^<>\n]*[A-Za-z]{3}[^<>\n]*)<", put, text)


def _csv(text: str) -> str:
    rows = list(csv.reader(io.StringIO(text), delimiter=";"))
    out = io.StringIO(newline="")
    written = csv.writer(out, delimiter=";")
    written.writerow(rows[0])
    for row in rows[1:]:
        written.writerow([cell if _KEPT.search(cell) else trap() for cell in row[:-1]] + [trap()])
    return out.getvalue()


def _unmapped() -> str:
    out = io.StringIO(newline="")
    written = csv.writer(out)
    written.writerow([f"{place} {one}" for place, one in enumerate(TRAPS[:6])])
    written.writerow(TRAPS[:6])
    return out.getvalue()


def _workbook() -> bytes:
    book = Workbook()
    book.active.title = "<b id=trap>"
    for row in (TRAPS[:6], TRAPS[:6]):
        book.active.append([one.replace("\u202e", "") for one in row])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def answer(records: Path) -> bytes:
    """A carrier's answer whose subscribers are traps."""
    lines = records.read_text(encoding="utf-8").splitlines()
    rows = list(csv.reader(lines[:400]))
    out = io.StringIO(newline="")
    csv.writer(out).writerows(_rows(rows))
    return out.getvalue().encode()


def _rows(rows: list[list[str]]) -> Iterator[list[str]]:
    yield [*rows[0], "<b id=trap>"]
    for row in rows[1:]:
        yield [cell if _KEPT.search(cell) else trap() for cell in row] + [trap()]
    yield [trap() for _cell in [*rows[0], ""]]
