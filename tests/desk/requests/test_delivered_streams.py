"""A delivered file of any size: what is a table is told and sealed as it streams."""

import io
import zipfile

import pytest
from typer.testing import CliRunner

from faru.cli.answer import answer as command
from faru.desk import unit
from faru.desk.journal.acting import Refused
from faru.desk.requests import answering
from faru.desk.requests.clear import laid_open
from faru.desk.requests.delivering import is_table
from faru.desk.requests.models import Answer

HEADER = b"start,end,address,port_from,port_to,subscriber\n"
ROW = b"2026-03-01T00:00:00Z,2026-03-01T01:00:00Z,192.0.2.1,,,S-%d\n"


def packed() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("a.csv", "x")
    return out.getvalue()


@pytest.mark.parametrize(
    ("name", "data", "table"),
    [
        ("a.csv", HEADER, True),
        ("a.csv", HEADER * 40_000, True),
        ("a.csv", HEADER * 40_000 + b"\x00", False),
        ("a.csv", "ރ,b\n".encode("utf-16") * 1, True),
        ("a.csv", b"\xff\xfe" + "a,b\n".encode("utf-16-le") * 400_000 + b"x", True),
        ("a.parquet", b"PAR1 and so on PAR1", True),
        ("a.parquet", b"PAR1 and so on", False),
        ("a.csv", b"\x89PNG\r\n\x1a\n", False),
        ("a.jpg", HEADER, False),
        ("a.csv", packed(), False),
        ("a.csv", b"", True),
    ],
)
def test_a_table_is_told_by_all_of_its_bytes(name: str, data: bytes, table: bool) -> None:
    assert is_table(name, io.BytesIO(data)) is table


def test_a_large_answer_is_sealed_as_it_streams(walk, tmp_path) -> None:
    data = HEADER + b"".join(ROW % number for number in range(50_000))
    path = tmp_path / "lagoon.csv"
    path.write_bytes(data)
    request, who = walk.served(), walk.people["investigator"]
    answer = answering.receive_path(actor=who, request=request, path=path, part="records")
    assert (answer.kept, answer.size) == (True, len(data))
    with laid_open(answer) as clear:
        assert clear.read_bytes() == data
    before = sorted(unit.current().raw.rglob("*.sealed"))
    with pytest.raises(Refused, match="here already"):
        answering.receive_path(actor=who, request=request, path=path, part="records")
    assert sorted(unit.current().raw.rglob("*.sealed")) == before
    assert Answer.objects.count() == 1


def test_the_help_has_an_example() -> None:
    import typer

    app = typer.Typer()
    app.command()(command)
    assert "Example: faru answer" in CliRunner().invoke(app, ["--help"]).stdout
