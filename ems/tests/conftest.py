"""A desk to start real processes at."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from ems.tests.desk import Desk, copy_project
from tests.people import cast

__all__ = ["cast"]


@pytest.fixture(scope="session")
def _place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return copy_project(tmp_path_factory.mktemp("desk") / "project")


@pytest.fixture
def desk(_place: Path) -> Iterator[Desk]:
    """One copy for all tests: only the first start migrates and fills the database."""
    found = Desk(_place)
    yield found
    found.clear()
