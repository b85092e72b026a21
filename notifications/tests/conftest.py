"""The cast of the changes' tests."""

from engineering.tests.conftest import change

__all__ = ["change"]
