"""A whole case walked over the web, and what came of it."""

import io
import json
import zipfile

import pytest
from tests.desk.cases.walk import Walk

from faru.desk import unit
from faru.desk.cases.models import Case
from faru.desk.journal.models import Entry
from faru.desk.referrals.models import LeadState, ReportedChild
from faru.desk.referrals.opening import reveal_child
from faru.dossier.verify import verify_bytes


def members_of(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name.partition("/")[2]: archive.read(name) for name in archive.namelist()}


@pytest.mark.django_db(transaction=True)
def test_a_case_from_its_lead_to_its_closing(walk: Walk) -> None:
    walk.open().staff()
    child = ReportedChild.objects.filter(referral__lead=walk.lead)[0]
    reveal_child(actor=walk.people["duty"], child=child, reason="safety", words="has to be found")
    walk.to_attribution()
    walk.to_referral()
    assert walk.client("prosecutor").get(f"/cases/{walk.number}/").status_code == 404
    made = walk.to_prosecutor()
    assert made.valid, made.checks
    page = walk.client("prosecutor").get(f"/cases/{walk.number}/")
    assert page.status_code == 200
    data = walk.client("prosecutor").get(f"/cases/{walk.number}/dossiers/{made.pk}/").content
    assert verify_bytes(data, "dossier", unit.current().signer().public).valid
    _nothing_of_a_child(data)
    walk.to_closed()
    closed = Case.objects.get(number=walk.number)
    assert (closed.stage, closed.outcome) == ("closure", "charged")
    assert closed.closed_at is not None
    walk.lead.refresh_from_db()
    assert walk.lead.state == LeadState.CLOSED


def _nothing_of_a_child(data: bytes) -> None:
    inside = members_of(data)
    names = {
        part
        for one in ReportedChild.objects.all()
        for part in one.body["child"]["names"]
        if len(part.split()) > 1
    }
    assert names
    texts = b"\n".join(inside.values()).decode("utf-8", "replace")
    assert [name for name in names if name in texts] == []
    cited = {
        json.loads(one["entry"] if isinstance(one["entry"], str) else json.dumps(one["entry"]))["action"]
        for one in json.loads(inside["data/ledger/excerpt.json"])["entries"]
    }
    assert cited
    assert {"child.reveal", "case.read", "lead.read", "case.note", "act.refuse"} & cited == set()
    assert {"case.open", "step.do", "signoff.give", "case.advance"} <= cited
    assert Entry.objects.filter(tag="child.reveal").exists()
