"""The forms that scripts rely on: exit codes, one JSON document, an example in each help."""

import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

VERBS = (
    ("demo",), ("ingest",), ("leads",), ("attribute",),
    ("ledger", "verify"), ("dossier", "verify"), ("pack", "check"),
)  # fmt: skip


@pytest.mark.parametrize("verb", VERBS, ids=" ".join)
def test_every_help_has_an_example(faru: Callable[..., Any], verb: tuple[str, ...]) -> None:
    ran = faru(*verb, "--help")
    assert ran.code == 0
    assert f"faru {' '.join(verb)} " in " ".join(ran.out.split())
    assert "Example" in ran.out


@pytest.mark.parametrize("verb", VERBS, ids=" ".join)
def test_wrong_use_is_2(faru: Callable[..., Any], verb: tuple[str, ...]) -> None:
    assert faru(*verb, "--no-such-option").code == 2


@pytest.mark.parametrize(
    "words",
    [
        ("ingest", "--dry-run", "--json", "no-such-file.json"),
        ("leads", "--json", "no-such-file.json"),
        ("leads", "--json", "--now", "yesterday", "."),
        ("leads", "--json", "--pack", "no-such-pack", "."),
        ("attribute", "--records", "no.csv", "--observations", "no.csv", "--out", "out.csv"),
        ("ledger", "verify", "--data", "no-such-folder", "--json"),
        ("dossier", "verify", "no-such.zip", "--json"),
        ("pack", "check", "no-such-pack"),
        ("demo", "--json", "--referrals", "30"),
        ("demo", "--no-serve", "--json", "--referrals", "3"),
    ],
    ids=" ".join,
)
def test_what_cannot_be_read_is_2_and_says_why(faru: Callable[..., Any], words: tuple[str, ...]) -> None:
    ran = faru(*words)
    assert ran.code == 2
    assert ran.err.strip()
    assert "Traceback" not in ran.err
    if ran.out.strip():
        json.loads(ran.out)


def test_ingest_prints_the_form_and_no_child(faru: Callable[..., Any], alert: Path) -> None:
    ran = faru("ingest", "--dry-run", "--json", alert)
    assert ran.code == 0
    (file,) = ran.json["files"]
    (referral,) = file["referrals"]
    assert file["format"] == "cybertip_json"
    assert referral["observations"] == [
        {
            "address": "192.0.2.7",
            "port": 40211,
            "at": "2026-03-01T09:05:11Z",
            "zone_stated": True,
            "precision_s": 1,
            "event": "login",
        }
    ]
    assert {"sealed"} == {one["value"] for one in referral["accounts"] if one["role"] == "recipient"}
    assert "canary" not in (ran.out + ran.err).lower()


def test_leads_prints_the_queue_and_no_child(faru: Callable[..., Any], alert: Path) -> None:
    ran = faru("leads", "--json", "--now", "2026-03-10T04:00:00Z", alert.parent)
    assert ran.code == 0
    (lead,) = ran.json["leads"]
    assert lead["rank"] == 1
    assert lead["hours_left"] is not None
    assert lead["hours_left"] > 0
    assert lead["referrals"] == [{"sender": "NCMEC", "number": "900000001"}]
    for reason in lead["reasons"]:
        assert reason["state"] in ("fired", "unknown")
        assert {"rule", "points", "value", "source"} <= set(reason)
    assert "canary" not in (ran.out + ran.err).lower()


def test_attribute_writes_one_row_a_candidate(
    faru: Callable[..., Any], table: Callable[..., Path], tmp_path: Path
) -> None:
    records = table(
        "records.csv",
        "start,end,address,port_from,port_to,subscriber",
        [
            "2026-03-01T09:00:00Z,2026-03-01T09:10:00Z,192.0.2.7,,,S1",
            "2026-03-01T09:10:00Z,,192.0.2.7,,,S2",
            "2026-03-01T09:10:00Z,2026-03-01T09:10:00Z,192.0.2.7,,,S3",
        ],
    )
    asked = table(
        "asked.csv",
        "id,address,port,at,precision_s",
        ["o2,192.0.2.7,,2026-03-01T09:09:59Z,1", "o1,192.0.2.7,,2026-03-01 09:05:00,1"],
    )
    out = tmp_path / "v.csv"
    ran = faru("attribute", "--records", records, "--observations", asked, "--out", out, "--json")
    assert ran.code == 1  # a row was set aside
    assert ran.json["verdicts"] == {"ambiguous": 1, "time_uncertain": 1}
    assert out.read_text(encoding="utf-8").splitlines() == [
        "id,verdict,subscriber,within,start,end,port_from,port_to,source_row",
        "o2,ambiguous,S1,core,2026-03-01T09:00:00Z,2026-03-01T09:10:00Z,,,1",
        "o2,ambiguous,S2,core,2026-03-01T09:10:00Z,,,,2",
        "o1,time_uncertain,,,,,,,",
    ]


def test_the_demo_as_a_script_runs_it(tmp_path: Path) -> None:
    """As a process of its own: stdout holds one JSON document and nothing else, and both verifiers agree."""
    faru = str(Path(sys.executable).parent / "faru")
    data = tmp_path / "unit"
    words = (
        "--no-serve",
        "--json",
        "--data",
        str(data),
        "--referrals",
        "40",
        "--rows",
        "20000",
        "--seed",
        "3",
    )
    ran = subprocess.run(
        [faru, "demo", *words], capture_output=True, text=True, env={**os.environ, "TZ": "Asia/Tokyo"}
    )
    assert ran.returncode == 0, ran.stderr
    document = json.loads(ran.stdout)
    promised = {
        "referrals", "leads", "observations", "verdicts", "dossier", "dossier_valid", "seconds", "peak_mib",
    }  # fmt: skip
    assert promised <= set(document)
    assert document["dossier_valid"] is True
    for words in (("ledger", "verify", "--data", str(data)), ("dossier", "verify", document["dossier"])):
        checked = subprocess.run([faru, *words, "--json"], capture_output=True, text=True)
        assert checked.returncode == 0, checked.stdout
        assert json.loads(checked.stdout)["valid"] is True


def test_a_device_or_a_folder_is_never_written_over(
    faru: Callable[..., Any], table: Callable[..., Path], tmp_path: Path
) -> None:
    records = table("r.csv", "start,end,address,port_from,port_to,subscriber", [])
    asked = table("a.csv", "id,address,port,at,precision_s", [])
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    ran = faru("attribute", "--records", records, "--observations", asked, "--out", pipe)
    assert ran.code == 2
    assert "no plain file" in ran.err
    assert pipe.is_fifo()
    link, target = tmp_path / "link.csv", tmp_path / "target.csv"
    target.write_text("old", encoding="utf-8")
    link.symlink_to(target)
    assert faru("attribute", "--records", records, "--observations", asked, "--out", link).code == 0
    assert link.is_symlink()
    assert target.read_text(encoding="utf-8").startswith("id,verdict")


@pytest.mark.parametrize("now", ["9999-12-31T23:59:59-14:00", "0001-01-01T00:00:00+14:00"])
def test_a_now_beyond_the_calendar_is_wrong_use(faru: Callable[..., Any], alert: Path, now: str) -> None:
    ran = faru("leads", "--json", "--now", now, alert)
    assert ran.code == 2
    assert "calendar" in ran.err


@pytest.mark.parametrize("at", ["0001-01-01 00:00:00", "9999-12-31 23:59:59", "9999-12-31T23:59:59Z"])
def test_one_alert_at_the_end_of_time_does_not_cost_the_queue(
    faru: Callable[..., Any], alert: Path, at: str
) -> None:
    text = alert.read_text(encoding="utf-8").replace("2026-03-01T09:05:11Z", at)
    alert.with_name("odd.json").write_text(text.replace("900000001", "900000002"), encoding="utf-8")
    ran = faru("leads", "--json", "--now", "2026-03-10T04:00:00Z", alert.parent)
    assert sum(len(lead["referrals"]) for lead in ran.json["leads"]) == 2


@pytest.mark.parametrize("name", ["Zarko", "Will", "Die", "Live", "My"])
def test_a_childs_name_switches_no_rule_off(faru: Callable[..., Any], alert: Path, name: str) -> None:
    document = json.loads(alert.read_text(encoding="utf-8"))
    info = document["reportedInformation"]
    info["intendedRecipients"]["intendedRecipients"][0]["firstName"] = name
    info["additionalInformations"] = [
        {"value": "i want to die. going live with my daughter. i will post it by friday unless you pay me"}
    ]
    alert.write_text(json.dumps(document), encoding="utf-8")
    (lead,) = faru("leads", "--json", "--now", "2026-03-10T04:00:00Z", alert).json["leads"]
    assert {"self_harm_signal", "child_at_immediate_risk"} <= set(lead["interrupts"])
    fired = {reason["rule"] for reason in lead["reasons"] if reason["state"] == "fired"}
    assert {"text_own_child", "text_blackmail", "wish_to_die", "live_abuse_of_a_child"} <= fired


@pytest.mark.parametrize("first", [0, 1])
def test_of_two_versions_without_a_date_neither_is_dropped(
    faru: Callable[..., Any], alert: Path, first: int
) -> None:
    """Nothing proves which is newer, so what either says counts, whatever their hashes are."""
    document = json.loads(alert.read_text(encoding="utf-8"))
    del document["dateReceived"]
    for index, words in enumerate(("a quiet day", "i want to die")):
        document["reportedInformation"]["additionalInformations"] = [{"value": words}]
        path = alert.with_name(f"{abs(index - first)}.json")
        path.write_text(json.dumps(document, indent=first), encoding="utf-8")
    alert.unlink()
    (lead,) = faru("leads", "--json", "--now", "2026-03-10T04:00:00Z", alert.parent).json["leads"]
    assert "self_harm_signal" in lead["interrupts"]


def test_the_same_bytes_in_two_wrappings_give_one_answer_in_either_order(
    faru: Callable[..., Any], alert: Path
) -> None:
    wrapped = alert.with_name("wrapped.zip")
    with zipfile.ZipFile(wrapped, "w") as archive:
        archive.write(alert, "folder/report.json")
    answers = [
        faru("leads", "--json", "--now", "2026-03-10T04:00:00Z", *paths).json["leads"]
        for paths in ((alert, wrapped), (wrapped, alert))
    ]
    assert answers[0] == answers[1]
