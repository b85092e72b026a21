"""A signed checkpoint finds what a chain alone cannot: a cut end, a history written anew."""

import gzip
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from core.accounts.models import User
from core.ledger.models import Event
from core.ledger.queries import first_breach
from core.ledger.services import record
from core.ledger.tasks import checkpoint_breach, write_checkpoint

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _place(settings: Any, tmp_path: Path) -> None:
    settings.CHECKPOINT_DIR = str(tmp_path)


def tell(by: User, count: int = 3) -> None:
    """So many events about one person."""
    with transaction.atomic():
        for place in range(count):
            record(by, f"test.{place}", by=by)


@pytest.fixture
def rina(db: None) -> User:
    """Somebody of whom there is a history."""
    user = User.objects.create_user("rina", ext_id=3)
    tell(user)
    return user


def without_trigger(sql: str) -> None:
    """What somebody with the keys of the database could do."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(
                "SELECT name FROM sqlite_master WHERE type='trigger' AND tbl_name='ledger_event'"
            )
            for (name,) in cursor.fetchall():
                cursor.execute(f'DROP TRIGGER "{name}"')
        else:
            cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(sql)


def test_it_is_written_once_per_news(rina: User, tmp_path: Path) -> None:
    assert write_checkpoint()
    assert write_checkpoint() == ""
    tell(rina)
    assert write_checkpoint()
    assert checkpoint_breach() is None
    call_command("ledger_verify", checkpoint=True)


def test_a_cut_end_is_found(rina: User) -> None:
    write_checkpoint()
    last = Event.objects.latest("id").pk
    without_trigger(f"DELETE FROM ledger_event WHERE id = {last}")  # noqa: S608
    assert first_breach() is None  # the chain itself is whole
    with pytest.raises(CommandError, match="missing or was rewritten"):
        call_command("ledger_verify", checkpoint=True)


def test_a_history_written_anew_is_found(rina: User) -> None:
    write_checkpoint()
    without_trigger("DELETE FROM ledger_event")
    tell(rina)
    assert first_breach() is None
    assert checkpoint_breach() is not None


def test_a_forged_or_broken_checkpoint_is_found(rina: User, tmp_path: Path) -> None:
    file = tmp_path / write_checkpoint()
    text = gzip.decompress(file.read_bytes())
    file.write_bytes(gzip.compress(text.replace(b"lastEvent", b"lastevent")))
    breach = checkpoint_breach()
    assert breach is not None
    assert "not signed" in breach.reason
    file.write_bytes(b"x")
    breach = checkpoint_breach()
    assert breach is not None
    assert "cannot be read" in breach.reason
