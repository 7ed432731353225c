"""The pages of requests: the whole life through a browser's requests, and what each viewer gets."""

import csv
import io
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from tests.desk.requests.conftest import CHILDS_ADDRESS

from faru.desk.journal.models import Entry
from faru.desk.look import printing
from faru.desk.referrals.models import Observation
from faru.desk.requests import letters
from faru.desk.requests.models import Answer, LegalRequest, VerdictRow
from faru.desk.vault import keys

PAGE, BOARD = 22, 9
"""Queries of the page of one request and of the list of all."""


def page(client, number: str) -> str:
    response = client.get(reverse("request", args=[number]))
    assert response.status_code == 200
    return response.content.decode()


def seen(text: str) -> str:
    return re.search(r'name="seen" value="([0-9a-f]{64})"', text)[1]


def test_the_whole_life_through_the_pages(walk, as_, work) -> None:
    investigator, supervisor = as_("investigator"), as_("supervisor")
    lead = walk.desk.story("utc_five_hours_off")
    made = investigator.post(reverse("request_new"), {"lead": lead.number, "carrier": "lagoon"})
    number = LegalRequest.objects.get().number
    assert made.headers["Location"] == reverse("request", args=[number])
    assert "second person has to approve" in page(investigator, number)

    given = supervisor.post(
        reverse("request_approve", args=[number]), {"seen": seen(page(supervisor, number))}
    )
    assert given.status_code == 302
    assert "note how it went out" in page(investigator, number)
    investigator.post(reverse("request_serve", args=[number]), {"how": "email", "at": ""})
    assert LegalRequest.objects.get().state == "served"
    assert "is awaited" in page(investigator, number)

    records = SimpleUploadedFile("lagoon.csv", walk.desk.world.records["lagoon"].read_bytes())
    investigator.post(reverse("request_answer", args=[number]), {"part": "records", "file": records})
    assert "under way" in page(investigator, number)
    work()
    text = page(investigator, number)
    assert "first rows as they were understood" in text
    answer = Answer.objects.get()
    investigator.post(reverse("request_import", args=[number, answer.id]))
    work()
    text = page(investigator, number)
    assert "Hold every line against the records" in text
    assert "declared no coverage" in text
    stated = SimpleUploadedFile("covered.csv", walk.desk.world.coverage["lagoon"].read_bytes())
    investigator.post(reverse("request_answer", args=[number]), {"part": "coverage", "file": stated})
    work()
    investigator.post(reverse("request_resolve", args=[number]))
    work()
    text = page(investigator, number)
    row = VerdictRow.objects.get()
    assert row.kind in ("unique", "unique_fragile")
    assert "Computed twice" in text
    assert "LG-" in text
    assert "<svg" in text
    investigator.post(reverse("request_close", args=[number]), {"words": ""})
    assert LegalRequest.objects.get().state == "closed"
    assert investigator.get(reverse("requests")).status_code == 200
    told = [
        entry.tag for entry in Entry.objects.order_by("id") if entry.tag.startswith(("request", "records"))
    ]
    wanted = ("request.draft", "request.approve", "request.serve", "records.receive", "records.import")
    assert [tag for tag in told if tag in wanted][:5] == list(wanted)


def test_a_refusal_stands_on_the_page_and_what_was_typed_stays(walk, as_) -> None:
    request = walk.served()
    reads = Entry.objects.filter(tag="request.read", objects_of__thing=request.id)
    assert not reads.exists()
    response = as_("investigator").post(
        reverse("request_coverage", args=[request.number]),
        {
            "addresses": "192.0.2.0/24",
            "start": "last week",
            "end": "2026-03-01T00:00:00Z",
            "source": "letter",
        },
    )
    text = response.content.decode()
    assert response.status_code == 422
    assert 'value="last week"' in text
    assert "Please mend this first" in text
    assert reads.count() == 1  # the whole page was shown


@pytest.mark.parametrize("who", ["auditor", "outsider", "administrator", "prosecutor", "liaison"])
def test_who_may_not_read_requests_learns_of_none(walk, as_, who: str) -> None:
    request = walk.drafted()
    client = as_(who)
    assert client.get(reverse("requests")).status_code == 403
    for name in ("request", "request_letter", "request_table"):
        assert client.get(reverse(name, args=[request.number])).status_code == 404
    for name in ("approve", "refuse", "serve", "withdraw", "lines", "answer", "coverage", "resolve", "close"):
        there = client.post(reverse(f"request_{name}", args=[request.number])).status_code
        nowhere = client.post(reverse(f"request_{name}", args=["R-2026-9999"])).status_code
        assert there == nowhere == 403  # the same, whether it is there or not
    assert client.post(reverse("request_new"), {"carrier": "lagoon"}).status_code == 403
    assert LegalRequest.objects.get().state == "drafted"


def test_who_may_read_and_not_approve_is_refused(walk, as_) -> None:
    request = walk.drafted()
    text = page(as_("duty"), request.number)
    assert 'name="seen"' not in text
    found = letters.handling(list(request.lines.select_related("observation__referral")))
    assert found
    response = as_("duty").post(reverse("request_approve", args=[request.number]), {"seen": "0" * 64})
    assert response.status_code == 403
    assert LegalRequest.objects.get().state == "drafted"


def test_exports_are_attachments_and_entries(walk, as_) -> None:
    request = walk.approved(walk.drafted())
    client = as_("investigator")
    letter = client.get(reverse("request_letter", args=[request.number]))
    assert letter.content.startswith(b"%PDF-")
    assert letter.headers["Content-Disposition"] == f'attachment; filename="{request.number}.pdf"'
    table = client.get(reverse("request_table", args=[request.number]))
    rows = list(csv.DictReader(io.StringIO(table.content.decode())))
    asked = request.lines.filter(left_out="")
    assert {row["line"] for row in rows} == set(asked.values_list("line_id", flat=True))
    assert {row["address"] for row in rows} == set(asked.values_list("observation__address", flat=True))
    assert Entry.objects.filter(tag="export.make", objects_of__thing=request.id).count() == 2
    again = client.get(reverse("request_letter", args=[request.number]))
    assert again.content == letter.content


def test_a_cell_that_a_spreadsheet_would_compute_is_neutralised(walk, as_) -> None:
    request = walk.drafted()
    for line in request.lines.filter(left_out=""):
        asked = line.asked
        asked["observation"]["destination"] = '=HYPERLINK("http://evil.example")'
        asked["observation"]["protocol"] = "\t@SUM(1)"
        line.asked = asked
        line.save()
    table = as_("investigator").get(reverse("request_table", args=[request.number])).content.decode()
    for row in csv.DictReader(io.StringIO(table)):
        assert row["destination"].startswith("'=")
        assert row["protocol"].startswith("'\t@")


def test_a_childs_own_observation_is_printed_nowhere(walk, as_, childs_own) -> None:
    client = as_("investigator")
    lead = childs_own.referral.lead
    client.post(reverse("request_new"), {"lead": str(lead.pk), "carrier": "lagoon"})
    request = LegalRequest.objects.get()
    text = page(client, request.number)
    assert "reported child" in text
    table = client.get(reverse("request_table", args=[request.number])).content.decode()
    for printed in (text, table, client.get(reverse("requests")).content.decode()):
        assert CHILDS_ADDRESS not in printed


def test_hostile_words_of_a_carrier_stay_words(walk, as_) -> None:
    request = walk.served()
    evil = "<script>alert(1)</script>"
    data = f"start,end,address,port_from,port_to,subscriber\n2026-03-01T00:00:00Z,,192.0.2.9,,,{evil}\n"
    walk.receive_bytes(request, data.encode(), f"{evil}.csv")
    text = page(as_("investigator"), request.number)
    assert "&lt;script&gt;alert(1)" in text
    assert evil not in text


def test_no_page_grows_with_its_rows(walk, as_, django_assert_num_queries, monkeypatch) -> None:
    """One line and its verdict, or all of a carrier: the same number of queries."""
    monkeypatch.setattr(printing, "KEPT_S", 3600.0)
    client = as_("investigator")
    small = walk.resolved("lagoon", of="utc_five_hours_off")
    large = walk.resolved("monsoon")
    assert (small.lines.count(), large.lines.count() > 3) == (1, True)
    client.get(reverse("request", args=[small.number]))
    for request in (small, large):
        keys.forget()
        with django_assert_num_queries(PAGE):
            client.get(reverse("request", args=[request.number]))
    with django_assert_num_queries(BOARD):
        client.get(reverse("requests"))
    walk.drafted("atoll", of="eleven_subscribers")
    walk.served("lagoon")
    with django_assert_num_queries(BOARD):
        client.get(reverse("requests"))


def test_a_carrier_is_asked_from_the_list(walk, as_) -> None:
    client = as_("duty")
    going = Observation.objects.filter(carrier="monsoon", at__isnull=False)
    assert going.exists()
    text = client.get(reverse("requests")).content.decode()
    assert "Monsoon Net" in text
    client.post(reverse("request_new"), {"carrier": "monsoon", "within": "336"})
    assert LegalRequest.objects.get().carrier == "monsoon"
    assert LegalRequest.objects.get().number in client.get(reverse("requests")).content.decode()


def test_nothing_to_ask_is_said_where_the_button_was(walk, as_) -> None:
    client = as_("duty")
    response = client.post(
        reverse("request_new"), {"carrier": "nobody"}, HTTP_REFERER="http://testserver" + reverse("requests")
    )
    assert response.headers["Location"].endswith(reverse("requests"))
    assert "no such carrier" in client.get(reverse("requests")).content.decode()


def test_what_is_clear_is_one_line_and_what_is_not_stands_open(walk, as_) -> None:
    """A link to one line opens its card, whatever it says."""
    client = as_("investigator")
    clear = walk.resolved("lagoon", of="utc_five_hours_off")
    text = page(client, clear.number)
    line = re.search(r'<article class="of-unique[a-z_]*" id="verdict-([^"]+)"><details class="card">', text)
    assert line
    assert '<span class="chip subscriber">' in text[text.index(line[0]) :].partition("</summary>")[0]
    wanted = client.get(reverse("request", args=[clear.number]), {"verdict": line[1]}).content.decode()
    assert f'id="verdict-{line[1]}"><details class="card" open>' in wanted
    several = walk.resolved("atoll", of="eleven_subscribers")
    assert re.search(
        r'class="of-(ambiguous|port_missing)" id="[^"]+"><details class="card" open>',
        page(client, several.number),
    )
