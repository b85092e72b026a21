"""The world that the examples meet, and the switch that renews the golden answers."""

from collections.abc import Iterator

import pytest

from tests.contract.world import World, at_noon, make_world, reset_sequences
from tests.people import Cast


def pytest_addoption(parser: pytest.Parser) -> None:
    """``--update-golden``."""
    parser.addoption(
        "--update-golden",
        action="store_true",
        help="write the present answers as the golden ones",
    )


@pytest.fixture(autouse=True)
def _noon() -> Iterator[None]:
    with at_noon():
        yield


@pytest.fixture
def _first_ids(db: None) -> None:
    reset_sequences()


@pytest.fixture
def world(_noon: None, _first_ids: None, cast: Cast) -> World:
    """The small department."""
    return make_world(cast)
