"""`faru leads` from files to the queue: the form that scripts rely on, and plain words for bad input."""

import json

import pytest
import typer
from typer.testing import CliRunner

from faru.cli.leads import leads

NOW = "2031-03-01T08:00:00Z"
THIN = {
    "reportId": "900000001",
    "dateReceived": "2031-02-27T06:00:00Z",
    "reportedInformation": {
        "reportingEsp": {"espName": "Reefchat"},
        "incidentSummary": {"incidentType": "Other", "incidentDateTime": "2031-02-26T20:00:00Z"},
        "additionalInformations": [{"value": "He wrote: my daughter is here, going live now."}],
    },
}
FULL = {
    "reportId": "900000002",
    "dateReceived": "2031-02-20T06:00:00Z",
    "reportedInformation": {
        "reportingEsp": {"espName": "Reefchat"},
        "incidentSummary": {"incidentType": "Other", "incidentDateTime": "2031-02-19T20:00:00Z"},
        "reportedPeople": {
            "reportedPersons": [
                {
                    "firstName": "Adult",
                    "approximateAge": 41,
                    "espUserId": "55",
                    "emails": {"emails": [{"value": "reef@example.org", "verified": True}]},
                    "phones": {"phones": [{"value": "+9995550100", "verified": True}]},
                }
            ]
        },
    },
}
CHILD = {
    "reportId": "900000003",
    "dateReceived": "2031-02-21T06:00:00Z",
    "reportedInformation": {
        "reportingEsp": {"espName": "Reefchat"},
        "incidentSummary": {"incidentType": "Other"},
        "intendedRecipients": {
            "intendedRecipients": [
                {
                    "firstName": "Canaryname",
                    "approximateAge": 12,
                    "emails": {"emails": [{"value": "canaryname@example.org"}]},
                }
            ]
        },
        "additionalInformations": [{"value": "Canaryname was told: dont tell anyone"}],
    },
}


@pytest.fixture
def run():
    app = typer.Typer()
    app.command()(leads)
    return lambda *arguments: CliRunner().invoke(app, [str(argument) for argument in arguments])


@pytest.fixture
def alerts(tmp_path):
    for document in (THIN, FULL, CHILD):
        (tmp_path / f"{document['reportId']}.json").write_text(json.dumps(document), encoding="utf-8")
    return tmp_path


def test_the_form_that_scripts_rely_on(run, alerts):
    result = run("--json", "--now", NOW, alerts)
    assert result.exit_code == 0, result.output
    document = json.loads(result.stdout)
    keys = {
        "rank",
        "band",
        "danger",
        "workability",
        "hours_left",
        "interrupts",
        "noise",
        "referrals",
        "reasons",
    }
    for place, lead in enumerate(document["leads"], start=1):
        assert keys <= lead.keys()
        assert lead["rank"] == place
        for reason in lead["reasons"]:
            assert {"rule", "state", "points", "value", "source"} <= reason.keys()
            assert reason["state"] in ("fired", "unknown")
            assert reason["rule"] in document["rules"]
    first = document["leads"][0]
    assert first["referrals"] == [{"sender": "NCMEC", "number": "900000001"}]
    assert first["interrupts"] == ["child_at_immediate_risk"]
    (found,) = [reason for reason in first["reasons"] if reason["rule"] == "text_own_child"]
    assert found["value"] == ["my daughter"]
    assert "additionalInformations" in found["source"]
    assert document["leads"][0]["workability"] < max(lead["workability"] for lead in document["leads"])


def test_the_same_call_gives_the_same_bytes(run, alerts):
    assert run("--json", "--now", NOW, alerts).stdout == run("--json", "--now", NOW, alerts).stdout


def test_a_childs_values_are_never_printed(run, alerts):
    for arguments in (["--json"], []):
        result = run(*arguments, "--now", NOW, alerts)
        assert result.exit_code == 0
        assert "canaryname" not in result.output.casefold()


def test_a_table_for_people(run, alerts):
    result = run("--now", NOW, alerts)
    assert "900000001" in result.stdout
    assert "3 leads" in result.stdout


def test_what_cannot_be_read_is_said_and_the_rest_is_ranked(run, alerts):
    (alerts / "cut.json").write_text('{"reportId": "900000009", "reportedInf', encoding="utf-8")
    result = run("--json", "--now", NOW, alerts)
    assert result.exit_code == 1
    assert len(json.loads(result.stdout)["leads"]) == 3
    assert "cut.json" in result.stderr


@pytest.mark.parametrize("now", ["2031-03-01T08:00:00", "yesterday"])
def test_a_now_without_a_zone_or_a_meaning_is_refused(run, alerts, now):
    result = run("--now", now, alerts)
    assert result.exit_code == 2
    assert "--now" in result.stderr


def test_wrong_use_is_exit_2(run, alerts, tmp_path):
    assert run("--json", tmp_path / "nowhere").exit_code == 2
    assert run("--json", "--pack", "atlantis", alerts).exit_code == 2


def test_the_help_has_an_example(run):
    assert "faru leads --json" in run("--help").stdout
