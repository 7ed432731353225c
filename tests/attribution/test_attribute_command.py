"""`faru attribute` from outside: exit codes, files beside the output, one JSON document."""

import csv
import json
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner, Result

from faru.cli.attribute import attribute

app = typer.Typer()
app.command()(attribute)

ROW = ("2026-03-03T09:00:00Z", "2026-03-03T11:00:00Z", "192.0.2.1", "", "", "A")
SEEN = ("o", "192.0.2.1", "", "2026-03-03T10:00:00Z", "1")


def run(
    tables: Any, tmp_path: Path, *more: str, records: Any = (ROW,), observations: Any = (SEEN,)
) -> Result:
    paths = tables.records(*records), tables.observations(*observations)
    out = str(tmp_path / "out.csv")
    return CliRunner().invoke(
        app, ["--records", str(paths[0]), "--observations", str(paths[1]), "--out", out, *more]
    )


def lines(path: Path) -> list[list[str]]:
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.reader(file))


def test_all_well(tables: Any, tmp_path: Path) -> None:
    result = run(tables, tmp_path, "--json")
    assert result.exit_code == 0, result.output
    summary = json.loads(result.stdout)
    assert summary["observations"] == 1
    assert summary["verdicts"] == {"unique": 1}
    assert (summary["rejected_records"], summary["rejected_observations"], summary["overlaps"]) == (0, 0, 0)
    assert summary["out"] == str(tmp_path / "out.csv")
    assert lines(tmp_path / "out.csv")[1] == ["o", "unique", "A", "core", *ROW[:2], "", "", "1"]


def test_without_json_stdout_stays_empty(tables: Any, tmp_path: Path) -> None:
    result = run(tables, tmp_path)
    assert (result.exit_code, result.stdout) == (0, "")
    assert "1 observations: 1 unique." in result.stderr


def test_rejected_rows_give_1_and_the_output_is_written(tables: Any, tmp_path: Path) -> None:
    broken = ("2026-03-03T09:00:00Z", "2026-03-03T09:00:00Z", "192.0.2.1", "", "", "Z")
    result = run(
        tables,
        tmp_path,
        "--json",
        records=(ROW, broken, ROW),
        observations=(SEEN, ("p", "x", "", "", ""), SEEN),
    )
    assert result.exit_code == 1
    summary = json.loads(result.stdout)
    assert (summary["rejected_records"], summary["rejected_observations"]) == (1, 1)
    assert [line[8] for line in lines(tmp_path / "out.csv")[1:]] == ["1", "3", "1", "3"]
    assert lines(tmp_path / "out.records-rejects.csv")[1][2:] == list(broken)
    assert lines(tmp_path / "out.observations-rejects.csv")[1][:1] == ["2"]
    assert summary["rejects"]["records"].endswith("out.records-rejects.csv")


def test_no_row_and_no_zone_give_one_row_with_an_empty_subscriber(tables: Any, tmp_path: Path) -> None:
    seen = [("a", "192.0.2.9", "", SEEN[3], "1"), ("b", "192.0.2.1", "", "2026-03-03T10:00:00", ""), SEEN]
    assert run(tables, tmp_path, observations=seen).exit_code == 0
    assert lines(tmp_path / "out.csv")[1:3] == [
        ["a", "no_record", *[""] * 7],
        ["b", "time_uncertain", *[""] * 7],
    ]


def test_coverage_and_carriers(tables: Any, tmp_path: Path) -> None:
    coverage = tables.write(
        "coverage.csv",
        ("address_or_prefix", "from", "to"),
        [("192.0.2.0/24", "2026-03-03T00:00:00Z", "2026-03-04T00:00:00Z"), ("x", "", "")],
    )
    carriers = tables.write(
        "carriers.csv", ("carrier", "prefix", "valid_from", "valid_to"), [("c", "192.0.2.0/24", "", "")]
    )
    seen = [("a", "192.0.2.9", "", SEEN[3], "1"), ("b", "198.51.100.1", "", SEEN[3], "1")]
    result = run(
        tables,
        tmp_path,
        "--coverage",
        str(coverage),
        "--carriers",
        str(carriers),
        "--json",
        observations=seen,
    )
    assert result.exit_code == 1  # a row of the coverage was set aside
    assert json.loads(result.stdout)["verdicts"] == {"not_theirs": 1, "contradicted": 1}
    assert lines(tmp_path / "out.coverage-rejects.csv")[1][0] == "2"
    assert [line[1] for line in lines(tmp_path / "out.csv")[1:]] == ["contradicted", "not_theirs"]
    run(tables, tmp_path)
    assert not (tmp_path / "out.coverage-rejects.csv").exists()  # nothing of an earlier run stays


@pytest.mark.parametrize("tolerance", ["-1", "x", "NaN", "1e99"])
def test_a_tolerance_that_is_none(tables: Any, tmp_path: Path, tolerance: str) -> None:
    result = run(tables, tmp_path, "--tolerance", tolerance)
    assert result.exit_code == 2
    assert "--tolerance" in result.stderr


def test_what_cannot_be_read_gives_2_and_one_sentence(tables: Any, tmp_path: Path) -> None:
    good, seen, out = tables.records(ROW), tables.observations(SEEN), tmp_path / "out.csv"
    empty = tmp_path / "empty.csv"
    empty.write_bytes(b"")
    for records, observations, target in (
        (tmp_path / "none.csv", seen, out),
        (tmp_path, seen, out),
        (empty, seen, out),
        (seen, seen, out),
        (good, good, out),
        (good, empty, out),
        (good, seen, good),
        (good, seen, tmp_path),
        (good, seen, tmp_path / "no" / "o"),
    ):
        before = good.read_bytes()
        result = CliRunner().invoke(
            app, ["--records", str(records), "--observations", str(observations), "--out", str(target)]
        )
        assert result.exit_code == 2, result.output
        assert result.exception is None or isinstance(result.exception, SystemExit)
        assert result.stdout == ""
        assert "Traceback" not in result.stderr
        assert good.read_bytes() == before


def test_bidi_and_odd_names_come_through_as_delivered(tables: Any, tmp_path: Path) -> None:
    name = "A\u202eB, \u0783"
    assert run(tables, tmp_path, records=((*ROW[:5], name),)).exit_code == 0
    assert lines(tmp_path / "out.csv")[1][2] == name


def test_help_has_an_example() -> None:
    assert "Example: faru attribute --records" in CliRunner().invoke(app, ["--help"]).stdout
