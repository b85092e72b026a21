"""The areas in their order: what is named comes before what names it."""

from legacy.areas.area import Area
from legacy.areas.changes import CHANGES

AREAS: tuple[Area, ...] = (CHANGES,)
