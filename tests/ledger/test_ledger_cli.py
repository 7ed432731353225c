"""`faru ledger verify`: one JSON document, sentences, and three exit codes."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner, Result

from faru.cli.ledger import ledger_verify
from faru.ledger.keys import fingerprint_words
from faru.ledger.verify import CHECKPOINTS, ENTRIES, KEY, LEAVES, verify_folder

app = typer.Typer()
app.command()(ledger_verify)


def run(*arguments: object) -> Result:
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def test_a_log_that_holds(bench: Any, filled: Callable[..., Path]) -> None:
    folder = filled(3, 2)
    done = run("--data", folder.parent, "--json")
    assert done.exit_code == 0
    document = json.loads(done.stdout)
    assert document["valid"] is True
    assert (document["size"], document["checkpoints"]) == (7, 2)
    assert document["key_fingerprint"] == bench.signer.public.fingerprint
    assert document["key_words"] == list(fingerprint_words(bench.signer.public))
    assert document["key_trusted"] is None
    assert document["expected_checkpoint"] is None
    assert document["problems"] == []
    last = (folder / CHECKPOINTS).read_text(encoding="utf-8").split("\n")[-5]
    assert document["root_base64"] == last
    assert bytes.fromhex(document["root"])


def test_with_key_and_checkpoint(bench: Any, filled: Callable[..., Path], tmp_path: Path) -> None:
    folder = filled(3, 2)
    done = run("--data", folder.parent, "--key", folder / KEY, "--checkpoint", folder / CHECKPOINTS, "--json")
    assert done.exit_code == 0
    document = json.loads(done.stdout)
    assert (document["key_trusted"], document["expected_checkpoint"]) == (True, "holds")
    other = tmp_path / "other.pub"
    other.write_text(bench.stranger.public.text(), encoding="utf-8")
    done = run("--data", folder.parent, "--key", other, "--json")
    assert done.exit_code == 1
    assert json.loads(done.stdout)["key_trusted"] is False


def test_what_does_not_hold_is_named(bench: Any, filled: Callable[..., Path], tmp_path: Path) -> None:
    folder = filled(3, 2)
    lines = (folder / ENTRIES).read_bytes().splitlines(keepends=True)
    (folder / ENTRIES).write_bytes(b"".join(lines[:4] + lines[5:]))
    done = run("--data", folder.parent, "--json")
    assert done.exit_code == 1
    (problem,) = json.loads(done.stdout)["problems"]
    assert (problem["sequence"], problem["from"], problem["to"]) == (4, 4, 4)
    assert problem["sentence"] == "entries.jsonl: the line of entry 4 was dropped."
    done = run("--data", folder.parent)
    assert problem["sentence"] in done.stdout
    assert "Something does not hold." in done.stderr


def test_an_expected_checkpoint_that_does_not_hold(
    bench: Any, filled: Callable[..., Path], tmp_path: Path
) -> None:
    larger = tmp_path / "larger.txt"
    larger.write_bytes(bench.files((3, 2, 2))[CHECKPOINTS])
    folder = filled(3, 2)
    done = run("--data", folder.parent, "--checkpoint", larger, "--json")
    assert done.exit_code == 1
    document = json.loads(done.stdout)
    assert document["expected_checkpoint"] == "does not hold"
    assert [(p["sequence"], p["from"], p["to"]) for p in document["problems"]] == [(None, 7, 9)]
    bench.fill(tmp_path / "strange", [3, 2], signer=bench.stranger).store.close()
    done = run("--data", folder.parent, "--checkpoint", tmp_path / "strange" / CHECKPOINTS, "--json")
    assert done.exit_code == 1
    assert "not signed by this log's key" in json.loads(done.stdout)["problems"][0]["sentence"]


def test_a_log_that_is_being_written_is_checked_up_to_its_last_checkpoint(bench: Any, tmp_path: Path) -> None:
    folder = tmp_path / "ledger"
    ledger = bench.fill(folder, [3, 2])
    with (folder / ENTRIES).open("ab") as file:
        file.write(b'{"action":"a batch on its way')
    done = run("--data", tmp_path, "--json")
    assert done.exit_code == 0
    (remark,) = json.loads(done.stdout)["remarks"]
    assert remark.endswith("up to size 7.")
    ledger.store.close()
    done = run("--data", tmp_path, "--json")
    assert done.exit_code == 1
    assert json.loads(done.stdout)["problems"][0]["sequence"] == 7


@pytest.mark.parametrize("broken", ["data", "key", "checkpoint"])
def test_what_can_not_be_read(filled: Callable[..., Path], tmp_path: Path, broken: str) -> None:
    options: dict[str, Path] = {"data": filled(1).parent}
    options[broken] = tmp_path / "nothing"
    for place in (tmp_path / "nothing", tmp_path):
        options[broken] = place
        done = run(*(part for name, path in options.items() for part in (f"--{name}", path)), "--json")
        assert done.exit_code == 2
        assert done.stdout == ""
        assert done.stderr.strip()
        assert "Traceback" not in done.stderr


def test_an_empty_folder_is_no_ledger_and_a_lost_file_is_a_problem(filled: Callable[..., Path]) -> None:
    folder = filled(2)
    for name in (KEY, LEAVES, ENTRIES):
        (folder / name).unlink()
        assert run("--data", folder.parent, "--json").exit_code == 1
    (folder / CHECKPOINTS).unlink()
    assert run("--data", folder.parent, "--json").exit_code == 2


def test_the_help_has_an_example() -> None:
    assert "Example: faru ledger verify" in " ".join(run("--help").stdout.split())


def test_how_far_it_is_can_be_followed(filled: Callable[..., Path]) -> None:
    folder = filled(3)
    told: dict[str, int] = {}
    verify_folder(folder, seen=told.__setitem__)
    assert set(told) == {ENTRIES, LEAVES}
    assert all(0 < count <= (folder / name).stat().st_size for name, count in told.items())
