"""Who may open the pages of the working calendar and of leave."""

from tests.contract.paths import ADMIN, STAFF, TABLES
from tests.security.page import Page

WORKING_DAY = {
    "weekday": "5",
    "starts": "08:00",
    "ends": "13:00",
    "break_starts": "12:00",
    "break_minutes": "0",
}
HOLIDAY = {"date": "2028-01-01", "name": "Tahun Baru", "kind": "national"}


def _of_calendar(slug: str, model: str, form: dict[str, str]) -> dict[str, Page]:
    """The pages of one table of the working calendar; its rows are those of the migration."""
    root = f"/setup/{slug}/"
    one = f"{root}{{{model}}}/"
    return {
        root: Page(root, ADMIN),
        f"{root}new/": Page(f"{root}new/", ADMIN, ADMIN, form),
        f"{root}<int:pk>/": Page(one, ADMIN, ADMIN, form),
        f"{root}<int:pk>/remove/": Page(f"{one}remove/", None, ADMIN),
    }


WORKDAYS = {
    "/setup/holidays/paste/": Page(
        "/setup/holidays/paste/",
        ADMIN,
        ADMIN,
        {"lines": "2028-01-01 Tahun Baru", "kind": "national", "save": "1"},
    ),
    **_of_calendar("working-days", "workdays/workingday", WORKING_DAY),
    **_of_calendar("holidays", "workdays/holiday", HOLIDAY),
    "/leave/": Page("/leave/", STAFF, STAFF, {"first": "2026-05-04"}),
    "/leave/<int:pk>/remove/": Page(
        "/leave/{leaveId}/remove/", None, TABLES | {"agus"}
    ),
}
