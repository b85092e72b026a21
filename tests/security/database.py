"""Whether anything in the database has changed."""

import hashlib

from django.apps import apps
from django.db import connection

# Sessions tell who a person is, not what they may change.
# That somebody has opened a record is noted by looking at it.
# Bytes that were sent count against the day's quota, whatever became of them.
# That somebody called without a token is noted, so that it can be looked for.
LEFT_OUT = {
    "django_session",
    "django_migrations",
    "approvals_opening",
    "accounts_uploadday",
    "service_accounts_tokenlesscall",
}


def tables() -> list[str]:
    """Every table that a model of ours or of a library has."""
    names = {
        model._meta.db_table
        for model in apps.get_models(include_auto_created=True)
        if model._meta.managed
    }
    return sorted(names - LEFT_OUT)


def rows_written() -> int | None:
    """How many rows this connection wrote, also those that were rolled back; None: nobody counts."""
    if connection.vendor != "sqlite":
        return None
    return int(connection.connection.total_changes)


def is_changed(before: str, written: int | None) -> bool:
    """Whether the rows differ from the hash; they are not read where no row was written since."""
    if written is not None and rows_written() == written:
        return False
    return print_of_database() != before


def print_of_database() -> str:
    """A hash over every row of every table."""
    sha = hashlib.sha256()
    with connection.cursor() as cursor:
        for table in tables():
            cursor.execute(f'SELECT * FROM "{table}" ORDER BY 1')  # noqa: S608 - ours
            sha.update(f"{table}{cursor.fetchall()}".encode())
    return sha.hexdigest()
