"""The paths of changes and setup tables (docs/contract.md#changes)."""

from core.http.api import given
from engineering.api import changes, pages, setup

CHANGES = "engineeringDetailProblems"

urlpatterns = [
    *given(CHANGES, changes.ChangesEndpoint, "changes"),
    *given(
        f"{CHANGES}/byPoId/<int:po_id>",
        changes.ChangesOfOrderEndpoint,
        "changes-of-order",
    ),
    *given(
        f"{CHANGES}/byMrId/<int:mr_id>",
        changes.ChangesOfRequestEndpoint,
        "changes-of-mr",
    ),
    *given(f"{CHANGES}/<int:pk>", changes.ChangeEndpoint, "change"),
    *given(f"{CHANGES}/<int:pk>/all", changes.ChangeAllEndpoint, "change-all"),
    *given(f"{CHANGES}/<int:pk>/photo", changes.PhotoEndpoint, "change-photo"),
    *given(f"{CHANGES}/<int:pk>/decision", changes.DecisionEndpoint, "change-decision"),
    *given("engineering-notes", changes.NotesEndpoint, "notes"),
    *given("engineering-notes/<int:pk>", changes.NoteEndpoint, "note"),
    *given(
        "api/ecn-page-detail-data/<int:pk>", pages.ChangePageEndpoint, "change-page"
    ),
    *given("engineerSupports", setup.EngineerSupportsEndpoint, "engineer-supports"),
    *given("supportDetails", setup.SupportDetailsEndpoint, "support-details"),
    *given(
        "outstandingPostPOs", setup.OutstandingPostPosEndpoint, "outstanding-post-pos"
    ),
    *given("donePOs", setup.DonePosEndpoint, "done-pos"),
    *given("configurations", setup.ConfigurationsEndpoint, "configurations"),
    *given("api/deptconfigs", setup.DepartmentsEndpoint, "deptconfigs"),
    *given("panelprocess", setup.PanelProcessesEndpoint, "panel-processes"),
    *given("panelprocess/<int:pk>", setup.PanelProcessEndpoint, "panel-process"),
]
