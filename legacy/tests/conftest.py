"""An import of the damaged database, once for all tests that only look at it."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django.test import override_settings

from core.integrations import transaction_guard, upstreams
from launcher.launch import UPSTREAMS
from legacy.files import OldFiles
from legacy.models import LegacyRow, LegacyRun
from legacy.reading import CHUNK
from legacy.report import collect
from legacy.running import Progress, begin, run_import
from legacy.source import open_source
from legacy.tests.damage import damaged
from legacy.tests.old_database import OldDatabase
from legacy.world import Choices, World, read_world


@dataclass
class Here:
    """What an old database became."""

    old: OldDatabase
    run: LegacyRun
    world: World

    def row(self, defect: str) -> LegacyRow:
        """What became of the row in which this damage was planted."""
        table, key = self.old.planted[defect]
        return LegacyRow.objects.get(table=table, source_id=key)

    def report(self) -> dict[str, Any]:
        """The report of the run."""
        return collect(self.run, self.world)


def take_over(
    old: OldDatabase, *, since_last: bool = False, chunk: int = CHUNK, **choices: bool
) -> Here:
    """Import it, as the command does."""
    with open_source(old.address) as source:
        run = begin(source, since_last=since_last)
        world = read_world(Choices(**choices), OldFiles(old.files))
        progress = Progress(lambda _line: None, run, at_start=run.read)
        run_import(source, run, world, progress, chunk=chunk)
    return Here(old, run, world)


@pytest.fixture(scope="module")
def here(
    django_db_setup: None,
    django_db_blocker: Any,
    _running_sandbox: Any,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Here]:
    """The damaged database, taken over; undone after the module."""
    places = {name: _running_sandbox.urls[part] for name, part in UPSTREAMS.items()}
    with (
        pytest.MonkeyPatch.context() as patch,
        django_db_blocker.unblock(),
        override_settings(**places),
        transaction.atomic(),
    ):
        patch.setattr(transaction_guard, "refuse_in_transaction", lambda _name: None)
        _running_sandbox.reset()
        upstreams.reset()
        yield take_over(damaged(tmp_path_factory.mktemp("old")))
        upstreams.reset()
        transaction.set_rollback(True)


@pytest.fixture
def old_folder(tmp_path: Path) -> Path:
    """Where an old database of a test lies."""
    return tmp_path
