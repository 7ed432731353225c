"""Commands run as a user runs them, and small files to run them on."""

import csv
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from faru.cli.main import app


@dataclass(frozen=True)
class Ran:
    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


@pytest.fixture
def faru() -> Callable[..., Ran]:
    def run(*words: str | Path) -> Ran:
        result = CliRunner().invoke(app, [str(word) for word in words])
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return Ran(result.exit_code, result.stdout, result.stderr)

    return run


@pytest.fixture
def table(tmp_path: Path) -> Callable[..., Path]:
    def write(name: str, header: str, rows: Sequence[str]) -> Path:
        path = tmp_path / name
        with path.open("w", encoding="utf-8", newline="") as out:
            csv.writer(out).writerows([header.split(","), *(row.split(",") for row in rows)])
        return path

    return write


@pytest.fixture
def alert(tmp_path: Path) -> Path:
    """One harmless alert with a child in it, in the form that police download."""
    path = tmp_path / "alerts" / "CyberTip_900000001.json"
    path.parent.mkdir()
    capture = {"captureType": "IP Address", "dateTime": "2026-03-01T09:05:11Z", "eventName": "LOGIN"}
    person = {
        "espUserId": "u-771",
        "sourceInformation": {"sourceCaptures": [{**capture, "value": "192.0.2.7", "port": "40211"}]},
    }
    child = {"firstName": "Zimmacanary", "screenName": {"value": "zimma_canary"}}
    document = {
        "reportId": "900000001",
        "dateReceived": "2026-03-01T10:00:00Z",
        "reportedInformation": {
            "reportingEsp": {"espName": "Lagoonchat"},
            "incidentSummary": {"incidentDateTime": "2026-03-01T09:05:11Z"},
            "reportedPeople": {"reportedPersons": [person]},
            "intendedRecipients": {"intendedRecipients": [child]},
            "additionalInformations": [{"value": "Zimmacanary wrote: help me please, I am 12"}],
        },
    }
    path.write_text(json.dumps(document), encoding="utf-8")
    return path
