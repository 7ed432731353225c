"""Dossiers: built in the background, sound, free of children's names, and sent only as the policy says."""

import io
import json
import zipfile

import pytest
from tests.desk.cases.walk import Walk, pdf, whole_name
from tests.desk.requests.conftest import Walk as Asking

from faru.desk import unit
from faru.desk.cases import casefile, dossiers
from faru.desk.cases.models import Case, Dossier
from faru.desk.journal.acting import Denied, Refused, note
from faru.desk.referrals.actions import close_lead
from faru.desk.referrals.models import Lead, LeadState, ReportedChild
from faru.desk.vault import files
from faru.desk.work.models import Job
from faru.dossier.verify import verify_bytes
from faru.ledger.tags import Action

pytestmark = pytest.mark.django_db(transaction=True)


def payloads(data: bytes) -> list[dict]:
    """What the excerpt of a dossier's ledger lays open."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        name = next(one for one in archive.namelist() if one.endswith("ledger/excerpt.json"))
        excerpt = json.loads(archive.read(name))
    return list(excerpt["entries"])


def child_of(walk: Walk) -> str:
    """The whole name of the lead's reported child."""
    found = ReportedChild.objects.filter(referral__lead=walk.lead)
    return next(name for child in found if (name := whole_name(child)))


def ready(walk: Walk) -> Walk:
    walk.to_attribution()
    return walk


def test_it_verifies_and_is_encrypted_on_the_disk(opened: Walk) -> None:
    made = ready(opened).build()
    assert (made.valid, made.number) == (True, 1)
    assert Job.objects.get(kind="dossier").state == "done"
    data = dossiers.open_dossier(viewer=opened.people["supervisor"], dossier=made)
    assert verify_bytes(data, "it", unit.current().signer().public).valid
    kept = files.path_of(unit.current().dossiers, made.id).read_bytes()
    assert b"PK\x03\x04" not in kept
    again = opened.build()
    assert (again.number, again.checkpoint > made.checkpoint) == (2, True)


def test_a_childs_name_in_a_step_stays_out_and_the_dossier_is_built_all_the_same(opened: Walk) -> None:
    name = child_of(opened)
    opened.step("duty", "register", sender=name, received="2026-03-03")
    opened.did("investigator", "notes/", text=f"{name} was seen at school")
    opened.did("investigator", "people/", kind="witness", name=f"mother of {name}")
    made = opened.build()
    assert made.valid
    data = dossiers.open_dossier(viewer=opened.people["supervisor"], dossier=made)
    assert name.encode() not in data


def test_an_entry_that_names_a_child_is_cited_and_stays_shut(opened: Walk) -> None:
    name = child_of(opened)
    user = opened.people["duty"]
    note(user, Action.LEAD_WAIT, opened.lead.id, sentence="The lead waits.", words=f"{name} is away")
    made = opened.build()
    assert made.valid
    data = dossiers.open_dossier(viewer=opened.people["supervisor"], dossier=made)
    assert name.encode() not in data
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        chronology = next(one for one in archive.namelist() if one.endswith("chronology.csv"))
        assert b"The lead waits." not in archive.read(chronology)
    shut = [one for one in payloads(data) if one.get("payload") is None]
    assert len(shut) == 1


def test_an_entry_of_another_lead_does_not_travel(opened: Walk) -> None:
    other = Lead.objects.filter(state=LeadState.NEW).exclude(pk=opened.lead.pk).filter(interrupts=None)[0]
    close_lead(actor=opened.people["supervisor"], lead=other, reason="not_here", words="elsewhere")
    made = opened.build()
    data = dossiers.open_dossier(viewer=opened.people["supervisor"], dossier=made)
    assert str(other.id) not in json.dumps(payloads(data))
    assert Action.CHILD_REVEAL not in casefile.CITED
    assert not [tag for tag in casefile.CITED if tag.value.endswith((".read", ".deny", ".refuse", ".reveal"))
                and tag is not Action.REQUEST_REFUSE]  # fmt: skip


def test_it_is_sent_once_a_signed_record_carries_it(opened: Walk) -> None:
    opened.to_attribution()
    opened.to_referral()
    opened.step("investigator", "evidence_checklist", offence="invented 1", evidence="complete")
    made = opened.build()
    with pytest.raises(Refused, match="carries this dossier"):
        dossiers.send_dossier(actor=opened.people["supervisor"], dossier=made)
    opened.step("investigator", "file_to_pgo", dossier=str(made.pk))
    with pytest.raises(Refused, match="carries this dossier"):
        dossiers.send_dossier(actor=opened.people["investigator"], dossier=made)
    assert Case.objects.get(pk=opened.case.pk).sent_at is None
    address = f"/cases/{opened.number}/dossiers/{made.pk}/"
    assert opened.client("prosecutor").get(address).status_code == 404
    done = opened.case.steps.get(step="file_to_pgo")
    opened.did("supervisor", f"records/{done.pk}/sign/")
    opened.did("supervisor", f"dossiers/{made.pk}/send/")
    with pytest.raises(Refused, match="sent already"):
        dossiers.send_dossier(actor=opened.people["supervisor"], dossier=made)
    assert opened.client("prosecutor").get(address).status_code == 200
    newer = opened.build()
    assert opened.client("prosecutor").get(f"/cases/{opened.number}/dossiers/{newer.pk}/").status_code == 404
    opened.move("outcome")
    needs = opened.post("prosecutor", "outcome/", outcome="charged", reason="the evidence holds")
    assert needs.context["form"].errors["charges"]
    opened.did("prosecutor", "outcome/", outcome="returned", reason="see below", lacking="one answer")
    assert opened.case.outcome == "returned"
    page = opened.client("victim_worker").get(f"/cases/{opened.number}/").content.decode()
    assert page.index("The child was told, before anybody else.") < page.index("A court orders the carrier")


def test_who_may_build_and_who_may_not(opened: Walk) -> None:
    for who in ("duty", "victim_worker", "evidence", "liaison"):
        with pytest.raises(Denied):
            dossiers.build_dossier(actor=opened.people[who], case=opened.case)
    opened.did("investigator", "dossiers/")
    twice = opened.client("investigator").post(f"/cases/{opened.number}/dossiers/", follow=True)
    assert "is being built" in twice.content.decode()
    assert Dossier.objects.count() == 0


def test_a_document_is_carried_by_its_hash(opened: Walk) -> None:
    opened.to_attribution()
    opened.step("investigator", "preservation_request", to="a carrier")
    opened.step("investigator", "court_order", sign="supervisor", document=pdf())
    data = dossiers.open_dossier(viewer=opened.people["supervisor"], dossier=opened.build())
    sha256 = opened.case.documents.get().versions.get().sha256
    assert sha256 in json.dumps(payloads(data))


def test_it_tells_what_was_asked_and_what_the_records_prove_of_its_own_lead_alone(desk, as_) -> None:
    request = Asking(desk).resolved("lagoon")
    asked = list(
        Lead.objects.filter(
            referrals__observations__verdicts__request=request, state=LeadState.NEW
        ).distinct()
    )
    assert len(asked) > 1
    walk = Walk(as_, desk.people, asked[0]).open().staff()
    made = walk.build()
    assert made.valid, made.checks
    data = dossiers.open_dossier(viewer=desk.people["supervisor"], dossier=made)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        tables = {
            name.rpartition("/")[2]: archive.read(name).decode()
            for name in archive.namelist()
            if name.endswith(".csv")
        }
    assert request.number in tables["requests.csv"]
    lines = request.lines.filter(left_out="", observation__referral__lead=asked[0])
    others = request.lines.filter(left_out="").exclude(observation__referral__lead=asked[0])
    proved = "".join(tables.values())
    assert all(line.line_id in proved for line in lines)
    assert [line.line_id for line in others if line.line_id in proved] == []
