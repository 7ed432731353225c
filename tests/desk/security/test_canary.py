"""A planted child's name is nowhere but in the one answer to the one who opened it with a reason."""

import io
import json
import logging
import re
import shutil
import zipfile
from collections.abc import Iterator
from contextlib import redirect_stderr
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import connection
from django.http import HttpResponse
from pypdf import PdfReader
from tests.desk.access.conftest import Full, _make
from tests.desk.access.expected import PERSONAS
from tests.desk.security.addresses import addresses

from faru.desk import clock, unit
from faru.desk.databases import as_owner
from faru.desk.journal.guards import drop_guards, install_guards
from faru.desk.journal.sealing import seal_now
from faru.desk.referrals.models import Lead, ReportedChild
from faru.desk.vault import keys
from faru.desk.work import worker
from faru.synthetic import World

FIRST, LAST = "Zzquillonby", "Vexmarrow"
MARKS = (FIRST.casefold().encode(), LAST.casefold().encode())


def planted(alert: dict[str, Any], number: int) -> dict[str, Any]:
    """The alert with a child: its name in fields of its own, in accounts, in texts, in what nobody reads."""
    told = alert["reportedInformation"]
    words = f"He wrote to {FIRST} {LAST} again; {FIRST.upper()} did not answer."
    child = {
        "firstName": FIRST,
        "lastName": LAST,
        "approximateAge": "13",
        "espUserId": f"{FIRST}.kid.{number}",
        "screenName": f"{FIRST.lower()}_{number}",
        "emails": {"emails": [{"value": f"{FIRST.lower()}.{number}@post.example", "verified": True}]},
        "schoolName": f"{LAST} School",
    }
    told["intendedRecipients"] = {"intendedRecipients": [child]}
    told["additionalInformations"] = [*(told.get("additionalInformations") or []), {"value": words}]
    for file in (told.get("uploadedFiles") or {}).get("uploadedFiles") or []:
        if isinstance(file, dict):
            file["originalFilename"] = f"{FIRST}-{LAST}.jpg"
    alert["aNoteThatNobodyReads"] = words
    return alert


def with_a_child_everywhere(world: World, folder: Path) -> World:
    """The small world again, with the planted child in every alert that is JSON."""
    shutil.copytree(world.alerts, folder)
    for number, path in enumerate(sorted(folder.rglob("*.json"))):
        document = json.loads(path.read_text(encoding="utf-8-sig"))
        whole = document if isinstance(document, list) else [document]
        changed = [
            planted(one, number * 100 + place) if "reportedInformation" in one else one
            for place, one in enumerate(whole)
        ]
        path.write_text(json.dumps(changed if isinstance(document, list) else changed[0]), encoding="utf-8")
    return replace(world, alerts=folder)


def laid_open(name: str, data: bytes) -> Iterator[tuple[str, bytes]]:
    """The bytes, and what is packed in them: members of a ZIP, the text of a PDF."""
    yield name, data
    if data.startswith(b"PK\x03\x04"):
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for member in archive.namelist():
                yield from laid_open(f"{name}!{member}", archive.read(member))
    if data.startswith(b"%PDF-"):
        yield (
            f"{name} (text)",
            "\n".join(one.extract_text() for one in PdfReader(io.BytesIO(data)).pages).encode(),
        )


def holding(found: dict[str, bytes]) -> list[str]:
    """Where the child is named."""
    return [
        where
        for name, data in found.items()
        for where, plain in laid_open(name, data)
        if any(mark in plain.lower() for mark in MARKS)
    ]


def bytes_of(response: HttpResponse) -> bytes:
    """A whole answer, its header too."""
    body = b"".join(response.streaming_content) if response.streaming else response.content
    return repr(dict(response.headers)).encode() * (not body.startswith((b"PK", b"%PDF"))) + body


def crawled(full: Full) -> dict[str, bytes]:
    """Every address asked by everybody."""
    found = {}
    for who in PERSONAS:
        client = full.client(who)
        for one in addresses(full.words):
            if one.name not in ("account_logout", "demo_enter"):
                response = client.get(one.path)
                assert response.status_code < 500, (who, one.path)
                found[f"{who} {one.path} {response.status_code}"] = bytes_of(response)
    return found


def kept() -> dict[str, bytes]:
    """Every row of the database as it lies there, every session, every file of the unit's folder."""
    found = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")  # noqa: S608
            for number, row in enumerate(cursor.fetchall()):
                found[f"{table} {number}"] = b"|".join(
                    one if isinstance(one, bytes) else str(one).encode("utf-8", "replace") for one in row
                )
    for session in Session.objects.all():
        found[f"session {session.pk}"] = repr(session.get_decoded()).encode()
    for path in sorted(unit.current().data.rglob("*")):
        if path.is_file():
            found[str(path)] = path.read_bytes()
    return found


@dataclass
class Watched:
    """A desk where the child stands in every alert, all that it answered and kept, and what it logged."""

    full: Full
    logged: io.StringIO
    pages: dict[str, bytes]
    kept: dict[str, bytes]


@pytest.fixture(scope="module")
def db(django_db_setup: None) -> None:
    """The test database, without a transaction around each test: what is committed lies on the disk."""


@pytest.fixture(scope="module")
def watched(
    db: None, django_db_blocker: Any, world: World, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Watched]:
    """Everything is committed, and gone after the module's last test."""
    logged = io.StringIO()
    listening = logging.StreamHandler(logged)
    root = logging.getLogger()
    level = root.level
    with django_db_blocker.unblock(), clock.standing_at(world.now), redirect_stderr(logged):
        root.addHandler(listening)
        root.setLevel(logging.DEBUG)
        keys.forget()
        try:
            full = _make(with_a_child_everywhere(world, tmp_path_factory.mktemp("planted") / "alerts"))
            _worked(full)
            yield Watched(full, logged, crawled(full), kept())
        finally:
            root.setLevel(level)
            root.removeHandler(listening)
            with as_owner():
                drop_guards()  # the ledger's guards refuse the flush
                # Numbers that were given are in rows that other tests keep: they are not given again.
                call_command("flush", interactive=False, verbosity=0, reset_sequences=False)
                install_guards()
            keys.forget()


def _worked(full: Full) -> None:
    """One more alert by the web, read by the worker; a dossier, a handover, and the ledger sealed."""
    alert = planted({"reportId": 777, "reportedInformation": {"reportedPeople": None}}, 999_999)
    file = SimpleUploadedFile("alert.json", json.dumps(alert).encode(), content_type="application/json")
    duty = full.client("duty")
    duty.post("/intake/", {"files": [file]})
    worker.run(until_empty=True)
    assert Lead.objects.filter(referrals__number="777").exists()
    full.client("investigator").post(f"/cases/{full.words['case']}/dossiers/")
    worker.run(until_empty=True)
    duty.post("/handover/sign/", {"words": "All is said."})
    seal_now()


def name_of(child: ReportedChild) -> str:
    """What lies sealed."""
    return child.body["child"]["person"]["first_name"]


def test_the_child_is_planted_and_sealed(watched: Watched) -> None:
    names = [name_of(one) for one in ReportedChild.objects.all()]
    assert names.count(FIRST) > 20
    assert any("dossiers" in name and data.startswith(b"PK") for name, data in watched.pages.items())
    assert any(data.startswith(b"%PDF") for data in watched.pages.values())


def test_no_page_export_or_paper_names_the_child(watched: Watched) -> None:
    assert len(watched.pages) > 700
    assert holding(watched.pages) == []


def test_no_row_task_session_or_file_names_the_child(watched: Watched) -> None:
    embedded = any("test.sqlite3" in name for name in watched.kept)
    assert embedded == (connection.vendor == "sqlite")
    assert any(name.startswith("django_tasks") for name in watched.kept)
    assert holding(watched.kept) == []


def test_a_search_for_the_child_is_answered_like_one_for_nobody(watched: Watched) -> None:
    nobody, told = "Qqquillonbq", {}
    for who in ("duty", "supervisor", "liaison", "evidence"):
        client = watched.full.client(who)
        for words in (FIRST, nobody, f"{FIRST} {LAST}", f"{nobody} {LAST[::-1]}"):
            answer = client.post("/search/", {"q": words})
            assert answer.status_code == 200
            told[who, words] = plain(answer, words)
        assert told[who, FIRST] == told[who, nobody]
        assert told[who, f"{FIRST} {LAST}"] == told[who, f"{nobody} {LAST[::-1]}"]
    assert holding(kept()) == []


def plain(answer: HttpResponse, words: str) -> str:
    """A page without what differs each time: the words that were typed, the session's token."""
    return re.sub(r"\b[A-Za-z0-9]{64}\b", "", answer.content.decode()).replace(words, "…")


def test_who_opens_the_record_reads_it_once_and_nobody_else_does(watched: Watched) -> None:
    full = watched.full
    child = next(
        one for one in ReportedChild.objects.all() if one.body["child"]["person"]["first_name"] == FIRST
    )
    full.words |= {"child": child.pk, "referral": child.referral_id, "lead": child.referral.lead.number}
    path = f"/referrals/{child.referral_id}/children/{child.pk}/"
    officer = full.client("duty")
    assert holding({"without a reason": bytes_of(officer.post(path))}) == []
    answer = officer.post(path, {"reason": "safety", "words": "The school has to be asked."})
    assert holding({"opened": bytes_of(answer)}) == ["opened"]
    assert answer["Cache-Control"] == "no-store"
    for who in ("evidence", "prosecutor", "auditor", "administrator", "outsider"):
        refused = full.client(who).post(path, {"reason": "safety"})
        assert holding({who: bytes_of(refused)}) == []
    assert holding({"again": bytes_of(officer.get(path))}) == []
    seal_now()
    assert holding(crawled(full)) == []
    assert holding(kept()) == []


def test_no_log_names_the_child(watched: Watched) -> None:
    logged = watched.logged.getvalue()
    assert logged
    assert holding({"log": logged.encode()}) == []
