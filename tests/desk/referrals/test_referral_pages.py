"""A referral's page: all that was reported, what opens with a reason, and what stays shut."""

import json

import pytest

from faru.desk import clock
from faru.desk.journal.models import Entry
from faru.desk.journal.recording import opened
from faru.desk.referrals.models import Interrupt, Referral, ReportedChild
from faru.desk.referrals.reading import read_received
from faru.desk.referrals.reads import decoded
from faru.desk.referrals.receiving import receive_file

SCRIPT = "<script>alert('x')</script>"
CHILD = "Mizaffaroo"
"""A name that nobody else in the world has."""


@pytest.fixture
def blackmail(desk):
    return Referral.objects.get(number=desk.world.stories["blackmail"][0])


def _alert(desk, **changes) -> bytes:
    """The planted alert, again, with other values."""
    path = next(one for one in desk.world.alerts.rglob("231015057*"))
    told = json.loads(path.read_text(encoding="utf-8"))
    told |= changes
    return json.dumps(told).encode()


def _take(desk, name: str, data: bytes) -> list[Referral]:
    system = desk.people["system"]
    file = receive_file(actor=system, name=name, data=data)
    read_received(file, system)
    return list(Referral.objects.filter(file=file))


def _with_child(desk, name: str, number: str = "231999001") -> Referral:
    told = json.loads(_alert(desk, reportId=number))
    child = told["reportedInformation"]["intendedRecipients"]["intendedRecipients"][0]
    child["firstName"] = name
    contents = told["reportedInformation"]["incidentDetails"]["emailIncident"][0]["contents"]
    contents[1]["value"] = f"{name} please"
    return _take(desk, f"{number}.json", json.dumps(told).encode())[0]


def _url(row: Referral, *more: object) -> str:
    return "/".join(["/referrals", str(row.pk), *map(str, more)]) + "/"


def _page(client, row: Referral) -> str:
    response = client.get(_url(row))
    assert response.status_code == 200
    return response.content.decode().replace("<wbr>", "")


def test_many_addresses_stand_on_pages(desk, as_) -> None:
    told = json.loads(_alert(desk, reportId="231999777"))
    capture = {"captureType": "IP Address", "dateTime": "2026-03-01T09:05:11Z", "eventName": "LOGIN"}
    person = {
        "espUserId": "u-many",
        "sourceInformation": {
            "sourceCaptures": [
                {**capture, "value": f"198.51.100.{seen}", "port": "40211"} for seen in range(120)
            ]
        },
    }
    told["reportedInformation"]["reportedPeople"] = {"reportedPersons": [person]}
    row = _take(desk, "many.json", json.dumps(told).encode())[0]
    count = row.observations.count()
    assert count >= 120
    client = as_("duty")

    def shown(asked: str) -> tuple[str, int]:
        page = client.get(_url(row) + asked).content.decode().replace("<wbr>", "")
        assert "Addresses seen" in page
        return page, page.count('class="where-it-stands"')

    page, rows = shown("")
    assert rows == 50
    assert f'>1–50</bdi> of <bdi dir="ltr">{count}' in page
    assert ("?seen=50#seen" in page, "Those before" in page) == (True, False)
    page, rows = shown("?seen=50")
    assert (rows, ">51–100</bdi>" in page, "?seen=0#seen" in page) == (50, True, True)
    for asked in ("?seen=999999", f"?seen={count - 50}"):
        page, rows = shown(asked)
        assert (rows, f"–{count}</bdi>" in page, "The next ones" in page) == (50, True, False)
    for asked in ("?seen=-1", "?seen=x", "?seen=٣"):
        assert ">1–50</bdi>" in shown(asked)[0]


def test_every_value_stands_with_its_place(desk, as_, blackmail) -> None:
    page = _page(as_("duty"), blackmail)
    for value in ("marina.k413", "192.0.2.165", "30105", "until thursday", "Enticement of a child online"):
        assert value in page, value
    for place in (
        "$.reportedInformation.incidentSummary.incidentDateTime",
        "$.reportedInformation.reportedPeople.reportedPersons[0].emails.emails[0].value",
        "….port",
    ):
        assert place in page, place
    assert "<mark>you have until thursday</mark>" in page  # two rules' words share one
    assert page.count("not reported") > 4
    assert blackmail.sha256[:8] in page
    assert blackmail.file.sha256[:8] in page


def test_that_it_was_read_stands_in_the_ledger(desk, as_, blackmail) -> None:
    _page(as_("duty"), blackmail)
    entry = Entry.objects.order_by("-id")[0]
    assert (entry.tag, entry.actor) == ("referral.read", desk.people["duty"].id.hex)
    assert {one.thing for one in entry.objects_of.all()} == {blackmail.pk, blackmail.lead_id}


@pytest.mark.parametrize("who", ["auditor", "administrator", "outsider", "prosecutor", "evidence"])
def test_who_may_not_see_it_is_told_that_it_is_not_there(desk, as_, blackmail, who) -> None:
    client, child = as_(who), blackmail.children.get()
    assert client.get(_url(blackmail)).status_code == 404
    for address in (_url(blackmail, "raw"), _url(blackmail, "letter"), _url(blackmail, "children", child.pk)):
        assert client.post(address, {"reason": "safety"}).status_code == 404
    assert not Entry.objects.filter(tag__in=["child.reveal", "raw.open"]).exists()


def test_a_conflict_of_interest_hides_it(desk, as_, blackmail) -> None:
    Interrupt.objects.create(
        kind="conflict_of_interest",
        lead=blackmail.lead,
        subject_id=blackmail.subject_id,
        raised_at=clock.now(),
        why="Related.",
        concerns=desk.people["duty"],
    )
    assert as_("duty").get(_url(blackmail)).status_code == 404


def test_a_childs_name_is_in_no_page_until_it_is_opened(desk, as_) -> None:
    row = _with_child(desk, CHILD)
    child, client = row.children.get(), as_("duty")
    pages = [
        _url(row),
        "/intake/",
        "/search/",
        "/leads/",
        f"/leads/{row.lead.number}/",
        *(_url(one) for one in Referral.objects.exclude(pk=row.pk)),
    ]
    for url in pages:
        assert CHILD not in client.get(url).content.decode(), url
    assert "Child A please" in _page(client, row)

    refused = client.post(_url(row, "children", child.pk), {"reason": "", "words": "to find <her>"})
    assert refused.status_code == 422
    assert CHILD not in refused.content.decode()
    assert "to find &lt;her&gt;</textarea>" in refused.content.decode()  # what was typed is not lost
    assert CHILD not in client.get("/today/").content.decode()

    shown = client.post(_url(row, "children", child.pk), {"reason": "safety", "words": "to be found"})
    assert CHILD in shown.content.decode()
    assert shown.headers["Cache-Control"] == "no-store"
    entry = Entry.objects.filter(tag="child.reveal").order_by("-id")[0]
    told = json.loads(opened([entry.id])[str(entry.id)][1])
    assert told["reason"] == "safety"
    assert CHILD not in json.dumps(told)
    for url in pages:
        assert CHILD not in client.get(url).content.decode(), url


def test_the_owner_of_the_lead_is_told(desk, as_) -> None:
    from faru.desk.referrals import actions

    row = _with_child(desk, CHILD)
    actions.claim_lead(actor=desk.people["investigator"], lead=row.lead)
    shown = as_("duty").post(_url(row, "children", row.children.get().pk), {"reason": "safety"})
    assert "Hassan Shoal" in shown.content.decode()
    row.lead.refresh_from_db()
    assert row.lead.news_at is not None


def test_a_child_of_another_referral_is_not_there(desk, as_, blackmail) -> None:
    other = ReportedChild.objects.exclude(referral=blackmail)[0]
    assert as_("duty").post(_url(blackmail, "children", other.pk), {"reason": "safety"}).status_code == 404


def test_its_bytes_are_saved_and_never_shown(desk, as_, blackmail) -> None:
    client = as_("duty")
    assert client.post(_url(blackmail, "raw"), {"reason": "curious"}).status_code == 422
    response = client.post(_url(blackmail, "raw"), {"reason": "check_reading"})
    assert response.headers["Content-Type"] == "application/octet-stream"
    assert response.headers["Content-Disposition"].startswith("attachment;")
    import hashlib

    assert hashlib.sha256(response.content).hexdigest() == blackmail.sha256
    assert client.post(_url(blackmail, "letter"), {"reason": "check_reading"}).status_code == 422


def test_reloading_what_was_opened_leads_back_to_the_referral(desk, as_) -> None:
    """Another language, a reload, a pasted address: never an empty page, and nothing is opened."""
    row = _with_child(desk, CHILD)
    client = as_("duty")
    for url in (_url(row, "raw"), _url(row, "letter"), _url(row, "children", row.children.get().pk)):
        response = client.get(url)
        assert (response.status_code, response["Location"]) == (302, _url(row))
    assert not Entry.objects.filter(tag__in=["child.reveal", "raw.open"]).exists()


def test_versions_say_what_differs_and_arrivals_are_counted(desk, as_) -> None:
    older = Referral.objects.get(number="231014281", current=False)
    newer = Referral.objects.get(number="231014281", current=True)
    page = _page(as_("duty"), older)
    assert "This is an older version." in page
    assert f'href="{_url(newer)}"' in page
    page = _page(as_("duty"), newer)
    assert "Other versions" in page
    assert "This is an older version." not in page


def test_near_duplicates_and_links_are_shown_with_their_reason(desk, as_, blackmail) -> None:
    again = _take(desk, "again.json", _alert(desk, reportId="231999002"))[0]
    page = _page(as_("duty"), again)
    assert "Both name" in page
    assert f'href="{_url(blackmail)}"' in page
    assert "joins" in page


def test_what_is_probably_the_same_event_is_shown_and_not_merged(desk, as_) -> None:
    for row in Referral.objects.filter(format="cybertip_json"):
        read = decoded([row], with_children=False)[row.pk]
        paths = list(desk.world.alerts.rglob(f"{row.number}.json"))
        if paths and read.files and read.accounts and row.incident_at:
            break
    told = json.loads(paths[0].read_text(encoding="utf-8")) | {"reportId": "231999005"}
    twin = _take(desk, "twin.json", json.dumps(told).encode())[0]
    page = _page(as_("duty"), twin)
    assert "Probably the same event" in page
    assert f'href="{_url(row)}"' in page.split("Probably the same event")[1]


def test_hostile_values_stay_words(desk, as_) -> None:
    told = json.loads(_alert(desk, reportId="231999003"))
    person = told["reportedInformation"]["reportedPeople"]["reportedPersons"][0]
    person["firstName"] = SCRIPT
    person["lastName"] = "\u202egnp.exe"
    person["screenName"] = {"value": "n" * 4000}
    told["reportedInformation"]["incidentDetails"]["emailIncident"][0]["contents"][0]["value"] = SCRIPT * 50
    told["<b>strange</b>"] = SCRIPT
    row = _take(desk, f"{SCRIPT}.json", json.dumps(told).encode())[0]
    page = _page(as_("duty"), row)
    assert "<script>alert" not in page
    assert "<b>strange" not in page
    assert "\u202e" not in page
    assert "n" * 4000 in page


def test_the_page_does_not_grow_with_what_it_shows(desk, as_, django_assert_max_num_queries) -> None:
    told = json.loads(_alert(desk, reportId="231999004"))
    person = told["reportedInformation"]["reportedPeople"]["reportedPersons"][0]
    captures = person["sourceInformation"]["sourceCaptures"]
    person["sourceInformation"]["sourceCaptures"] = captures * 300
    recipients = told["reportedInformation"]["intendedRecipients"]["intendedRecipients"]
    told["reportedInformation"]["intendedRecipients"]["intendedRecipients"] = recipients * 12
    large = _take(desk, "large.json", json.dumps(told).encode())[0]
    assert large.children.count() >= 12
    client, small = as_("duty"), Referral.objects.get(number="231015437")
    _page(client, small)
    with django_assert_max_num_queries(22):
        _page(client, small)
    with django_assert_max_num_queries(22):
        assert ">1–50</bdi> of" in _page(client, large)
