"""What stands beside the tables is still there after all migrations.

SQLite changes a table by making it anew, and the triggers of the old one are gone: text search finds
nothing, and append-only rows can be rewritten, without a word.
"""

import pytest
from django.db import connection
from django.db.migrations.loader import MigrationLoader

from core.db.search import CreateTextIndex, DropTextIndex

pytestmark = pytest.mark.django_db


def indexes() -> set[str]:
    """The names of the text indexes that the migrations make and do not drop."""
    operations = [
        operation
        for migration in MigrationLoader(connection).disk_migrations.values()
        for operation in migration.operations
    ]
    made = {each.index for each in operations if isinstance(each, CreateTextIndex)}
    return made - {
        each.made.index for each in operations if isinstance(each, DropTextIndex)
    }


def triggers() -> set[str]:
    """Those that the database has."""
    sql = {
        "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
        "postgresql": "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal",
    }[connection.vendor]
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return {name for (name,) in cursor.fetchall()}


def missing(present: set[str]) -> list[str]:
    """Triggers of the text indexes that are gone."""
    wanted = {
        f"{index}_{verb}"
        for index in indexes()
        for verb in ("insert", "update", "delete")
    }
    return sorted(wanted - present)


@pytest.mark.skipif(
    connection.vendor != "sqlite", reason="PostgreSQL has no triggers for it"
)
def test_every_text_index_still_has_its_triggers() -> None:
    assert len(indexes()) >= 2
    assert missing(triggers()) == []


def test_a_lost_trigger_is_seen() -> None:
    assert len(missing(set())) == 3 * len(indexes())


def test_events_are_still_append_only() -> None:
    assert [name for name in triggers() if "event" in name] != []
