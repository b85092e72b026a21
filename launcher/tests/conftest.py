"""A copy of the project, in which real processes are started."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from launcher.tests.project_copy import Desk, copy_project


@pytest.fixture(scope="session")
def _place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return copy_project(tmp_path_factory.mktemp("desk") / "project")


@pytest.fixture
def desk(_place: Path) -> Iterator[Desk]:
    """One copy for all tests: only the first start migrates and fills the database."""
    found = Desk(_place)
    yield found
    found.clear()
