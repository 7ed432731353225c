"""Intake in the browser: files, letters and maps, and what hostile or broken ones come to."""

import csv
import io
import json
import re
import zipfile
import zlib

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import Workbook

from faru.desk import unit
from faru.desk.journal.models import Entry
from faru.desk.referrals import receiving
from faru.desk.referrals.models import RawPart, ReceivedFile, Referral, ReportedChild, SavedMap, SetAside
from faru.desk.referrals.tasks import read_and_rank
from faru.desk.uploads import LARGEST
from faru.desk.vault.models import Term
from faru.desk.work.models import Job, JobState

PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 64
CHILD = "Mizaffaroo"
TABLE = (
    "Ticket;Seen;Client address;Client port;User;Child's name;Child's age\n"
    f"LR-1;05.03.2026 14:02:11;198.51.100.7;40001;<b>reef</b>;{CHILD};12\n"
    "LR-2;06.03.2026 09:00:00;198.51.100.8;40002;lagoon.boy;;\n"
)


@pytest.fixture
def alert(desk) -> bytes:
    """The planted alert under a new number."""
    path = next(one for one in desk.world.alerts.rglob("231015057*"))
    return json.dumps(json.loads(path.read_text(encoding="utf-8")) | {"reportId": "231888001"}).encode()


def _work() -> Job:
    """Let the waiting job run."""
    job = Job.objects.filter(state=JobState.WAITING).get()
    read_and_rank.call(str(job.id))
    job.refresh_from_db()
    return job


def _drop(client, *files: tuple[str, bytes]) -> str:
    """Drop files; the page that follows."""
    uploads = [SimpleUploadedFile(name, data) for name, data in files]
    return client.post("/intake/", {"files": uploads}, follow=True).content.decode()


def _zip(**members: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name.replace("_", "."), data)
    return packed.getvalue()


def test_what_no_format_reads_says_what_would_mend_it_and_its_name_once(desk, as_) -> None:
    client = as_("duty")
    _drop(client, ("hello.md", b"hello"))
    _work()
    aside = client.get("/intake/").content.decode().split("Set aside</h2>")[1].split("Files</h2>")[0]
    assert aside.count("hello.md") == 1
    assert "ask the sender for JSON, XML, CSV or a workbook, or key it as a letter" in aside


def test_a_good_and_a_broken_file_together(desk, as_, alert) -> None:
    client = as_("duty")
    page = _drop(client, ("broken.json", b'{"reportId": "1", '), ("good.json", alert))
    assert "2 files are kept and will be read now." in page
    assert "waits to be read" in page
    job = _work()
    assert (job.state, job.sentence) == ("done", "New referrals: 1. Set aside: 1.")
    page = client.get("/intake/").content.decode()
    assert "broken.json" in page.split("Files</h2>")[0]
    assert Referral.objects.filter(number="231888001", lead__isnull=False).exists()
    assert SetAside.objects.filter(settled_at=None).count() == 1


def test_the_same_bytes_again_are_counted(desk, as_, alert) -> None:
    client = as_("duty")
    _drop(client, ("one.json", alert))
    _work()
    page = _drop(client, ("two.json", alert))
    assert "1 file was here already" in page
    assert "2</bdi> times" in page
    assert not Job.objects.filter(state=JobState.WAITING).exists()


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("empty.json", b""),
        ("picture.png", PNG),
        ("picture.json", PNG),
        ("cut.zip", _zip(a_json=b"{}")[:-30]),
        ("bomb.zip", _zip(a_json=b"0" * 40_000_000)),
        ("media.zip", _zip(a_png=PNG, b_json=b"[")),
        ("up.zip", _zip(**{"../../etc/passwd": b"x"})),
        ("null.xml", b"\x00\x00\x00"),
        ("bomb.xml", b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]><report>&b;</report>'),
        ("deep.json", b"[" * 100_000),
        ("<script>alert(1)</script>.csv", b"a;b\n1;2\n"),
        ("\u202egnp.exe.json", b"{"),
        ("n" * 400 + ".json", b"{"),
    ],
    ids=lambda given: given[:20] if isinstance(given, str) else "",  # a ZIP's bytes hold the time of day
)
def test_hostile_files_cost_nobody_anything(desk, as_, alert, name, data) -> None:
    client = as_("duty")
    _drop(client, (name, data), ("good.json", alert))
    assert _work().state == "done"
    page = client.get("/intake/").content.decode()
    assert "<script>alert" not in page
    assert "\u202e" not in page
    assert Referral.objects.filter(number="231888001").exists()
    assert all(PNG not in receiving.raw_bytes(part) for part in RawPart.objects.filter(file__media__gt=0))


def test_a_body_that_is_too_large_is_one_sentence(desk, as_) -> None:
    files = ReceivedFile.objects.count()
    page = _drop(as_("duty"), ("large.json", b" " * (LARGEST + 1)))
    assert "larger than 64 MB" in page
    assert ReceivedFile.objects.count() == files


def test_a_full_disk_is_a_sentence_and_nothing_half_done(desk, as_, alert, monkeypatch) -> None:
    def full(*_given: object) -> None:
        raise OSError(28, "No space left on device")

    files = ReceivedFile.objects.count()
    with monkeypatch.context() as patched:
        patched.setattr(receiving.files, "write_stream", full)
        page = _drop(as_("duty"), ("good.json", alert))
    assert "the disk is full" in page
    assert ReceivedFile.objects.count() == files
    assert "1 file is kept" in _drop(as_("duty"), ("good.json", alert))


def test_what_was_kept_and_never_read_is_offered(desk, as_, alert) -> None:
    client = as_("duty")
    receiving.receive_file(actor=desk.people["duty"], name="left.json", data=alert)
    assert "Files wait to be read." in client.get("/intake/").content.decode()
    client.post("/intake/read/")
    _work()
    assert "Files wait to be read." not in client.get("/intake/").content.decode()
    assert Referral.objects.filter(number="231888001").exists()


def test_a_file_whose_bytes_are_lost_costs_the_others_nothing(desk, as_, alert) -> None:
    client = as_("duty")
    _drop(client, ("lost.json", b"[1]"), ("good.json", alert))
    lost = RawPart.objects.get(file__size=3)
    receiving.files.path_of(unit.current().raw, lost.id).unlink()
    job = _work()
    assert job.state == "done"
    assert "can't be opened: 1." in job.sentence
    assert Referral.objects.filter(number="231888001").exists()
    assert "Files wait to be read." in client.get("/intake/").content.decode()


@pytest.mark.parametrize("who", ["investigator", "auditor", "administrator", "outsider", "prosecutor"])
def test_who_takes_nothing_in_is_refused(desk, as_, who, alert) -> None:
    client, file = as_(who), ReceivedFile.objects.all()[0]
    files = ReceivedFile.objects.count()
    assert not desk.people[who].may("referral.ingest")
    for url in ("/intake/", "/intake/letter/", f"/intake/maps/new/{file.id}/"):
        assert client.get(url).status_code == 403
        assert (
            client.post(url, {"files": SimpleUploadedFile("a.json", alert), "sender": "A"}).status_code == 403
        )
    assert client.post("/intake/read/").status_code == 403
    assert ReceivedFile.objects.count() == files
    assert Entry.objects.order_by("-id")[0].tag == "act.deny"


def test_lists_go_on_by_page_and_never_grow(desk, as_, django_assert_max_num_queries) -> None:
    client = as_("duty")
    client.get("/intake/")
    with django_assert_max_num_queries(12):
        first = client.get("/intake/").content.decode()
    older = re.search(r"\?before=([0-9a-f-]{36})", first)
    assert older
    rest = client.get(f"/intake/?before={older[1]}").content.decode()
    assert ".xml" in rest + first
    assert client.get("/intake/?before=nonsense&aside=%00").status_code == 200


# Tables


def _table(desk, client) -> ReceivedFile:
    _drop(client, ("lantern.csv", TABLE.encode()))
    _work()
    return ReceivedFile.objects.get(format="table", referrals_read=0)


def _columns(**changes: str) -> dict[str, str]:
    fields = ["number", "at", "address", "port", "user_id", "victim.first_name", "victim.age"]
    chosen = {f"c{place}": field for place, field in enumerate(fields)}
    return chosen | {"sender": "Lantern Reef", "zone": "+05:00", "day_first": "day"} | changes


def test_from_a_table_nobody_knows_to_read_rows(desk, as_) -> None:
    client = as_("duty")
    file = _table(desk, client)
    page = client.get("/intake/").content.decode()
    url = f"/intake/maps/new/{file.id}/"
    assert f'href="{url}"' in page
    assert "--map" not in page

    page = client.get(url).content.decode()
    assert "Client port" in page
    assert "&lt;b&gt;reef&lt;/b&gt;" in page
    assert "<b>reef" not in page
    assert Entry.objects.order_by("-id")[0].tag == "raw.open"

    tried = client.post(url, _columns() | {"try": "1"}).content.decode()
    assert "2</bdi> rows become referrals" in tried
    assert "198.51.100.7" in tried
    assert CHILD not in tried.split("Its columns")[0]
    assert not SavedMap.objects.filter(name__startswith="Lantern Reef").exists()

    page = client.post(url, _columns() | {"save": "1"}, follow=True).content.decode()
    assert "The map is saved." in page
    _work()
    file.refresh_from_db()
    assert (file.referrals_read, file.set_aside.filter(settled_at=None).count()) == (2, 0)
    row = Referral.objects.get(sender="Lantern Reef", number="LR-1")
    assert row.children_count == 1
    assert CHILD not in client.get(f"/referrals/{row.pk}/").content.decode()
    assert client.get(url).status_code == 404
    assert "map.save" in Entry.objects.values_list("tag", flat=True)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"sender": ""}, "Who sends these tables"),
        ({"c2": "port"}, "is given twice"),
        ({"zone": "Atlantis"}, "zone"),
        ({f"c{place}": "" for place in range(7)}, "at least one column"),
        ({"c0": "no.such.field"}, "Select a valid choice"),
    ],
)
def test_a_map_that_is_none_is_said_and_not_saved(desk, as_, changes, said) -> None:
    client = as_("duty")
    file = _table(desk, client)
    page = client.post(f"/intake/maps/new/{file.id}/", _columns(**changes) | {"save": "1"}).content.decode()
    assert "Please mend this first" in page
    assert said in page
    assert not SavedMap.objects.filter(name__startswith="Lantern Reef").exists()


def test_a_map_that_read_nothing_is_put_right(desk, as_) -> None:
    client = as_("duty")
    file = _table(desk, client)
    url = f"/intake/maps/new/{file.id}/"
    SavedMap.objects.create(
        name="old",
        content=json.dumps({"faru_column_map": 1, "sender": "Old", "columns": {"Ticket": "age"}}),
        saved_by=desk.people["duty"],
    )
    page = client.get(url).content.decode()
    assert "The map old fits this table" in page
    client.post(url, _columns() | {"save": "1"})
    assert SavedMap.objects.get(name="old").content.find("Lantern Reef") > 0
    _work()
    assert Referral.objects.filter(sender="Lantern Reef").count() == 2


def test_a_workbook_is_mapped_like_any_table(desk, as_) -> None:
    book = Workbook()
    for row in [*csv.reader(TABLE.splitlines(), delimiter=";")]:
        book.active.append(row)
    packed = io.BytesIO()
    book.save(packed)
    client = as_("duty")
    _drop(client, ("lantern.xlsx", packed.getvalue()))
    _work()
    file = ReceivedFile.objects.get(format="table", referrals_read=0)
    client.post(f"/intake/maps/new/{file.id}/", _columns() | {"save": "1"})
    _work()
    assert Referral.objects.filter(sender="Lantern Reef").count() == 2


# Letters


def _letter(**changes: object) -> dict[str, object]:
    return {
        "sender": "Embassy of Coralia",
        "number": "CE/26/17",
        "kind": "paper",
        "tlp": "AMBER",
        "caveats": "Not for court.\nAsk before use.",
        "reported_at": "5 March 2026",
        "zone": "UTC",
        "day_first": "day",
        "text": f"The user wrote to {CHILD} on 04-03-2026.",
        "persons-count": "2",
        "persons-0-role": "victim",
        "persons-0-first_name": CHILD,
        "persons-0-age": "12",
        "persons-1-role": "reported",
        "persons-1-last_name": "Shoalman",
        "accounts-count": "1",
        "accounts-0-kind": "email",
        "accounts-0-value": "shoal.man@post.example",
        "accounts-0-person": "2",
        "observations-count": "1",
        "observations-0-address": "203.0.113.77",
        "observations-0-port": "50123",
        "observations-0-at": "2026-03-04 10:00:00",
        "hashes-count": "1",
        "save": "1",
    } | changes


def _key(client, **changes: object) -> str:
    return client.post("/intake/letter/", _letter(**changes), follow=True).content.decode()


def _pdf(*, text: bool) -> bytes:
    inside = b"<< /Type /Font /Subtype /Type1 >>" if text else b"<< /Subtype /Image >>"
    packed = zlib.compress(inside)
    head = b"%PDF-1.7\n1 0 obj << /Type /ObjStm /Filter /FlateDecode >>\nstream\n"
    return head + packed + b"\nendstream endobj\n%%EOF"


def test_a_letter_with_a_child(desk, as_) -> None:
    client = as_("duty")
    page = _key(client)
    assert "The letter is kept and will be read now." in page
    _work()
    row = Referral.objects.get(sender="Embassy of Coralia")
    assert (row.number, row.tlp, row.format, row.children_count) == ("CE/26/17", "AMBER", "letter", 1)
    page = client.get(f"/referrals/{row.pk}/").content.decode()
    for value in (
        "203.0.113.77",
        "shoal.man@post.example",
        "Shoalman",
        "TLP:AMBER",
        "Ask before use.",
        "Child A",
    ):
        assert value in page, value
    assert CHILD not in page
    assert CHILD not in client.get("/intake/").content.decode()
    child = ReportedChild.objects.get(referral=row)
    opened = client.post(f"/referrals/{row.pk}/children/{child.pk}/", {"reason": "safety"}).content.decode()
    assert CHILD in opened
    assert Term.objects.filter(thing_id=row.pk, kind="email").count() == 1
    assert "letter.key" in Entry.objects.values_list("tag", flat=True)


def test_the_letter_itself_lies_sealed_beside(desk, as_) -> None:
    client, pdf = as_("duty"), _pdf(text=True)
    _key(client, kind="pdf", file=SimpleUploadedFile("letter.pdf", pdf))
    _work()
    row = Referral.objects.get(sender="Embassy of Coralia")
    assert RawPart.objects.filter(file=row.file).count() == 2
    told = client.post(f"/referrals/{row.pk}/letter/", {"reason": "court"})
    assert (told.content, told.headers["Content-Type"]) == (pdf, "application/octet-stream")
    assert b"faru_letter" in client.post(f"/referrals/{row.pk}/raw/", {"reason": "court"}).content


@pytest.mark.parametrize(
    ("kind", "name", "data", "said"),
    [
        ("pdf", "scan.pdf", _pdf(text=False), "No text can be seen in this PDF."),
        ("pdf", "scan.pdf", _pdf(text=True) + b"/Encrypt 5 0 R", "No text can be seen in this PDF."),
        ("pdf", "a.pdf", b"words", "This file is no PDF"),
        ("pdf", "a.pdf", PNG, "This file is a picture"),
        ("text", "a.txt", b"\xff\xfe\x00", "This file is no text"),
        ("text", "a.txt", b"", "The submitted file is empty."),
        ("paper", "a.txt", b"words", "Paper has no file"),
        ("pdf", "", None, "Choose the letter&#x27;s file"),
    ],
)
def test_a_file_that_may_not_be_kept_is_said(desk, as_, kind, name, data, said) -> None:
    parts = RawPart.objects.count()
    file = {} if data is None else {"file": SimpleUploadedFile(name, data)}
    assert said in _key(as_("duty"), kind=kind, **file)
    assert RawPart.objects.count() == parts


def test_of_a_scan_only_the_hash_is_kept(desk, as_) -> None:
    _key(as_("duty"), kind="picture_only", file=SimpleUploadedFile("scan.png", PNG))
    file = ReceivedFile.objects.order_by("-id")[0]
    assert (file.parts.count(), file.media) == (1, 1)
    assert PNG not in receiving.raw_bytes(file.parts.get())


def test_faults_stand_at_their_fields_and_nothing_typed_is_lost(desk, as_) -> None:
    client, files = as_("duty"), ReceivedFile.objects.count()
    fatal = _key(client, **{"persons-1-role": "", "zone": "Atlantis"})
    assert 'href="#id_persons-1-role"' in fatal
    assert 'href="#id_zone"' in fatal
    assert "Shoalman" in fatal
    doubtful = _key(client, **{"observations-0-address": "203.0.113.777"})
    assert 'href="#id_observations-0-address"' in doubtful
    assert "keep it as typed" in doubtful
    assert ReceivedFile.objects.count() == files
    kept = _key(client, **{"observations-0-address": "203.0.113.777", "as_typed": "1"})
    assert "The letter is kept" in kept


def test_a_row_more_without_a_script(desk, as_) -> None:
    typed = _letter(add="persons")
    del typed["save"]
    page = as_("duty").post("/intake/letter/", typed).content.decode()
    assert 'name="persons-2-first_name"' in page
    assert f'value="{CHILD}"' in page
    assert "Please mend" not in page


def test_hostile_words_in_a_letter_stay_words(desk, as_) -> None:
    client = as_("duty")
    script = "<script>alert(1)</script>"
    page = _key(client, **{"sender": script, "text": "\u202e" + script * 200, "persons-1-last_name": script})
    assert "<script>alert" not in page
    _work()
    row = Referral.objects.get(format="letter")
    assert "<script>alert" not in client.get(f"/referrals/{row.pk}/").content.decode()


def test_counts_of_rows_are_bounded(desk, as_) -> None:
    page = as_("duty").post("/intake/letter/", _letter(**{"persons-count": "99999", "add": "persons"}))
    assert page.content.decode().count("-first_name") < 500
    assert as_("duty").post("/intake/letter/", _letter(**{"persons-count": "x"})).status_code == 200
