"""What goes past triggers on UPDATE and DELETE is refused, too.

SQLite's ``INSERT OR REPLACE`` removes a row without its delete trigger, PostgreSQL's ``TRUNCATE``
without its row triggers. What 0002 says of rebuilt tables holds here as well.
"""

from django.db import migrations

SQLITE = [
    "CREATE TRIGGER ledger_event_no_replace BEFORE INSERT ON ledger_event "
    "WHEN EXISTS (SELECT 1 FROM ledger_event WHERE id = NEW.id OR "
    "(record_type = NEW.record_type AND record_id = NEW.record_id AND seq = NEW.seq)) "
    "BEGIN SELECT RAISE(ABORT, 'events are append-only'); END",
]
POSTGRES = [
    "CREATE TRIGGER ledger_event_no_truncate BEFORE TRUNCATE ON ledger_event "
    "FOR EACH STATEMENT EXECUTE FUNCTION ledger_event_refuse()",
]
DO = {"sqlite": SQLITE, "postgresql": POSTGRES}
UNDO = {
    "sqlite": ["DROP TRIGGER IF EXISTS ledger_event_no_replace"],
    "postgresql": ["DROP TRIGGER IF EXISTS ledger_event_no_truncate ON ledger_event"],
}


def forwards(apps, schema_editor):
    for statement in DO[schema_editor.connection.vendor]:
        schema_editor.execute(statement)


def backwards(apps, schema_editor):
    for statement in UNDO[schema_editor.connection.vendor]:
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("ledger", "0003_names")]
    operations = [migrations.RunPython(forwards, backwards)]
