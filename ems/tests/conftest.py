"""People, and a copy of the project."""

from launcher.tests.conftest import _place, desk
from tests.people import cast

__all__ = ["_place", "cast", "desk"]
