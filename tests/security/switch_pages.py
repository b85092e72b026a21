"""Who may open the pages of the switch: administrators."""

from django.utils import timezone

from legacy.models import LegacyRow, LegacyRun
from tests.contract.paths import ADMIN
from tests.security.page import Page

HOME = "/setup/switch/"
RUN, ROW = f"{HOME}runs/<int:pk>/", f"{HOME}rows/<int:pk>/"
ONE_RUN, ONE_ROW = f"{HOME}runs/{{switchRunId}}/", f"{HOME}rows/{{oldRowId}}/"
SWITCH = {
    HOME: Page(HOME, ADMIN),
    # No old database is set: the refusal changes nothing.
    f"{HOME}start/": Page(f"{HOME}start/", None, ADMIN, {"what": "dry"}, leaves=True),
    f"{HOME}progress/": Page(f"{HOME}progress/", ADMIN),
    RUN: Page(ONE_RUN, ADMIN),
    f"{RUN}excel/": Page(f"{ONE_RUN}excel/", ADMIN),
    f"{RUN}json/": Page(f"{ONE_RUN}json/", ADMIN),
    f"{HOME}rows/": Page(f"{HOME}rows/", ADMIN),
    ROW: Page(ONE_ROW, ADMIN, ADMIN, {"Role": "pic"}, leaves=True),
    f"{ROW}leave-out/": Page(f"{ONE_ROW}leave-out/", None, ADMIN, {"reason": "keluar"}),
    f"{ROW}keep/": Page(f"{ONE_ROW}keep/", None, ADMIN, {"reason": "EMS benar"}),
}


def old_rows() -> dict[str, int]:
    """A run of the switch with its report, and a row of the old system that waits for a person."""
    now = timezone.now()
    run = LegacyRun.objects.create(
        kind="import", started_at=now, finished_at=now, result={"read": 1}
    )
    row = LegacyRow.objects.create(
        table="UserRoles",
        source_id=8,
        outcome=LegacyRow.Outcome.QUARANTINED,
        is_conflict=True,
        raw={"Id": 8, "UserId": 8, "Role": "kepala"},
    )
    return {"switchRunId": run.pk, "oldRowId": row.pk}
