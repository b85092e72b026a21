"""Events can be added, never changed or removed: the database refuses it.

SQLite drops triggers when it rebuilds a table: a later migration that alters ledger_event
must run this one's statements again.
"""

from django.db import migrations

SQLITE = [
    "CREATE TRIGGER ledger_event_no_update BEFORE UPDATE ON ledger_event "
    "BEGIN SELECT RAISE(ABORT, 'events are append-only'); END",
    "CREATE TRIGGER ledger_event_no_delete BEFORE DELETE ON ledger_event "
    "BEGIN SELECT RAISE(ABORT, 'events are append-only'); END",
]
POSTGRES = """
CREATE FUNCTION ledger_event_refuse() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'events are append-only' USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER ledger_event_append_only BEFORE UPDATE OR DELETE ON ledger_event
FOR EACH ROW EXECUTE FUNCTION ledger_event_refuse();
"""
DO = {"sqlite": SQLITE, "postgresql": [POSTGRES]}
UNDO = {
    "sqlite": [
        "DROP TRIGGER IF EXISTS ledger_event_no_update",
        "DROP TRIGGER IF EXISTS ledger_event_no_delete",
    ],
    "postgresql": [
        "DROP TRIGGER IF EXISTS ledger_event_append_only ON ledger_event",
        "DROP FUNCTION IF EXISTS ledger_event_refuse()",
    ],
}


def forwards(apps, schema_editor):
    for statement in DO[schema_editor.connection.vendor]:
        schema_editor.execute(statement)


def backwards(apps, schema_editor):
    for statement in UNDO[schema_editor.connection.vendor]:
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("ledger", "0001_initial")]
    operations = [migrations.RunPython(forwards, backwards)]
