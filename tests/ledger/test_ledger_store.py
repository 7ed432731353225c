"""The files: one writer, whole batches or nothing, and what a cut-off write leaves behind."""

import errno
import os
import random
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from faru.ledger.entries import LedgerError
from faru.ledger.store import FileStore, being_written
from faru.ledger.verify import CHECKPOINTS, ENTRIES, KEY, LEAVES, read_checkpoint, verify_folder

SRC = Path(__file__).parents[2] / "src"
ORDER = (ENTRIES, LEAVES, CHECKPOINTS)


def content(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


def test_it_is_taken_up_where_it_stopped(bench: Any, tmp_path: Path) -> None:
    folder = tmp_path / "ledger"
    bench.fill(folder, [3, 2]).store.close()
    ledger = bench.open(folder)
    assert ledger.size == 7
    first = bench.add(ledger, 1)
    assert ledger.seal().size == 9
    assert ledger.seal().size == 9  # nothing new: the same checkpoint, no empty entry
    assert ledger.store.find([first, "not there"]) == {first: 7}
    assert verify_folder(folder).valid
    assert not (folder / "set-aside").exists()
    ledger.store.close()


def test_sealing_nothing_at_all_is_refused(bench: Any, tmp_path: Path) -> None:
    ledger = bench.open(tmp_path)
    assert ledger.checkpoint() is None
    with pytest.raises(LedgerError, match="nothing to seal"):
        ledger.seal()
    ledger.store.close()


def test_one_writer_at_a_time(bench: Any, filled: Callable[..., Path]) -> None:
    folder = filled(2)
    assert not being_written(folder)
    with FileStore(folder):
        assert being_written(folder)
        with pytest.raises(LedgerError, match="only one"):
            FileStore(folder)
        reader = FileStore(folder, read_only=True)
        assert reader.size() == 3
        with pytest.raises(LedgerError, match="reading only"):
            reader.add(b"{}")
    assert not being_written(folder)
    FileStore(folder).close()


def test_another_keys_log_is_refused(bench: Any, filled: Callable[..., Path]) -> None:
    folder = filled(2)
    with FileStore(folder) as store, pytest.raises(LedgerError, match="another key"):
        store.introduce(bench.stranger.public.text())
    (folder / KEY).unlink()
    with FileStore(folder) as store, pytest.raises(LedgerError, match="missing beside a log"):
        store.introduce(bench.signer.public.text())


@settings(deadline=None, max_examples=80)
@given(
    sealed=st.lists(st.integers(1, 3), max_size=2).map(tuple),
    stopped=st.sampled_from(ORDER),
    part=st.floats(0, 1),
    zeros=st.integers(0, 5),
)
def test_a_cut_off_write_is_set_aside_wherever_it_stopped(
    bench: Any, sealed: tuple[int, ...], stopped: str, part: float, zeros: int
) -> None:
    """The files are flushed one after the other: when one is cut, the later ones are untouched."""
    before = bench.files(sealed) if sealed else {}
    after = bench.files((*sealed, 3))
    state = dict(before) | {KEY: after[KEY]}
    left = {}
    for name in ORDER:
        rest = after[name][len(before.get(name, b"")) :]
        if name == stopped:
            whole = len(rest)
            rest = rest[: int(part * (whole - 1))]
            rest += bytes(min(zeros, whole - 1 - len(rest)))  # a file grown by a power cut ends in zeros
        state[name] = before.get(name, b"") + rest
        if rest:
            left[name] = rest
        if name == stopped:
            break
    with TemporaryDirectory() as place:
        folder = bench.lay(Path(place), state)
        ledger = bench.open(folder)
        assert ledger.size == sum(sealed) + len(sealed)
        kept = {path.name: path.read_bytes() for path in folder.glob("set-aside/*")}
        why = kept.pop("0001-why.txt", b"")
        assert kept == {f"0001-{name}": data for name, data in left.items()}
        assert bool(why) == bool(left)
        bench.add(ledger, 9)
        ledger.seal()
        ledger.store.close()
        assert verify_folder(folder).valid
        if left:
            assert b'"ledger.mend"' in (folder / ENTRIES).read_bytes()


@settings(deadline=None, max_examples=60)
@given(name=st.sampled_from([LEAVES, CHECKPOINTS]), flip=st.integers(1, 255), data=st.data())
def test_damage_to_what_was_sealed_is_refused_and_nothing_is_cut(
    bench: Any, name: str, flip: int, data: st.DataObject
) -> None:
    files = dict(bench.files((2, 3)))
    changed = bytearray(files[name])
    # An older checkpoint is not needed to go on: `verify` names it.
    begin = 0 if name == LEAVES else changed.index(b"\n\nunit") + 2
    changed[data.draw(st.integers(begin, len(changed) - 1))] ^= flip
    files[name] = bytes(changed)
    with TemporaryDirectory() as place:
        folder = bench.lay(Path(place), files)
        with pytest.raises(LedgerError):
            bench.open(folder)
        assert {key: value for key, value in content(folder).items() if key in files} == files
        assert not (folder / "set-aside").exists()


def test_entries_cut_below_their_checkpoint_are_refused(bench: Any, filled: Callable[..., Path]) -> None:
    folder = filled(2, 2)
    whole = (folder / ENTRIES).read_bytes()
    (folder / ENTRIES).write_bytes(whole[:-1])
    with pytest.raises(LedgerError, match="not all of its entries"):
        bench.open(folder)
    assert (folder / ENTRIES).read_bytes() == whole[:-1]


@pytest.mark.parametrize("fails_at", [1, 2, 3])
def test_a_full_disk_leaves_the_log_as_it_was(
    bench: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fails_at: int
) -> None:
    folder = tmp_path / "ledger"
    ledger = bench.fill(folder, [2])
    before = content(folder)
    bench.add(ledger, 5)
    true_write, calls = os.write, 0

    def write(handle: int, data: memoryview) -> int:
        nonlocal calls
        calls += 1
        if calls > fails_at:
            raise OSError(errno.ENOSPC, "No space left on device")
        return true_write(handle, data[: max(1, len(data) // 2)] if calls == fails_at else data)

    with monkeypatch.context() as patch:
        patch.setattr("faru.ledger.store.os.write", write)
        with pytest.raises(LedgerError, match="No space left"):
            ledger.seal()
    assert content(folder) == before
    assert ledger.size == 3
    assert ledger.seal().size == 5  # what was recorded is still there to be sealed
    ledger.store.close()
    assert verify_folder(folder).valid


def test_a_failed_write_that_cannot_be_taken_back_stops_the_store(
    bench: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "ledger"
    ledger = bench.fill(folder, [2])
    bench.add(ledger, 5)

    def broken(*_: object) -> None:
        raise OSError(errno.EIO, "Input/output error")

    with monkeypatch.context() as patch:
        patch.setattr("faru.ledger.store.os.fsync", broken)
        patch.setattr("faru.ledger.store.os.truncate", broken)
        with pytest.raises(LedgerError, match="Input/output"):
            ledger.seal()
    with pytest.raises(LedgerError, match="could not be taken back"):
        bench.add(ledger, 6)
    ledger.store.close()
    again = bench.open(folder)
    assert again.size == 3
    again.store.close()
    assert len(list((folder / "set-aside").iterdir())) == 2


def test_a_file_changed_behind_its_back_is_not_written_to(bench: Any, tmp_path: Path) -> None:
    folder = tmp_path / "ledger"
    ledger = bench.fill(folder, [2])
    bench.add(ledger, 5)
    with (folder / LEAVES).open("ab") as file:
        file.write(b"x")
    with pytest.raises(LedgerError, match="behind the ledger's back"):
        ledger.seal()
    ledger.store.close()


CHILD = """
import os, signal, sys
from datetime import UTC, datetime
from pathlib import Path
from faru.ledger import store as room
from faru.ledger.clock import SimulatedClock
from faru.ledger.keys import Signer
from faru.ledger.log import Ledger
from faru.ledger.tags import Action

folder, deadly, share = Path(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3])
signer = Signer.from_seed("unit.example/ledger", bytes(range(32)))
ledger = Ledger(room.FileStore(folder), signer, SimulatedClock(datetime(2026, 5, 4, 6, tzinfo=UTC)))
true_write, calls = os.write, 0

def write(handle, data):
    global calls
    calls += 1
    if calls == deadly:
        true_write(handle, data[: int(len(data) * share)])
        os.kill(os.getpid(), signal.SIGKILL)
    return true_write(handle, data)

room.os.write = write
while True:
    for number in range(3):
        ledger.record(Action.STEP_DO, actor="0a" * 8, role="investigator", payload={"n": number})
    true_write(1, b"%d\\n" % ledger.seal().size)
"""


def start(folder: Path, deadly: int, share: float) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-c", CHILD, str(folder), str(deadly), str(share)],
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(SRC)},
    )


def reopened(bench: Any, folder: Path, acknowledged: int) -> None:
    """Nothing acknowledged is lost, the log goes on, and it verifies against what was acknowledged."""
    with FileStore(folder, read_only=True) as reader:
        marks = [read_checkpoint(note) for note in reader.checkpoints()]
    assert acknowledged in {0, *(mark.size for mark in marks)}
    ledger = bench.open(folder)
    assert ledger.size in (acknowledged, acknowledged + 4)
    bench.add(ledger, 1)
    ledger.seal()
    ledger.store.close()
    report = verify_folder(folder, expected=marks)
    assert report.problems == ()


@pytest.mark.parametrize("share", [0.0, 0.4, 1.0])
@pytest.mark.parametrize("deadly", [1, 2, 3, 8, 9, 10])
def test_kill_in_the_middle_of_sealing(bench: Any, tmp_path: Path, deadly: int, share: float) -> None:
    child = start(tmp_path, deadly, share)
    out, _ = child.communicate(timeout=60)
    assert child.returncode == -signal.SIGKILL
    told = out.split()
    reopened(bench, tmp_path, int(told[-1]) if told else 0)


@pytest.mark.parametrize("seed", range(4))
def test_kill_at_any_time(bench: Any, tmp_path: Path, seed: int) -> None:
    child = start(tmp_path, -1, 1.0)
    assert child.stdout is not None
    lines = [child.stdout.readline() for _ in range(random.Random(seed).randint(1, 40))]
    child.send_signal(signal.SIGKILL)
    lines += child.stdout.read().splitlines(keepends=True)
    child.stdout.close()
    child.wait(timeout=60)
    whole = [line for line in lines if line.endswith(b"\n")]
    reopened(bench, tmp_path, int(whole[-1]))
