"""The paths of changes and setup tables (docs/contract.md#changes)."""

from core.http.api import any_case
from engineering.api import changes, decisions, notes, pages, setup

CHANGES = "engineeringDetailProblems"

urlpatterns = [
    *any_case(CHANGES, changes.ChangesEndpoint, "changes"),
    *any_case(
        f"{CHANGES}/byPoId/<int:po_id>",
        changes.ChangesOfOrderEndpoint,
        "changes-of-order",
    ),
    *any_case(
        f"{CHANGES}/byMrId/<int:mr_id>",
        changes.ChangesOfRequestEndpoint,
        "changes-of-mr",
    ),
    *any_case(f"{CHANGES}/<int:pk>", changes.ChangeEndpoint, "change"),
    *any_case(f"{CHANGES}/<int:pk>/all", changes.ChangeAllEndpoint, "change-all"),
    *any_case(f"{CHANGES}/<int:pk>/photo", changes.PhotoEndpoint, "change-photo"),
    *any_case(
        f"{CHANGES}/<int:pk>/decision", decisions.DecisionEndpoint, "change-decision"
    ),
    *any_case(f"{CHANGES}/<int:pk>/return", decisions.ReturnEndpoint, "change-return"),
    *any_case(
        f"{CHANGES}/<int:pk>/forward", decisions.ChangeForwardEndpoint, "change-forward"
    ),
    *any_case(
        f"{CHANGES}/<int:pk>/receipt", decisions.ReceiptEndpoint, "change-receipt"
    ),
    *any_case("engineering-notes", notes.NotesEndpoint, "notes"),
    *any_case("engineering-notes/<int:pk>", notes.NoteEndpoint, "note"),
    *any_case(
        "api/ecn-page-detail-data/<int:pk>", pages.ChangePageEndpoint, "change-page"
    ),
    *any_case("engineerSupports", setup.EngineerSupportsEndpoint, "engineer-supports"),
    *any_case("supportDetails", setup.SupportDetailsEndpoint, "support-details"),
    *any_case(
        "outstandingPostPOs", setup.OutstandingPostPosEndpoint, "outstanding-post-pos"
    ),
    *any_case("donePOs", setup.DonePosEndpoint, "done-pos"),
    *any_case("configurations", setup.ConfigurationsEndpoint, "configurations"),
    *any_case("api/deptconfigs", setup.DepartmentsEndpoint, "deptconfigs"),
    *any_case("panelprocess", setup.PanelProcessesEndpoint, "panel-processes"),
    *any_case("panelprocess/<int:pk>", setup.PanelProcessEndpoint, "panel-process"),
]
