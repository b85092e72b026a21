"""The database role that serves (deploy/database) has no more rights than it needs."""

import pytest
from django.db import ProgrammingError, connection, transaction

from core.ledger.models import Event
from launcher.places import BASE

pytestmark = pytest.mark.django_db
GRANTS = (BASE / "deploy/database/grants.sql").read_text("utf-8")


def test_the_grants_take_the_history_out() -> None:
    assert "REVOKE UPDATE, DELETE ON ledger_event" in GRANTS


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has no roles")
def test_the_role_that_serves_cannot_change_the_history() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = 'ems_app'")
        if not cursor.fetchone():
            cursor.execute("CREATE ROLE ems_app")  # undone with the test
        cursor.execute(GRANTS)
        cursor.execute("SET LOCAL ROLE ems_app")
        cursor.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
        assert cursor.fetchone() == (False,)
        assert Event.objects.count() == 0
        for forbidden in (
            "UPDATE ledger_event SET action = ''",
            "DELETE FROM ledger_event",
            "TRUNCATE ledger_event",
            "ALTER TABLE ledger_event DISABLE TRIGGER USER",
            "DROP TABLE ledger_event",
            "INSERT INTO django_migrations (app, name, applied) VALUES ('a', 'b', now())",
        ):
            with pytest.raises(ProgrammingError), transaction.atomic():
                cursor.execute(forbidden)
