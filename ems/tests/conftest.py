"""People, and a copy of the project."""

from launcher.tests.conftest import _place, desk

__all__ = ["_place", "desk"]
