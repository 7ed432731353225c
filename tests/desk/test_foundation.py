"""The ground: entries with their change, guards that hold, sealing that verifies, values that do not move."""

import subprocess
import sys
from uuid import UUID

import pytest
from django.db import connection
from tests.desk.stored import everything_stored

from faru.desk import unit
from faru.desk.journal.acting import Denied
from faru.desk.journal.models import Entry, Leaf, Pending
from faru.desk.journal.sealing import seal_now
from faru.desk.referrals import actions
from faru.desk.referrals.models import Lead, LeadState, Referral, ReportedChild
from faru.desk.vault.crypto import VaultFault
from faru.desk.vault.models import DataKey


def test_a_claim_is_one_entry_about_the_lead(desk) -> None:
    lead = desk.lead()
    before = Entry.objects.count()
    actions.claim_lead(actor=desk.people["duty"], lead=lead)
    new = Entry.objects.order_by("-id")[0]
    assert Entry.objects.count() == before + 1
    assert (new.tag, new.actor, new.role) == ("lead.claim", desk.people["duty"].id.hex, "intake")
    assert new.objects_of.get().thing == lead.id


def test_refused_permission_changes_nothing_and_is_told(desk) -> None:
    lead = desk.lead()
    with pytest.raises(Denied):
        actions.claim_lead(actor=desk.people["auditor"], lead=lead)
    assert Lead.objects.get(pk=lead.pk).state == LeadState.NEW
    assert Entry.objects.order_by("-id")[0].tag == "act.deny"


def test_everything_is_sealed_and_verifies_from_the_files_alone(desk) -> None:
    seal_now()
    assert Pending.objects.count() == 0
    assert Leaf.objects.count() == Entry.objects.count()
    done = subprocess.run(
        [sys.executable, "-m", "faru.ledger.verify", str(unit.current().ledger)],
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_sealed_value_moved_to_another_row_does_not_open(desk) -> None:
    one, other = Referral.objects.order_by("id")[:2]
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE referrals_referral SET body = other.body FROM referrals_referral AS other"
            " WHERE other.id = %s AND referrals_referral.id = %s",
            [one.id.hex, other.id.hex],
        )
    with pytest.raises(VaultFault):
        _ = Referral.objects.get(pk=other.pk).body


def test_a_lost_key_loses_its_subject_and_no_more(desk) -> None:
    from faru.desk.vault import keys

    one, other = Referral.objects.order_by("id")[:2]
    DataKey.objects.filter(subject=one.subject_id).delete()
    keys.forget()
    with pytest.raises(VaultFault):
        _ = Referral.objects.get(pk=one.pk).body
    assert Referral.objects.get(pk=other.pk).body["sender"]


def test_no_value_of_a_child_lies_in_the_database_in_clear(desk) -> None:
    names = {
        part
        for child in ReportedChild.objects.all()
        for part in child.body["child"]["names"]
        if len(part) > 3
    }
    assert names
    dump = everything_stored()
    assert len(dump) > 100_000
    assert [name for name in names if name in dump] == []


def test_ids_say_their_time(people) -> None:
    assert UUID(str(people["duty"].id)).version == 7


def test_a_cleared_conflict_lets_the_officer_back_in_while_another_interrupt_is_open(desk) -> None:
    from faru.desk.referrals import interrupts

    duty, supervisor, commander = (desk.people[who] for who in ("duty", "supervisor", "commander"))
    lead = desk.lead(interrupts=None)
    raised = interrupts.raise_interrupt(
        actor=supervisor, lead=lead, kind="officer_conflict_of_interest", why="Kin.", concerns=duty
    )
    assert not Lead.objects.visible_to(duty).filter(pk=lead.pk).exists()
    interrupts.raise_interrupt(actor=supervisor, lead=lead, kind="missing_child", why="Told by telephone.")
    interrupts.clear_interrupt(actor=commander, interrupt=raised, stated={"reason": "Not kin after all."})
    assert Lead.objects.visible_to(duty).filter(pk=lead.pk).exists()


def test_a_fault_in_the_middle_changes_nothing_and_is_told(desk, monkeypatch) -> None:
    lead = desk.lead()
    monkeypatch.setattr(Lead, "band_shown", property(lambda self: 1 / 0))
    with pytest.raises(ZeroDivisionError):
        actions.claim_lead(actor=desk.people["duty"], lead=lead)
    assert Lead.objects.get(pk=lead.pk).state == LeadState.NEW
    assert Entry.objects.order_by("-id")[0].tag == "act.fail"
