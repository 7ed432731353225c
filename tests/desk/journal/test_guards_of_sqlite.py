"""Triggers of SQLite: nothing changes the ledger, and a guard that is not what it should be is seen."""

import pytest
from django.db import IntegrityError, connection, transaction

from faru.desk.journal.guards import install_guards, missing_guards
from faru.desk.journal.sealing import seal_now


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
