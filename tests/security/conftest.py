"""The cast for every test here."""

from tests.people import cast

__all__ = ["cast"]
