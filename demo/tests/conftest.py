"""People."""

from tests.people import cast

__all__ = ["cast"]
