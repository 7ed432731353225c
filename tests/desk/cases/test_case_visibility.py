"""Who sees which case: members, who sees all, the prosecutor what was sent; nobody one that recuses them."""

from datetime import timedelta
from uuid import uuid4

import pytest
from tests.desk.cases.walk import Walk

from faru.desk import clock
from faru.desk.cases import queries
from faru.desk.cases.models import Case, Clock, Person, PersonKind
from faru.desk.journal.models import Entry
from faru.desk.referrals.interrupts import raise_interrupt
from faru.desk.referrals.models import Lead

EVERYBODY = (
    "duty", "investigator", "second", "supervisor", "commander", "evidence", "victim_worker", "prosecutor",
    "liaison", "auditor", "administrator", "outsider",
)  # fmt: skip


def who_sees(walk: Walk) -> set[str]:
    address = f"/cases/{walk.number}/"
    return {who for who in EVERYBODY if walk.as_(who).get(address).status_code == 200}


def test_members_see_their_case_and_the_prosecutor_what_was_sent(walk: Walk) -> None:
    walk.open()
    assert who_sees(walk) == {"duty", "supervisor", "commander"}
    walk.staff()
    inside = {
        "duty",
        "supervisor",
        "commander",
        "investigator",
        "second",
        "evidence",
        "victim_worker",
        "liaison",
    }
    assert who_sees(walk) == inside
    Case.objects.update(sent_at=clock.now())
    assert who_sees(walk) == inside | {"prosecutor"}


def test_what_is_not_to_be_seen_is_not_there(opened: Walk) -> None:
    """404 for every address of the case, the same as for a case that does not exist."""
    something = uuid4()
    posts = ("move/", "dossiers/", "close/", "referrals/", f"records/{something}/sign/")
    gets = (
        "",
        "facts/",
        "events/",
        "people/",
        "documents/",
        "notes/",
        "staff/",
        "outcome/",
        "steps/register/",
    )
    for who in ("prosecutor", "auditor", "administrator", "outsider"):
        client = opened.as_(who)
        for number in (opened.number, "C-1999-0001"):
            answers = {client.get(f"/cases/{number}/{path}").status_code for path in gets}
            answers |= {client.post(f"/cases/{number}/{path}").status_code for path in posts}
            assert answers == {404}, (who, number)
    assert opened.case.stage == "intake"


def test_the_prosecutor_sees_no_papers_of_the_police(opened: Walk) -> None:
    opened.did("investigator", "notes/", text="a note of the police")
    opened.did("investigator", "people/", kind="suspect", name="Ahmed Example")
    opened.did("duty", "steps/register/", sender="a stated sender", received="2026-03-03")
    Case.objects.update(sent_at=clock.now())
    page = opened.as_("prosecutor").get(f"/cases/{opened.number}/").content.decode()
    for text in ("a note of the police", "Ahmed Example", "a stated sender", "Invented case"):
        assert text not in page
    for path in ("notes/", "people/", "documents/", "staff/", "facts/"):
        assert opened.as_("prosecutor").get(f"/cases/{opened.number}/{path}").status_code == 404


def test_a_recused_officer_does_not_see_the_case(opened: Walk) -> None:
    assert "investigator" in who_sees(opened)
    raise_interrupt(
        actor=opened.people["duty"],
        lead=Lead.objects.get(pk=opened.lead.pk),
        kind="officer_conflict_of_interest",
        why="a neighbour",
        concerns=opened.people["investigator"],
    )
    assert "investigator" not in who_sees(opened)
    assert "second" in who_sees(opened)
    assert queries.case_of(opened.people["investigator"], opened.case.pk) is None
    assert opened.number not in str(queries.deadlines(opened.people["investigator"], timedelta(days=30)))


def test_a_delegation_ends_by_itself(opened: Walk) -> None:
    member = opened.case.members.get(user=opened.people["liaison"])
    member.until = clock.now() - timedelta(seconds=1)
    member.save(update_fields=["until"])
    assert "liaison" not in who_sees(opened)


def test_the_auditor_sees_deadlines_without_names(opened: Walk) -> None:
    opened.did("investigator", "notes/", text="a note")
    page = opened.as_("auditor").get("/cases/").content.decode()
    assert opened.number in page
    assert "The alert is registered" in page
    for user in opened.people.values():
        if user not in (opened.people["auditor"], opened.people["system"]):
            assert user.display_name not in page
    assert "Invented case" not in page
    assert opened.as_("administrator").get("/cases/").status_code == 403
    assert opened.as_("outsider").get("/cases/").status_code == 403


def test_deadlines_name_owner_and_case_for_those_who_see_it(opened: Walk) -> None:
    found = queries.deadlines(opened.people["supervisor"])
    assert found
    assert {one.number for one in found} == {opened.number}
    assert opened.people["duty"].display_name in {one.owner for one in found}
    assert [one.due for one in found] == sorted(one.due for one in found)
    assert queries.deadlines(opened.people["prosecutor"]) == []
    assert queries.deadlines(opened.people["outsider"]) == []
    assert list(queries.mine(opened.people["investigator"])) == [opened.case]
    Case.objects.update(closed_at=clock.now())
    assert queries.deadlines(opened.people["supervisor"]) == []


def test_each_reading_of_a_case_is_in_the_ledger_first(opened: Walk) -> None:
    before = Entry.objects.filter(tag="case.read").count()
    opened.client("investigator").get(f"/cases/{opened.number}/")
    read = Entry.objects.filter(tag="case.read").latest("at")
    assert Entry.objects.filter(tag="case.read").count() == before + 1
    assert read.actor == opened.people["investigator"].id.hex


def test_no_page_names_a_reported_child(opened: Walk) -> None:
    child = Person.objects.filter(kind=PersonKind.CHILD, case=opened.case).exclude(child=None)[0].child
    names = [part for part in child.body["child"]["names"] if len(part) > 3]
    assert names
    for who in ("duty", "investigator", "supervisor", "victim_worker"):
        for path in ("/cases/", f"/cases/{opened.number}/"):
            page = opened.as_(who).get(path).content.decode()
            assert [name for name in names if name in page] == [], who


@pytest.mark.parametrize("show", ["mine", "all", "closed"])
def test_lists_ask_the_same_number_of_queries_however_many_cases(
    opened: Walk, desk, as_, show: str, django_assert_max_num_queries
) -> None:
    for _place in range(3):
        Walk(as_, desk.people, desk.lead(state="new")).open("supervisor")
    if show == "closed":
        Case.objects.update(closed_at=clock.now())
    client = opened.as_("supervisor")
    with django_assert_max_num_queries(14):
        response = client.get(f"/cases/?show={show}")
    assert response.content.decode().count('class="entry of-case"') == 4


def test_a_list_goes_on_where_it_stopped(opened: Walk, desk, as_, monkeypatch) -> None:
    numbers = [opened.number]
    for _place in range(4):
        numbers.append(Walk(as_, desk.people, desk.lead(state="new")).open("supervisor").number)
    monkeypatch.setattr(queries, "PAGE", 2)
    seen, before = [], ""
    while True:
        rows, before = queries.listed(desk.people["supervisor"], closed=False, only_mine=False, before=before)
        seen += [row.case.number for row in rows]
        if not before:
            break
    assert seen == list(reversed(numbers))


def test_a_case_asks_the_same_number_of_queries_however_much_is_in_it(
    opened: Walk, django_assert_max_num_queries
) -> None:
    opened.to_attribution()
    client = opened.client("supervisor")
    address = f"/cases/{opened.number}/"
    client.get(address)
    with django_assert_max_num_queries(44):
        client.get(address)
    for place in range(5):
        opened.did("investigator", "notes/", text=f"note {place}")
        opened.did("investigator", "people/", kind="witness", name=f"Witness {place}")
        opened.did("investigator", "events/", kind="door_visit", happened_at="2026-03-01T10:00")
        opened.did("investigator", "facts/", name="suspect_identified", value="yes")
    with django_assert_max_num_queries(44):
        client.get(address)
    assert Clock.objects.filter(case=opened.case).count() < 20
