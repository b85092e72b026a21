"""The cast."""

from tests.people import cast  # noqa: F401  (a fixture)
