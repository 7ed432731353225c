"""The ground: entries with their change, guards that hold, sealing that verifies, values that do not move."""

import subprocess
import sys
from uuid import UUID

import pytest
from django.db import IntegrityError, connection, transaction

from faru.desk import unit
from faru.desk.journal.acting import Denied
from faru.desk.journal.guards import install_guards, missing_guards
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


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE journal_entry SET role = 'other'",
        "DELETE FROM journal_leaf",
        "DELETE FROM journal_payload",
        "INSERT OR REPLACE INTO journal_entry SELECT * FROM journal_entry LIMIT 1",
        "INSERT OR REPLACE INTO journal_checkpoint SELECT * FROM journal_checkpoint LIMIT 1",
        (
            'INSERT OR REPLACE INTO journal_leaf ("index", entry_id, leaf_hash)'
            " SELECT 999999, entry_id, leaf_hash FROM journal_leaf LIMIT 1"
        ),
        (
            "INSERT OR REPLACE INTO journal_payload (rowid, id, subject_id, content)"
            " SELECT rowid, hex(randomblob(16)), subject_id, x'00' FROM journal_payload LIMIT 1"
        ),
        (
            "INSERT OR REPLACE INTO journal_entry (rowid, id, at, tag, actor, role, body)"
            " SELECT rowid, hex(randomblob(16)), at, tag, actor, role, x'00' FROM journal_entry LIMIT 1"
        ),
        (
            "INSERT OR REPLACE INTO journal_checkpoint (rowid, size, at, note)"
            " SELECT rowid, 999999, at, '' FROM journal_checkpoint LIMIT 1"
        ),
    ],
)
def test_the_database_refuses_to_change_the_ledger(desk, statement: str) -> None:
    seal_now()
    with (
        pytest.raises(IntegrityError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)


def test_a_guard_of_the_right_name_that_guards_nothing_is_missing(transactional_db) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DROP TRIGGER journal_leaf_no_delete")
        cursor.execute(
            "CREATE TRIGGER journal_leaf_no_delete BEFORE DELETE ON journal_leaf WHEN 0 BEGIN SELECT 1; END"
        )
    assert missing_guards() == ["journal_leaf_no_delete"]
    install_guards()
    assert missing_guards() == []


def test_guards_survive_a_rebuilt_table(transactional_db) -> None:
    from django.core.management import call_command

    from faru.desk.journal.models import Payload

    with connection.schema_editor() as editor:
        editor._remake_table(Payload)
    assert missing_guards() != []
    call_command("migrate", verbosity=0)
    assert missing_guards() == []


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
    with connection.cursor() as cursor:
        dump = "\n".join(str(row) for row in connection.connection.iterdump())
        cursor.execute("SELECT 1")
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
