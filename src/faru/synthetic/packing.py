"""Gives alerts their numbers and puts them on disk as agencies send them.

Single files in a folder a day, arrays, ZIPs with harmless dummy media beside the JSON, XML documents, tables;
some are sent twice, some come again under the same number with other bytes.
"""

import hashlib
import io
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from faru.synthetic import write_json, write_table, write_xml
from faru.synthetic.alerts import Alert
from faru.synthetic.chance import Chance
from faru.synthetic.platforms import BY_NAME

CLEARING_HOUSE: Final = "NCMEC"
COPIES: Final = 0.02
VERSIONS: Final = 0.012
_FIRST_NUMBER: Final = 231_004_118
_IN_ARRAY: Final = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """One alert as it arrived: which bytes, where, and whether they were a repetition."""

    alert: Alert
    sender: str
    number: str | None
    sha256: str  # of the alert's own bytes: first to last brace, opening to closing tag, line without its end
    file: str  # below the alerts folder
    place: str | None  # within the file
    format: str
    copy: bool = False
    version: int = 1


def write(
    folder: Path,
    alerts: Sequence[Alert],
    seed: int,
    progress: Callable[[str, int, int], None] | None,
) -> list[Sent]:
    """Writes all alerts (in the order received) and says what was sent, file by file."""
    numbers = number(alerts, seed)
    by_wire: dict[str, list[Alert]] = {"json": [], "xml": [], "table": []}
    for alert in alerts:
        by_wire[BY_NAME[alert.platform].wire].append(alert)
    sent: list[Sent] = []
    makers = (
        _json_files(folder, by_wire["json"], numbers, seed),
        _xml_files(folder, by_wire["xml"], numbers, seed),
        _tables(folder, by_wire["table"], numbers, seed),
    )
    for maker in makers:
        for one in maker:
            sent.append(one)
            if progress is not None and len(sent) % 50 == 0:
                progress("alerts", min(len(sent), len(alerts)), len(alerts))
    if progress is not None:
        progress("alerts", len(alerts), len(alerts))
    return sent


def number(alerts: Sequence[Alert], seed: int) -> dict[str, str]:
    """Every alert's number by its key; the clearing house counts up with time, the table has its own."""
    chance = Chance(seed, "numbers")
    current = _FIRST_NUMBER
    numbers = {}
    rows = 0
    for alert in alerts:
        current += chance.between(3, 900)
        if BY_NAME[alert.platform].wire == "table":
            rows += 1
            numbers[alert.key] = f"LW-26-{rows:06d}"
        else:
            numbers[alert.key] = str(current)
    return numbers


def _json_files(folder: Path, alerts: list[Alert], numbers: dict[str, str], seed: int) -> Iterator[Sent]:
    chance = Chance(seed, "packing")
    arrays: list[Alert] = []
    singles: list[Alert] = []
    for alert in alerts:
        way = "single" if alert.story else chance.weighted((("single", 58), ("array", 30), ("zip", 12)))
        if way == "array":
            arrays.append(alert)
        elif way == "zip":
            yield _zip(folder, alert, numbers, seed)
        else:
            singles.append(alert)
            yield _single(folder, alert, numbers, seed)
    for start in range(0, len(arrays), _IN_ARRAY):
        yield from _array(folder, arrays[start : start + _IN_ARRAY], numbers, seed, start // _IN_ARRAY + 1)
    free = [alert for alert in singles if alert.story is None] or singles
    repeated = chance.some(
        free, min(len(free), _at_least_one(COPIES, alerts) + _at_least_one(VERSIONS, alerts))
    )
    copies = _at_least_one(COPIES, alerts)
    for alert in repeated[:copies]:
        again = _single(folder, alert, numbers, seed, below="resent")
        yield replace(again, copy=True)
    for alert in repeated[copies:]:
        note = "Supplement: the account was closed after this report."
        changed = replace(alert, notes=(*alert.notes, note))
        again = _single(folder, changed, numbers, seed, below="supplements")
        yield replace(again, version=2)


def _at_least_one(rate: float, alerts: list[Alert]) -> int:
    return max(1, round(rate * len(alerts)))


def _bytes(alert: Alert, numbers: dict[str, str], seed: int, *, bom: bool) -> bytes:
    habits = BY_NAME[alert.platform]
    return write_json.encoded(
        write_json.document(alert, numbers, seed), indent=habits.indent, bom=bom and habits.bom
    )


def _single(folder: Path, alert: Alert, numbers: dict[str, str], seed: int, below: str = "") -> Sent:
    day = datetime.fromtimestamp(alert.received_at, UTC).strftime("%Y-%m-%d")
    name = "/".join(part for part in ("ncmec", below, day, f"{numbers[alert.key]}.json") if part)
    content = _bytes(alert, numbers, seed, bom=True)
    _put(folder / name, content)
    return _sent(alert, numbers, content, name, None, "cybertip_json")


def _zip(folder: Path, alert: Alert, numbers: dict[str, str], seed: int) -> Sent:
    name = f"ncmec/packages/{numbers[alert.key]}.zip"
    content = _bytes(alert, numbers, seed, bom=True)
    member = f"{numbers[alert.key]}/CyberTip_{numbers[alert.key]}.json"
    held = io.BytesIO()
    moment = datetime.fromtimestamp(alert.received_at, UTC)
    stamp = (moment.year, moment.month, moment.day, moment.hour, moment.minute, 0)
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr(zipfile.ZipInfo(member, stamp), content, zipfile.ZIP_DEFLATED)
        for index, upload in enumerate(alert.uploads[:6]):
            media = f"{numbers[alert.key]}/files/{index + 1:02d}-{_plain(upload.name)}"
            chance = Chance(seed, "media", alert.key, index)
            package.writestr(zipfile.ZipInfo(media, stamp), pattern(chance, jpeg=chance.yes(0.5)))
    _put(folder / name, held.getvalue())
    return _sent(alert, numbers, content, name, member, "cybertip_json")


def _array(
    folder: Path, alerts: list[Alert], numbers: dict[str, str], seed: int, index: int
) -> Iterator[Sent]:
    name = f"ncmec/bulk/reports-{index:04d}.json"
    elements = [_bytes(alert, numbers, seed, bom=False) for alert in alerts]
    mark = b"\xef\xbb\xbf" if index % 3 == 0 else b""
    _put(folder / name, mark + b"[\n" + b",\n".join(elements) + b"\n]\n")
    for place, (alert, content) in enumerate(zip(alerts, elements, strict=True)):
        yield _sent(alert, numbers, content, name, f"$[{place}]", "cybertip_json")


def _xml_files(folder: Path, alerts: list[Alert], numbers: dict[str, str], seed: int) -> Iterator[Sent]:
    for alert in alerts:
        day = datetime.fromtimestamp(alert.received_at, UTC).strftime("%Y%m%d")
        name = f"coralis/{day}-{numbers[alert.key]}.xml"
        content = write_xml.document(alert, numbers, seed)
        _put(folder / name, content)
        own = _sent(alert, numbers, content, name, None, "cybertip_api")
        yield own if alert.uploads else replace(own, number=None)


def _tables(folder: Path, alerts: list[Alert], numbers: dict[str, str], seed: int) -> Iterator[Sent]:
    months: dict[str, list[Alert]] = {}
    for alert in alerts:
        months.setdefault(datetime.fromtimestamp(alert.received_at, UTC).strftime("%Y-%m"), []).append(alert)
    for month, own in months.items():
        name = f"lantern/sightings-{month}.csv"
        lines = [write_table.row(alert, numbers, seed) for alert in own]
        text = write_table.LINE_END.join([write_table.header(), *lines, ""])
        _put(folder / name, text.encode("utf-8"))
        for index, (alert, line) in enumerate(zip(own, lines, strict=True), 1):
            yield replace(
                _sent(alert, numbers, line.encode("utf-8"), name, f"row {index}", "table"),
                sender=write_table.SENDER,
            )


def _sent(
    alert: Alert, numbers: dict[str, str], content: bytes, file: str, place: str | None, form: str
) -> Sent:
    return Sent(
        alert=alert,
        sender=CLEARING_HOUSE,
        number=numbers[alert.key],
        sha256=hashlib.sha256(own_bytes(content, form)).hexdigest(),
        file=file,
        place=place,
        format=form,
    )


def own_bytes(content: bytes, form: str) -> bytes:
    """What of a file or member is the alert itself: no byte order mark, no XML declaration."""
    if form == "cybertip_json":
        return content[content.index(b"{") : content.rindex(b"}") + 1]
    if form == "cybertip_api":
        return content[content.index(b"<report>") : content.rindex(b"</report>") + len(b"</report>")]
    return content


def pattern(chance: Chance, *, jpeg: bool) -> bytes:
    """A few bytes that begin like a picture: colour bars of 8 by 8 as PNG, or a JPEG head and noise."""
    if jpeg:
        head = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00"
        return head + bytes(byte & 0x7F for byte in chance.data(120)) + b"\xff\xd9"
    bars = [bytes(chance.data(3)) for _ in range(8)]
    pixels = zlib.compress(b"".join(b"\x00" + b"".join(bars) for _ in range(8)), 9)
    parts = ((b"IHDR", struct.pack(">IIBBBBB", 8, 8, 8, 2, 0, 0, 0)), (b"IDAT", pixels), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in parts
    )


def _plain(name: str) -> str:
    """A file name as a download tool would have made it safe."""
    kept = "".join(letter if letter.isalnum() or letter in "._-() " else "_" for letter in name)
    return kept if "." in kept else f"{kept}.bin"


def _put(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
