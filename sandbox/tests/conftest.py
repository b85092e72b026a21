"""One sandbox for all tests, as new for each."""

from collections.abc import Iterator

import pytest

from sandbox.server import Sandbox


@pytest.fixture(scope="session")
def running() -> Iterator[Sandbox]:
    """Start the five servers once."""
    with Sandbox() as sandbox:
        yield sandbox


@pytest.fixture
def box(running: Sandbox) -> Iterator[Sandbox]:
    """Lend the sandbox in the state of a fresh start."""
    running.reset()
    yield running
    running.reset()
