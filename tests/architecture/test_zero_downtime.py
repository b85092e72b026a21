"""Old and new code run together while one follows the other: a migration breaks nothing for the version before.

``released.txt`` names the last migration of each app of the last release; `python -m
tests.architecture.test_zero_downtime` writes it anew when one is made. What came after may add tables, columns with a
value for code that does not know them, indexes and rows. What takes away (a column, a table, a name) waits for
the release after the one whose code no longer needs it: name it in ``CONTRACTS``, with that release.
"""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import migrations, models
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.migration import Migration
from django.db.models.fields import NOT_PROVIDED

RELEASED = Path(__file__).with_name("released.txt")
# (app, migration): the release whose code no longer needs what it takes away.
CONTRACTS: dict[tuple[str, str], str] = {}
TAKES_AWAY = (
    migrations.RemoveField,
    migrations.DeleteModel,
    migrations.RenameField,
    migrations.RenameModel,
    migrations.AlterModelTable,
)
OURS = (
    "accounts",
    "activities",
    "aianalyzer",
    "approvals",
    "bom",
    "engineering",
    "ledger",
    "legacy",
    "lists",
    "notifications",
    "receipts",
    "service_accounts",
    "supportdocs",
    "talk",
    "workdays",
)


def graph() -> Any:
    return MigrationLoader(None).graph


def released() -> set[tuple[str, str]]:
    """Every migration that the last release had."""
    found: set[tuple[str, str]] = set()
    nodes = graph()
    for line in RELEASED.read_text(encoding="utf-8").split("\n"):
        if line.strip():
            app, name = line.split()
            found |= set(nodes.forwards_plan((app, name)))
    return found


def faults(migration: Migration) -> Iterator[str]:
    """What the version before could not live with."""
    for operation in migration.operations:
        for each in getattr(operation, "database_operations", None) or [operation]:
            if isinstance(each, TAKES_AWAY):
                yield f"{each.describe()}: the version before still reads it"
            if isinstance(each, migrations.AddField) and _is_demanding(each.field):
                yield f"{each.describe()}: the version before writes rows without it"


def _is_demanding(field: Any) -> bool:
    """A column that wants a value, and gives none to who does not know it."""
    has_value = field.null or field.db_default is not NOT_PROVIDED or field.many_to_many
    return not has_value


def test_what_came_after_the_release_breaks_nothing_for_it() -> None:
    known, nodes = released(), graph()
    fresh = [key for key in nodes.nodes if key[0] in OURS and key not in known]
    found = {
        key: list(faults(nodes.nodes[key])) for key in fresh if key not in CONTRACTS
    }
    assert {key: words for key, words in found.items() if words} == {}


def test_every_app_with_tables_is_looked_at() -> None:
    assert {app for app, _name in graph().leaf_nodes() if app in OURS} == set(OURS)


def migration_of(operation: Any) -> Migration:
    """A migration of one operation."""
    kind = type("Made", (Migration,), {"operations": [operation]})
    made: Migration = kind("0999_made", "engineering")
    return made


@pytest.mark.parametrize(
    "operation",
    [
        migrations.RemoveField("ChangeNotice", "remark"),
        migrations.DeleteModel("ChangeNotice"),
        migrations.RenameField("ChangeNotice", "remark", "note"),
        migrations.AddField("ChangeNotice", "colour", models.CharField(max_length=9)),
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.DeleteModel("ChangeNotice")]
        ),
    ],
)
def test_what_takes_away_is_seen(operation: Any) -> None:
    assert list(faults(migration_of(operation)))


@pytest.mark.parametrize(
    "operation",
    [
        migrations.AddField("ChangeNotice", "colour", models.CharField(null=True)),
        migrations.AddField(
            "ChangeNotice", "colour", models.CharField(max_length=9, db_default="")
        ),
        migrations.CreateModel(
            "Fresh", [("id", models.BigAutoField(primary_key=True))]
        ),
        migrations.RunPython(migrations.RunPython.noop),
    ],
)
def test_what_only_adds_is_let_through(operation: Any) -> None:
    assert not list(faults(migration_of(operation)))


def write() -> None:
    """Note today's migrations as those of a release."""
    leaves = sorted(node for node in graph().leaf_nodes() if node[0] in OURS)
    lines = (f"{app} {name}" for app, name in leaves)
    RELEASED.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ems.settings")
    import django

    django.setup()
    write()
