"""The areas in their order: what is named comes before what names it."""

from legacy.areas.activities import ACTIVITIES
from legacy.areas.area import Area
from legacy.areas.boms import BOMS
from legacy.areas.changes import CHANGES
from legacy.areas.documents import DOCUMENTS
from legacy.areas.notices import NOTICES
from legacy.areas.reports import REPORTS
from legacy.areas.setup import SETUP

AREAS: tuple[Area, ...] = (
    *SETUP,
    *DOCUMENTS,
    CHANGES,
    BOMS,
    ACTIVITIES,
    *REPORTS,
    NOTICES,
)
