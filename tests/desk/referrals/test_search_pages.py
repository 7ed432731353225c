"""Search: what is found, what is not, and that a hidden hit looks like no hit at all."""

import json
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from faru.desk import clock
from faru.desk.journal.models import Entry
from faru.desk.journal.recording import opened
from faru.desk.referrals.models import Interrupt, Referral, ReportedChild
from faru.desk.referrals.queries import search as queries
from faru.desk.referrals.reads import decoded
from faru.desk.vault.index import token

NOBODY = "no-such-value-anywhere"


@pytest.fixture
def blackmail(desk):
    return Referral.objects.get(number=desk.world.stories["blackmail"][0])


def _ask(client, value):
    return client.post("/search/", {"q": value})


def _bare(response) -> str:
    """A page without what differs between any two requests."""
    return re.sub(r'(value="[A-Za-z0-9]{64}"|"X-CSRFToken": "\w+")', "", response.content.decode())


def test_each_kind_of_value_is_found_whatever_its_form(desk, as_, blackmail) -> None:
    read = decoded([blackmail], with_children=False)[blackmail.pk]
    client = as_("duty")
    values = [
        (f"  {blackmail.number} ", "Sender&#x27;s number"),
        (read.observations[0].address, "Address"),
        ("MARINA.K413", "Account"),
        ("Marina.K413@post.example", "E-mail address"),
        ("009997648187", "Phone number"),
        ("764-8187", "Phone number"),
    ]
    for value, group in values:
        page = _ask(client, value).content.decode()
        assert f"<h2>{group}</h2>" in page, value
        assert f"/referrals/{blackmail.pk}/" in page, value
        assert blackmail.lead.number in page


def test_a_childs_values_are_never_found(desk, as_) -> None:
    client = as_("duty")
    asked = 0
    for child in ReportedChild.objects.all():
        known = child.body["child"]
        for value in [*known["names"], *(one["value"] for one in known["accounts"])]:
            page = _ask(client, value).content.decode()
            assert f"/referrals/{child.referral_id}/" not in page, value
            asked += 1
    assert asked > 3


def test_a_hidden_hit_is_like_no_hit(desk, as_, blackmail) -> None:
    officer = desk.people["investigator"]
    client = as_("investigator")
    assert "Nothing found" not in _ask(client, blackmail.number).content.decode()
    Interrupt.objects.create(
        kind="conflict_of_interest",
        lead=blackmail.lead,
        subject_id=blackmail.subject_id,
        raised_at=clock.now(),
        why="Related.",
        concerns=officer,
    )
    nothing = NOBODY.ljust(len(blackmail.number))[: len(blackmail.number)]
    with CaptureQueriesContext(connection) as hidden:
        there = _ask(client, blackmail.number)
    with CaptureQueriesContext(connection) as absent:
        none = _ask(client, nothing)
    assert len(hidden) == len(absent)
    shapes = [[re.sub(r"s\d+_x\d+", "", one["sql"])[:60] for one in ran] for ran in (hidden, absent)]
    assert shapes[0] == shapes[1]
    assert _bare(there).replace(blackmail.number, "") == _bare(none).replace(nothing, "")
    lead = _ask(client, blackmail.lead.number)
    assert lead.status_code == 200
    assert "Nothing found" in lead.content.decode()


def test_a_leads_own_number_opens_it(desk, as_, blackmail) -> None:
    number = blackmail.lead.number
    assert _ask(as_("duty"), f" {number.lower()} ").headers["Location"] == f"/leads/{number}/"


def test_each_search_is_in_the_ledger_and_never_in_an_address(desk, as_) -> None:
    response = _ask(as_("duty"), "Somebody  Unheard")
    entry = Entry.objects.order_by("-id")[0]
    assert entry.tag == "search.run"
    assert "Somebody" not in response.request["QUERY_STRING"]
    assert _ask(as_("duty"), "L-2026-0001").headers["Location"] == "/leads/L-2026-0001/"


def test_the_ledger_keeps_a_digest_of_what_was_asked_and_never_the_words(desk, as_, blackmail) -> None:
    for query in ("Somebody  Unheard", "somebody unheard", "Somebody Else", blackmail.number):
        _ask(as_("duty"), query)
    rows = list(Entry.objects.filter(tag="search.run").order_by("id"))
    payloads = opened([row.id for row in rows])
    told = [json.loads(payloads[str(row.id)][1]) for row in rows]
    assert [list(one) for one in told] == [["found", "kinds", "query"]] * 4
    assert [one["found"] for one in told] == [False, False, False, True]
    assert told[0]["query"] == told[1]["query"] == token("query", "somebody unheard").hex()
    assert len({one["query"] for one in told}) == 3
    assert told[0]["kinds"] == ["account", "email", "name", "number"]


@pytest.mark.parametrize("who", ["auditor", "administrator", "outsider", "prosecutor"])
def test_who_may_not_search_is_refused_and_it_is_told(desk, as_, who) -> None:
    if desk.people[who].may("search.run"):
        assert "Nothing found" in _ask(as_(who), "231015057").content.decode()
        return
    assert as_(who).get("/search/").status_code == 403
    assert _ask(as_(who), "231015057").status_code == 403
    assert Entry.objects.order_by("-id")[0].tag == "act.deny"


@pytest.mark.parametrize(
    "query", ["<script>alert(1)</script>", "\u202eevil", "x" * 300, "' OR 1=1 --", "‮" * 9, "%00", "%", "_"]
)
def test_hostile_queries_find_nothing_and_break_nothing(desk, as_, query) -> None:
    response = _ask(as_("duty"), query)
    assert response.status_code == 200
    assert "<script>alert" not in response.content.decode()


@pytest.mark.parametrize("query", ["", "   ", "y" * 301, "a\x00b"])
def test_what_is_no_query_is_said_at_the_field(desk, as_, query) -> None:
    before = Entry.objects.filter(tag="search.run").count()
    page = _ask(as_("duty"), query).content.decode()
    assert "Please mend this first" in page
    assert Entry.objects.filter(tag="search.run").count() == before


def test_the_page_does_not_grow_with_the_hits(desk, as_, django_assert_max_num_queries) -> None:
    client = as_("duty")
    _ask(client, "warm")
    with django_assert_max_num_queries(14):
        _ask(client, "Lagoon")
    with django_assert_max_num_queries(14):
        _ask(client, "231015057")


def test_another_app_adds_what_it_has(desk, as_, monkeypatch) -> None:
    hit = queries.Hit(kind="Case", label="C-2026-0001", url="/cases/")
    monkeypatch.setattr(queries, "PROVIDERS", [lambda viewer, tokens: [hit] if tokens else []])
    monkeypatch.setattr(queries, "JUMPS", [lambda viewer, number: "/x/" if number == "C-2026-0001" else None])
    assert "<h2>Case</h2>" in _ask(as_("duty"), "ali reef").content.decode()
    assert _ask(as_("duty"), "c-2026-0001").headers["Location"] == "/x/"
