"""`faru dossier verify`: its exit codes and its one JSON document."""

import json
from pathlib import Path
from types import SimpleNamespace

import pytest
import typer
from typer.testing import CliRunner

from faru.cli.dossier import dossier_verify
from faru.ledger.keys import fingerprint_words

app = typer.Typer()
app.command()(dossier_verify)


@pytest.fixture
def key_file(world: SimpleNamespace, tmp_path: Path) -> Path:
    path = tmp_path / "unit.pub"
    path.write_text(world.signer.public.text(), encoding="utf-8")
    return path


def test_a_good_dossier_gives_one_document_and_zero(
    sealed_file: Path, key_file: Path, world: SimpleNamespace
) -> None:
    run = CliRunner().invoke(app, [str(sealed_file), "--key", str(key_file), "--json"])
    assert run.exit_code == 0
    document = json.loads(run.stdout)
    assert list(document) == ["valid", "file", "key_fingerprint", "key_words", "key_trusted", "checks"]
    assert document["valid"] is True
    assert document["key_trusted"] is True
    assert document["key_fingerprint"] == world.signer.public.fingerprint
    assert document["key_words"] == list(fingerprint_words(world.signer.public))
    assert {tuple(check) for check in document["checks"]} == {("name", "holds", "sentence")}


def test_without_a_key_trust_is_null(sealed_file: Path) -> None:
    run = CliRunner().invoke(app, [str(sealed_file), "--json"])
    assert run.exit_code == 0
    assert json.loads(run.stdout)["key_trusted"] is None


def test_a_changed_dossier_gives_one_and_says_what_does_not_hold(sealed_file: Path, tmp_path: Path) -> None:
    data = bytearray(sealed_file.read_bytes())
    data[data.index(b"S-40211")] ^= 1
    changed = tmp_path / "changed.zip"
    changed.write_bytes(data)
    run = CliRunner().invoke(app, [str(changed)])
    assert run.exit_code == 1
    assert "DOES NOT HOLD" in run.stdout
    assert "Something does not hold." in run.stderr
    assert CliRunner().invoke(app, [str(changed), "--json"]).exit_code == 1


def test_another_key_gives_one(sealed_file: Path, other_world: SimpleNamespace, tmp_path: Path) -> None:
    key = tmp_path / "other.pub"
    key.write_text(other_world.signer.public.text(), encoding="utf-8")
    run = CliRunner().invoke(app, [str(sealed_file), "--key", str(key), "--json"])
    assert run.exit_code == 1
    assert json.loads(run.stdout)["key_trusted"] is False


def test_what_can_not_be_read_gives_two(sealed_file: Path, tmp_path: Path) -> None:
    no_zip = tmp_path / "no.zip"
    no_zip.write_text("no zip", encoding="utf-8")
    for arguments in ([str(no_zip)], [str(tmp_path / "none")], [str(sealed_file), "--key", str(no_zip)], []):
        assert CliRunner().invoke(app, arguments).exit_code == 2
    document = json.loads(CliRunner().invoke(app, [str(no_zip), "--json"]).stdout)
    assert document["valid"] is False
    assert document["key_words"] is None


def test_help_has_an_example() -> None:
    assert "Example: faru dossier verify" in CliRunner().invoke(app, ["--help"]).stdout
