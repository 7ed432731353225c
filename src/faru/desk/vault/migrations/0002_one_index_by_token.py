"""The unique index of terms begins with the token: a second one doubled the price of every arrival.

The index alone is dropped: on SQLite `AlterField` would write the whole table anew, minutes at a million referrals.
"""

from django.db import migrations, models


def drop(apps, schema_editor):
    table = apps.get_model("vault", "Term")._meta.db_table
    connection = schema_editor.connection
    with connection.cursor() as cursor:
        found = connection.introspection.get_constraints(cursor, table)
    for name, one in found.items():
        if one["index"] and not one["unique"] and one["columns"] == ["token"]:
            schema_editor.execute(f"DROP INDEX {connection.ops.quote_name(name)}")


class Migration(migrations.Migration):
    dependencies = [("vault", "0001_initial")]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.AlterField("term", "token", models.BinaryField(max_length=16)),
            ],
            database_operations=[migrations.RunPython(drop, migrations.RunPython.noop)],
        ),
    ]
