"""One import at a time, from the command or the page."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection

from core.errors import DomainError
from engineering.models import ChangeNotice
from legacy.alone import alone
from legacy.models import LegacyRow
from legacy.services import correct_row
from legacy.tests.conftest import take_over
from legacy.tests.damage import damaged
from legacy.tests.old_database import usual
from tests.people import Cast

pytestmark = [pytest.mark.django_db, pytest.mark.socket_in_transaction]


@contextmanager
def somebody_else() -> Iterator[None]:
    """Another process imports meanwhile; a thread has a connection of its own, too."""
    begun, end = threading.Event(), threading.Event()

    def work() -> None:
        try:
            with alone():
                begun.set()
                end.wait(30)
        finally:
            connection.close()

    thread = threading.Thread(target=work)
    thread.start()
    assert begun.wait(10)
    try:
        yield
    finally:
        end.set()
        thread.join()


def test_the_command_says_that_another_runs(cast: Cast, old_folder: Path) -> None:
    old, said = usual(old_folder), StringIO()
    with somebody_else(), pytest.raises(SystemExit) as ended:
        call_command("import_legacy", old.address, stdout=said, stderr=said)
    assert ended.value.code == 2
    assert "sedang berjalan" in said.getvalue()
    assert not ChangeNotice.objects.exists()
    with pytest.raises(SystemExit) as ended:
        call_command("import_legacy", old.address, stdout=said, stderr=said)
    assert ended.value.code == 0


def test_nothing_is_corrected_meanwhile(
    cast: Cast, old_folder: Path, settings: Any
) -> None:
    old = damaged(old_folder)
    here = take_over(old)
    settings.LEGACY_DATABASE_URL = old.address
    row = here.row("role_unknown")
    with somebody_else(), pytest.raises(DomainError, match="sedang berjalan"):
        correct_row(row_id=row.pk, typed={"Role": "pic"}, by=cast.admin)
    correct_row(row_id=row.pk, typed={"Role": "pic"}, by=cast.admin)
    assert not LegacyRow.objects.filter(pk=row.pk).exists()


def test_who_ends_lets_go(cast: Cast) -> None:
    for _again in range(3):
        with alone():
            pass
    with pytest.raises(RuntimeError), alone():
        raise RuntimeError
    with alone():
        pass
