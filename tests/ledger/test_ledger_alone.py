"""The verifier stands alone: one file, no Faru, and it says what it finds by its exit code."""

import base64
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from faru.ledger import verify
from faru.ledger.excerpt import excerpt
from faru.ledger.verify import (
    CHECKPOINTS,
    ENTRIES,
    KEY,
    Unreadable,
    open_note,
    read_checkpoint,
    read_checkpoints,
    read_excerpt,
    read_public_key,
    write_excerpt,
)

SRC = Path(__file__).parents[2] / "src"


def run(script: Path, *arguments: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-I", str(script), *map(str, arguments)],
        capture_output=True,
        text=True,
        cwd=script.parent,
        timeout=60,
        check=False,
    )


@pytest.fixture
def alone(tmp_path: Path) -> Path:
    (tmp_path / "elsewhere").mkdir()
    return Path(shutil.copy(verify.__file__, tmp_path / "elsewhere" / "check.py"))


def test_importing_it_pulls_in_nothing_else_of_faru() -> None:
    code = (
        f"import sys; sys.path.insert(0, {str(SRC)!r}); import faru.ledger.verify;"
        "print(*sorted(n for n in sys.modules if n.split('.')[0] == 'faru'))"
    )
    done = subprocess.run([sys.executable, "-I", "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["faru", "faru.ledger", "faru.ledger.verify"]


def test_it_needs_only_the_standard_library_and_cryptography() -> None:
    source = Path(verify.__file__).read_text(encoding="utf-8")
    modules = {
        line.split()[1].split(".")[0] for line in source.splitlines() if line.startswith(("import ", "from "))
    }
    assert modules - set(sys.stdlib_module_names) == {"cryptography"}


def test_the_copied_file_checks_a_folder(alone: Path, filled: Callable[..., Path]) -> None:
    folder = filled(3, 2)
    done = run(alone, folder)
    assert (done.returncode, done.stderr) == (0, "")
    assert "Everything holds." in done.stdout
    done = run(alone, folder, "--checkpoint", folder / CHECKPOINTS, "--key", folder / KEY)
    assert done.returncode == 0
    assert "compare it" not in done.stdout
    assert "cut tail" not in done.stdout
    entries = (folder / ENTRIES).read_bytes()
    (folder / ENTRIES).write_bytes(entries.replace(b"investigator", b"commander", 1))
    done = run(alone, folder)
    assert done.returncode == 1
    assert "the line of entry 0 was changed" in done.stdout
    assert "Something does not hold." in done.stdout


def test_what_can_not_be_read_is_said_on_stderr(
    alone: Path, tmp_path: Path, filled: Callable[..., Path]
) -> None:
    folder = filled(1)
    for arguments in (
        (tmp_path / "nothing",),
        (),
        (folder, "--checkpoint", folder / ENTRIES),
        (folder, "--checkpoint", tmp_path / "nothing"),
        (folder, "--key", folder / ENTRIES),
        ("--excerpt", folder / ENTRIES),
    ):
        done = run(alone, *arguments)
        assert done.returncode == 2
        assert done.stderr.strip()
        assert "Traceback" not in done.stderr


def test_the_copied_file_checks_an_excerpt(alone: Path, bench: Any, tmp_path: Path) -> None:
    ledger = bench.fill(tmp_path / "ledger", [3])
    ids = [bench.add(ledger, 7)]
    ledger.seal()
    path = tmp_path / "excerpt.json"
    text = write_excerpt(excerpt(ledger, ids))
    path.write_text(text, encoding="utf-8")
    key = tmp_path / "key.pub"
    key.write_text(bench.signer.public.text(), encoding="utf-8")
    assert run(alone, "--excerpt", path, "--key", key).returncode == 0
    key.write_text(bench.stranger.public.text(), encoding="utf-8")
    assert run(alone, "--excerpt", path, "--key", key).returncode == 1
    path.write_text(text.replace("investigator", "commander"), encoding="utf-8")
    assert run(alone, "--excerpt", path).returncode == 1
    ledger.store.close()


# The example of Go's package golang.org/x/mod/sumdb/note: its key and its note.
GO_KEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW\n"
GO_TEXT = (
    "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
)
GO_NOTE = GO_TEXT + (
    "\n— PeterNeumann "
    "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)


def test_gos_signed_note_is_read() -> None:
    key = read_public_key(GO_KEY)
    assert key.text() == GO_KEY
    assert open_note(GO_NOTE, key) == GO_TEXT
    assert open_note(GO_NOTE.replace("answer", "Answer"), key) is None


def test_signatures_of_others_are_ignored_and_a_wrong_one_of_ours_is_not(bench: Any) -> None:
    text = f"{bench.signer.name}\n1\n{base64.b64encode(bytes(32)).decode()}\n"
    note = bench.signer.sign_note(text)
    other = bench.stranger.sign_note(text).rpartition("\n\n")[2]
    assert open_note(note + other, bench.signer.public) == text
    assert open_note(note + other, bench.stranger.public) == text
    assert read_checkpoint(note + other).size == 1
    body, _, mine = note.rpartition("\n\n")
    encoded = mine.split()[2]
    wrong = base64.b64encode(base64.b64decode(encoded)[:4] + bytes(64)).decode()
    assert open_note(f"{body}\n\n{mine.replace(encoded, wrong)}", bench.signer.public) is None
    assert open_note(text, bench.signer.public) is None
    assert open_note(note.rstrip("\n"), bench.signer.public) is None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "x",
        "a+b+c",
        "a b+00000000+AAAA",
        GO_KEY.upper(),
        GO_KEY.replace("c74", "c75"),
        GO_KEY + "x",
    ],
)
def test_a_key_must_be_whole(text: str) -> None:
    with pytest.raises(Unreadable):
        read_public_key(text)


@pytest.mark.parametrize("change", ["01", "-1", "1.0", "", "1 "])
def test_a_size_is_written_in_one_way(bench: Any, change: str) -> None:
    note = bench.signer.sign_note(f"{bench.signer.name}\n{change}\n{base64.b64encode(bytes(32)).decode()}\n")
    with pytest.raises(Unreadable):
        read_checkpoint(note)


def test_a_file_of_several_checkpoints(bench: Any) -> None:
    files = bench.files((2, 1, 1))
    text = files[CHECKPOINTS].decode()
    assert [mark.size for mark in read_checkpoints(text)] == [3, 5, 7]
    assert [mark.size for mark in read_checkpoints(text.replace("\n\nunit", "\n\n\n\nunit"))] == [3, 5, 7]
    for broken in ("", "\n", text + "tail", "head " * 3 + "\n\n" + text, text.replace("\n3\n", "\nthree\n")):
        with pytest.raises(Unreadable):
            read_checkpoints(broken)


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", "null", '{"entries": [1]}', '{"entries": 5}', "\x00", "[" * 100_000]
)
def test_what_is_no_excerpt_is_refused(text: str) -> None:
    with pytest.raises(Unreadable):
        read_excerpt(text)
