"""The cast."""

from tests.people import cast as cast
