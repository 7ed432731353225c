"""The one box finds a case by a person's name and by its number, for those who may see the case."""

import pytest

from faru.desk.cases import actions, people
from faru.desk.referrals.actions import claim_lead


@pytest.fixture
def case(desk):
    claim_lead(actor=desk.people["investigator"], lead=(lead := desk.lead()))
    case = actions.open_case(actor=desk.people["investigator"], lead=lead)
    people.add_person(
        actor=desk.people["investigator"], case=case, kind="suspect", details={"name": "Yoosuf Invented"}
    )
    return case


@pytest.mark.parametrize("query", ["yoosuf  INVENTED", "Yoosuf Invented"])
def test_a_persons_name_finds_the_case(case, as_, query: str) -> None:
    assert case.number in as_("investigator").post("/search/", {"q": query}).content.decode()


def test_whoever_may_not_see_the_case_sees_what_nobody_reported_shows(case, as_) -> None:
    client = as_("second")
    hidden = client.post("/search/", {"q": "Yoosuf Invented"}).content.decode()
    nothing = client.post("/search/", {"q": "Nobody Invented"}).content.decode()
    assert case.number not in hidden
    assert hidden.replace("Yoosuf", "Nobody").count("\n") == nothing.count("\n")
    assert "Nothing found" in hidden


def test_its_number_opens_it(case, as_) -> None:
    opened = as_("investigator").post("/search/", {"q": case.number.lower()})
    assert opened.headers["Location"].endswith(f"/cases/{case.number}/")
    assert as_("second").post("/search/", {"q": case.number}).status_code == 200
