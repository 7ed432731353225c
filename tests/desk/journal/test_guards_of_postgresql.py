"""Triggers and rights of PostgreSQL: neither the desk's role nor the owner changes the ledger."""

import pytest
from django.core.management import call_command
from django.db import IntegrityError, ProgrammingError, connection, transaction

from faru.desk import roles
from faru.desk.databases import as_owner
from faru.desk.journal import checking
from faru.desk.journal.guards import TABLES, install_guards, missing_guards
from faru.desk.journal.models import Entry
from faru.desk.journal.sealing import seal_now

CHANGES = (
    "UPDATE journal_entry SET role = 'other'",
    "DELETE FROM journal_leaf",
    "DELETE FROM journal_payload",
    "TRUNCATE journal_checkpoint CASCADE",
    "TRUNCATE journal_entryobject",
    (
        "INSERT INTO journal_checkpoint SELECT * FROM journal_checkpoint"
        " ON CONFLICT (size) DO UPDATE SET note = 'other'"
    ),
)


def run(statement: str) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.mark.django_db(transaction=True)
def test_nobody_changes_the_ledger(desk) -> None:
    seal_now()
    for statement in CHANGES:
        with pytest.raises(ProgrammingError, match="permission denied"):
            run(statement)
        with as_owner(), pytest.raises(IntegrityError, match="append-only"):
            run(statement)


@pytest.mark.parametrize(
    "tampering",
    [
        "DROP TRIGGER journal_leaf_no_row ON journal_leaf",
        "ALTER TABLE journal_leaf DISABLE TRIGGER journal_leaf_no_row",
        "ALTER TABLE journal_leaf ENABLE TRIGGER journal_leaf_no_row",  # a replica's session goes past it
        (
            "DROP TRIGGER journal_leaf_no_row ON journal_leaf; CREATE TRIGGER journal_leaf_no_row"
            " BEFORE UPDATE ON journal_leaf FOR EACH ROW EXECUTE FUNCTION faru_append_only()"
        ),
        (
            "DROP TRIGGER journal_leaf_no_row ON journal_leaf; CREATE TRIGGER journal_leaf_no_row"
            " BEFORE DELETE OR UPDATE ON journal_leaf FOR EACH ROW WHEN (false)"
            " EXECUTE FUNCTION faru_append_only()"
        ),
    ],
)
def test_a_guard_that_is_not_what_it_was_is_missing(transactional_db, tampering: str) -> None:
    with as_owner():
        run(tampering)
    assert missing_guards() == ["journal_leaf_no_row"]
    with as_owner():
        install_guards()
    assert missing_guards() == []


def test_a_function_that_lets_everything_pass_is_every_guard_missing(people, transactional_db) -> None:
    from faru.desk.accounts.system import system
    from faru.desk.journal.acting import note
    from faru.ledger.tags import Action

    note(system(), Action.UNIT_INIT, sentence="So that there is a ledger.")
    with as_owner():
        run(
            "CREATE OR REPLACE FUNCTION faru_append_only() RETURNS trigger LANGUAGE plpgsql"
            " AS $$BEGIN RETURN OLD; END$$"
        )
    assert len(missing_guards()) == 2 * len(TABLES)
    assert checking.put_up_guards() == 2 * len(TABLES)
    assert missing_guards() == []
    assert Entry.objects.order_by("-id")[0].tag == Action.LEDGER_GUARD.value


def test_the_desks_role_can_change_no_table(transactional_db) -> None:
    assert not roles.above_tables()
    for statement in (
        "CREATE TABLE other (id integer)",
        "ALTER TABLE referrals_lead ADD COLUMN other integer",
        "DROP TABLE referrals_lead CASCADE",
        "TRUNCATE referrals_lead CASCADE",
        "DROP TRIGGER journal_leaf_no_row ON journal_leaf",
        "ALTER TABLE journal_leaf DISABLE TRIGGER ALL",
        "CREATE OR REPLACE FUNCTION faru_append_only() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN END$$",
        "SET session_replication_role = 'replica'",
        "DELETE FROM django_migrations",
    ):
        with pytest.raises(ProgrammingError, match=r"permission denied|must be owner"):
            run(statement)


def test_an_owner_that_serves_is_told_so(transactional_db) -> None:
    with as_owner():
        assert roles.above_tables()


def test_guards_are_there_after_every_migrate(transactional_db) -> None:
    with as_owner():
        run("DROP TRIGGER journal_entry_no_truncate ON journal_entry")
        call_command("migrate", verbosity=0)
    assert missing_guards() == []
