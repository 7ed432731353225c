"""The forms that scripts rely on: exit codes, one JSON document, an example in each help."""

import json
import os
import subprocess
import sys
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
