"""From paths to readings: files and folders walked in a stable order, each file read by the format it is in.

Nothing is written. What can't be read is said in one sentence, and the next file is read.
"""

import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO, Final

from faru.formats.notices import in_no_format
from faru.formats.options import Item, ReadOptions
from faru.formats.registry import HEAD, choose
from faru.formats.zips import media_remark
from faru.loaders.media import is_media
from faru.loaders.streams import digest_of
from faru.vocabulary import Referral, Remark, Unreadable

Progress = Callable[[int, int], None]
"""Called after each file with (files done, files in all)."""

BATCH: Final = 200
"""Pieces of one batch."""

_STRETCH: Final = 16 * 1024 * 1024
"""Bytes of the stream after which a batch ends, however few pieces they gave."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FileReading:
    """All that one file gave."""

    path: Path
    format: str | None  # None: in no known format, or a medium
    sha256: str | None  # of the whole file; None where it can't be opened
    referrals: tuple[Referral, ...] = ()
    set_aside: tuple[Unreadable, ...] = ()  # parts that were set aside whole
    remarks: tuple[Remark, ...] = ()  # about the file itself; a referral carries its own


def read_paths(
    paths: Iterable[Path], options: ReadOptions, progress: Progress | None = None
) -> Iterator[FileReading]:
    """Each file at or below `paths`. A number that comes again is remarked on, never merged."""
    found: list[Path | FileReading] = [item for path in paths for item in _walk(Path(path))]
    seen: dict[tuple[str, str], tuple[str, str]] = {}
    for count, item in enumerate(found, start=1):
        reading = item if isinstance(item, FileReading) else read_file(item, options)
        yield replace(reading, referrals=tuple(_again(r, str(reading.path), seen) for r in reading.referrals))
        if progress is not None:
            progress(count, len(found))


def read_file(path: Path, options: ReadOptions) -> FileReading:
    """One file. Never raises on what is in it; a file that can't be opened comes out as set aside."""
    try:
        with path.open("rb") as stream:
            return read_stream(str(path), stream, options)
    except OSError as error:
        return _aside(path, f"{path}: can't be opened ({error.strerror}); check the path and its permissions")


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Some of what a stream gave, in its order; the next batch goes on where this one ends."""

    format: str | None  # None: in no known format, or a medium
    referrals: tuple[Referral, ...] = ()
    set_aside: tuple[Unreadable, ...] = ()  # parts that were set aside whole
    remarks: tuple[Remark, ...] = ()  # about the stream itself; a referral carries its own
    done: int  # bytes of the stream that were read so far
    total: int  # bytes of the whole stream


def read_stream(name: str, stream: BinaryIO, options: ReadOptions) -> FileReading:
    """What a seekable stream called `name` holds, from its beginning; `FileReading.path` is the name.

    Never raises on what is in it. OSError where the medium under the stream can't be read.
    """
    digest, _ = digest_of(stream)
    batches = list(read_batches(name, stream, options))
    return FileReading(
        path=Path(name),
        format=batches[-1].format,
        sha256=digest,
        referrals=tuple(item for batch in batches for item in batch.referrals),
        set_aside=tuple(item for batch in batches for item in batch.set_aside),
        remarks=tuple(item for batch in batches for item in batch.remarks),
    )


def read_batches(name: str, stream: BinaryIO, options: ReadOptions, size: int = BATCH) -> Iterator[Batch]:
    """What a seekable stream called `name` holds, from its beginning, at most `size` pieces at a time.

    A batch also ends after 16 MiB of the stream, so that a file of any size is read in little memory. The
    last batch has `done == total`. Never raises on what is in it. OSError where the medium can't be read.
    """
    stream.seek(0)
    head = stream.read(HEAD)
    total = stream.seek(0, os.SEEK_END)
    known, items = _items(name, head, stream, options)
    done, before = 0, 0
    found: list[Item] = []
    for item in items:
        found.append(item)
        done = max(done, min(stream.tell(), total))
        if len(found) >= size or done - before >= _STRETCH:
            yield _batch(known, found, done, total)
            found, before = [], done
    yield _batch(known, found, total, total)


def _items(
    name: str, head: bytes, stream: BinaryIO, options: ReadOptions
) -> tuple[str | None, Iterator[Item]]:
    """The format of a stream, and what it holds; without a format one sentence that says why."""
    base = Path(name).name
    item: Item
    if not head:
        item = Unreadable("", f"{name}: empty file; ask the sender for it again", digest_of(stream)[0])
    elif is_media(base, head):
        digest, size = digest_of(stream)
        item = media_remark("", name, size, digest)
    elif (chosen := choose(head, base)) is not None:
        stream.seek(0)
        return chosen.name, chosen.read(stream, options.called(name))
    else:
        item = Unreadable("", in_no_format(name, head), digest_of(stream)[0])
    return None, iter([item])


def _batch(known: str | None, items: list[Item], done: int, total: int) -> Batch:
    return Batch(
        format=known,
        referrals=tuple(item for item in items if isinstance(item, Referral)),
        set_aside=tuple(item for item in items if isinstance(item, Unreadable)),
        remarks=tuple(item for item in items if isinstance(item, Remark)),
        done=done,
        total=total,
    )


def _aside(path: Path, sentence: str, digest: str | None = None) -> FileReading:
    return FileReading(path=path, format=None, sha256=digest, set_aside=(Unreadable("", sentence, digest),))


def _walk(path: Path) -> Iterator[Path | FileReading]:
    """The files at `path` by name; links to folders are not followed, so that no walk runs in a circle."""
    if not path.is_dir():
        if path.exists() and not path.is_file():
            yield _aside(path, f"{path}: is neither a file nor a folder; give a copy of it as a file")
        else:
            yield path
        return
    if path.suffix.casefold() in (".json", ".xml", ".csv", ".xlsx", ".zip"):
        sentence = f"{path}: is a folder, although it is named like a file; the files in it are read"
        yield FileReading(path=path, format=None, sha256=None, remarks=(Remark("", sentence),))
    empty = True
    for folder, folders, files in os.walk(path):
        folders.sort()
        for name in sorted(files):
            empty = False
            yield from _one(Path(folder) / name)
    if empty:
        yield _aside(path, f"{path}: is a folder without files; give the file, or the folder that holds it")


def _one(path: Path) -> Iterator[Path | FileReading]:
    if path.name.startswith(".") or path.name in ("Thumbs.db", "desktop.ini"):
        remark = Remark("", f"{path}: a file of the operating system; not read")
        yield FileReading(path=path, format=None, sha256=None, remarks=(remark,))
    else:
        yield from _walk(path)


def _again(referral: Referral, path: str, seen: dict[tuple[str, str], tuple[str, str]]) -> Referral:
    """The referral, with a remark where it came before. Without a number its bytes are its identity."""
    key = (referral.sender, referral.number or f"bytes {referral.sha256}")
    before = seen.get(key)
    if before is None:
        seen[key] = (referral.sha256, path)
        return referral
    what = f"number {referral.number}" if referral.number else "a record without a number"
    same = "the same bytes" if before[0] == referral.sha256 else "other bytes"
    sentence = f"{path}: {what} came before with {same} ({before[1]}); both arrivals are kept"
    place = referral.where("number") or ""
    return replace(referral, remarks=(*referral.remarks, Remark(place, sentence)))
