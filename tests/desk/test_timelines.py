"""What happened, as pages tell it: what was done, in words, page by page; never who looked."""

import re

from faru.desk.journal.acting import note
from faru.desk.journal.models import Entry
from faru.desk.journal.queries import READS, entry_id, in_words, timeline
from faru.desk.referrals import actions
from faru.ledger.tags import Action


def test_who_looked_stays_in_the_ledger_and_fills_no_timeline(desk, as_) -> None:
    lead = desk.lead()
    client = as_("duty")
    for _again in range(3):
        client.get(f"/leads/{lead.number}/")
        client.get(f"/referrals/{lead.referrals.first().pk}/")
    client.post("/search/", {"q": lead.number})
    rows = timeline([lead.id], limit=500).rows
    assert {row.tag for row in rows} & {tag.value for tag in READS} == set()
    assert Entry.objects.filter(tag="lead.read", objects_of__thing=lead.id).count() == 3


def test_every_row_is_a_sentence_and_never_a_tag(desk, as_) -> None:
    lead = desk.lead()
    note(desk.people["duty"], Action.EXPORT_MAKE, lead.id)  # an entry that brought no sentence
    html = as_("duty").get(f"/leads/{lead.number}/").content.decode()
    assert "Export: make." in html
    assert re.search(r"<bdi>[a-z]+\.[a-z_]+</bdi>", html) is None
    assert all(in_words(tag.value).endswith(".") for tag in Action)
    assert in_words("lead.let_go") == "Lead: let go."


def test_older_entries_are_a_link_away_and_none_is_left_out(desk, as_) -> None:
    lead, duty = desk.lead(), desk.people["duty"]
    for _again in range(20):
        lead.refresh_from_db()
        actions.claim_lead(actor=duty, lead=lead)
        actions.undo(actor=duty, lead=lead)
    whole = [row.id for row in timeline([lead.id], limit=500).rows]
    found, before = [], None
    while True:
        got = timeline([lead.id], limit=7, before=before)
        found += [row.id for row in got.rows]
        before = got.older
        if before is None:
            break
    assert found == whole
    client = as_("duty")
    first = client.get(f"/leads/{lead.number}/")
    older = first.context["page"].told.older
    assert f'href="?told={older}#happened"' in first.content.decode()
    second = client.get(f"/leads/{lead.number}/?told={older}").context["page"].told
    assert [row.id for row in second.rows] == whole[30:60]


def test_an_address_that_names_no_entry_begins_at_the_newest(desk, as_) -> None:
    assert entry_id("'; drop table") is None
    lead = desk.lead()
    assert as_("duty").get(f"/leads/{lead.number}/?told=%00x").status_code == 200
