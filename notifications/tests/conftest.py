"""The cast of the changes' tests."""

from engineering.tests.conftest import admin, agus, budi, change, hendi, ratna, rina

__all__ = ["admin", "agus", "budi", "change", "hendi", "ratna", "rina"]
