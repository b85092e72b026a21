"""Who may open which page: the expected answers of the authorisation matrix (docs/threats.md#t25).

The API's expectations are those of ``tests/contract/paths.py``.
"""

from ems.setup_index import MOVED
from tests.contract.given import STEERERS
from tests.contract.paths import (
    ADMIN,
    BOSSES,
    DECIDERS,
    EDITORS,
    EVERYONE,
    HOOK,
    PICS,
    REMOVERS,
    STAFF,
    TABLES,
)
from tests.security.admin_pages import ADMIN_SITE, MODELS, NOBODY, OFFICE, of_model
from tests.security.approval_pages import APPROVALS
from tests.security.lists_pages import LISTS
from tests.security.machine_pages import MACHINES
from tests.security.page import Page
from tests.security.switch_pages import SWITCH
from tests.security.talk_pages import TALK
from tests.security.workdays_pages import WORKDAYS

FORM = {
    "kind": "0",
    "date": "2026-03-17",
    "engineering": "Ganti MCCB",
    "detail_problem": "Beban naik",
    "priority": "3",
    "items-TOTAL_FORMS": "0",
    "items-INITIAL_FORMS": "0",
}
NOTE = {"text": "Rel DIN 35 mm disepakati.", "kind": "2"}
SIGNED_BOM = {"status": "1", "revision": "1", "digest": "{bomDigest}"}
EDIT = FORM | {"engineering": "Ganti MCCB 250A ke 800A", "revision": "1"}
PORTAL = {
    "/": Page("/"),
    "/home/chart.json": Page("/home/chart.json"),
    "/home/<str:part>/": Page("/home/waiting/"),
    "/home/arrange/": Page("/home/arrange/", None, STAFF, {"do": "up:mine"}),
    "/inbox/": Page("/inbox/"),
    "/search/": Page("/search/?q=mccb"),
    "/manifest.webmanifest": Page("/manifest.webmanifest", EVERYONE),
    "/sw.js": Page("/sw.js", EVERYONE),
    "/offline/": Page("/offline/", EVERYONE),
    "/search/palette/": Page("/search/palette/?q=mccb"),
    "/figures/": Page("/figures/"),
    "/figures/edit/": Page("/figures/edit/", TABLES, TABLES, {"total_products": "7"}),
    "/help/": Page("/help/"),
    "/help/<slug:slug>/": Page("/help/changes/"),
    "/styleguide/": Page("/styleguide/", OFFICE),
    "/changes/": Page("/changes/"),
    "/changes/<int:pk>/planned/": Page("/changes/1/planned/"),
    "/changes/totals/": Page("/changes/totals/"),
    "/changes/excel/": Page("/changes/excel/"),
    "/changes/new/": Page("/changes/new/", STAFF, STAFF, FORM),
    "/changes/notes/": Page("/changes/notes/"),
    "/changes/notes/new/": Page("/changes/notes/new/", STAFF, STAFF, NOTE),
    "/changes/notes/<int:pk>/": Page("/changes/notes/{noteId}/"),
    "/changes/notes/<int:pk>/edit/": Page(
        "/changes/notes/{noteId}/edit/", EDITORS, EDITORS, NOTE
    ),
    "/changes/notes/<int:pk>/remove/": Page(
        "/changes/notes/{noteId}/remove/", None, EDITORS
    ),
    "/changes/notes/<int:pk>/file/": Page("/changes/notes/{noteId}/file/"),
    "/changes/pick/part/": Page("/changes/pick/part/?q=acb"),
    "/changes/pick/prices/": Page("/changes/pick/prices/?ids=1001"),
    "/changes/pick/<str:what>/": Page("/changes/pick/job/?q=lvmdp"),
    "/changes/<int:pk>/": Page("/changes/{id}/"),
    "/changes/<int:pk>/edit/": Page("/changes/{id}/edit/", EDITORS, EDITORS, EDIT),
    "/changes/<int:pk>/decide/": Page(
        "/changes/{id}/decide/",
        None,
        DECIDERS,
        {"status": "1", "revision": "1", "digest": "{digest}"},
    ),
    "/changes/<int:pk>/withdraw/": Page("/changes/{id}/withdraw/", None, EDITORS),
    "/changes/<int:pk>/attach/": Page(
        "/changes/{id}/attach/", None, EDITORS, {"files": "{file}"}
    ),
    "/changes/<int:pk>/files/<int:file_id>/": Page("/changes/{id}/files/{fileId}/"),
    "/changes/<int:pk>/files/<int:file_id>/remove/": Page(
        "/changes/{id}/files/{fileId}/remove/", None, EDITORS
    ),
    "/changes/<int:pk>/print/": Page("/changes/{id}/print/"),
    "/changes/<int:pk>/sheet/": Page("/changes/{id}/sheet/"),
    "/changes/<int:pk>/receipt/": Page("/changes/{decided}/receipt/"),
    "/changes/<int:pk>/receipt/file/": Page("/changes/{decided}/receipt/file/"),
    "/verify/<str:code>/": Page("/verify/{receiptCode}/", EVERYONE),
    "/accounts/login/": Page("/accounts/login/", EVERYONE, EVERYONE, leaves=True),
    "/accounts/logout/": Page("/accounts/logout/", None, EVERYONE, leaves=True),
    "/accounts/logout-everywhere/": Page("/accounts/logout-everywhere/", None, STAFF),
    "/accounts/theme/": Page("/accounts/theme/", None, EVERYONE, leaves=True),
    "/accounts/language/": Page("/accounts/language/", None, EVERYONE, leaves=True),
    "/notifications/": Page("/notifications/"),
    "/notifications/settings/": Page(
        "/notifications/settings/", STAFF, STAFF, {"tasks": "bell"}
    ),
    "/notifications/panel/": Page("/notifications/panel/"),
    "/notifications/bell/": Page("/notifications/bell/"),
    "/notifications/read/": Page("/notifications/read/", None, STAFF, leaves=True),
    "/notifications/<int:pk>/open/": Page(
        "/notifications/{noticeId}/open/", None, DECIDERS
    ),
    "/live/poll": Page("/live/poll"),
}
BOM = {
    "/bom/": Page("/bom/"),
    "/bom/totals/": Page("/bom/totals/"),
    "/bom/excel/": Page("/bom/excel/"),
    "/bom/new/": Page("/bom/new/", BOSSES, BOSSES, {"bom": "702", "people": "12"}),
    "/bom/<int:bom_id>/": Page("/bom/{bomId}/"),
    "/bom/<int:bom_id>/sheet/": Page("/bom/{bomId}/sheet/"),
    "/bom/<int:bom_id>/receipt/": Page("/bom/{bomId}/receipt/", status=409),
    "/bom/<int:bom_id>/receipt/file/": Page("/bom/{bomId}/receipt/file/", status=409),
    "/bom/<int:bom_id>/decide/": Page("/bom/{bomId}/decide/", None, PICS, SIGNED_BOM),
    "/bom/<int:bom_id>/invite/": Page(
        "/bom/{bomId}/invite/", None, BOSSES | ADMIN, {"people": "28"}
    ),
    # Not by hendi, who is a PIC of it (docs/threats.md#t08); nor may the only other PIC go, since hendi put it up.
    "/bom/<int:bom_id>/remove/": Page(
        "/bom/{bomId}/remove/",
        None,
        DECIDERS | ADMIN,
        {"person": "7", "reason": "pindah"},
    ),
    "/bom/<int:bom_id>/resend/": Page("/bom/{bomId}/resend/", None, STAFF, leaves=True),
    "/bom/<int:bom_id>/excel/": Page("/bom/{bomId}/excel/"),
    "/bom/<int:bom_id>/compare/": Page("/bom/{bomId}/compare/"),
    "/bom/<int:bom_id>/compare/excel/": Page("/bom/{bomId}/compare/excel/"),
}
REPORTS = {
    "/reports/": Page("/reports/"),
    "/reports/<slug:slug>/": Page("/reports/done/"),
    "/reports/<slug:slug>/excel/": Page("/reports/tasks/excel/"),
}
STEP = {
    "kind": "0",
    "is_active": "on",
    "steps-TOTAL_FORMS": "1",
    "steps-INITIAL_FORMS": "0",
    "steps-0-mode": "any",
    "steps-0-role": "spv",
}
ROW = {"panel_type": "LVMDP", "process_name": "Wiring", "minutes": "45"}
SETUP = {
    "/setup/": Page("/setup/", TABLES),
    "/setup/rules/": Page("/setup/rules/", ADMIN),
    "/setup/rules/new/": Page("/setup/rules/new/", ADMIN, ADMIN, STEP | {"kind": "2"}),
    "/setup/rules/words/": Page("/setup/rules/words/", None, ADMIN, STEP, leaves=True),
    "/setup/rules/waiting/": Page(
        "/setup/rules/waiting/", ADMIN, ADMIN, {}, leaves=True
    ),
    "/setup/rules/<int:pk>/": Page(
        "/setup/rules/{approvals/approvalrule}/", ADMIN, ADMIN, STEP
    ),
    "/setup/rules/<int:pk>/remove/": Page(
        "/setup/rules/{approvals/approvalrule}/remove/", None, ADMIN
    ),
    "/setup/nobody/": Page("/setup/nobody/", frozenset({"rina", "admin"})),
    "/setup/departments/": Page(
        "/setup/departments/", ADMIN, ADMIN, {"department": "5"}
    ),
    "/setup/capacities/": Page("/setup/capacities/", ADMIN, ADMIN, {"head": "25"}),
    # Addresses that the setup once had.
    **{f"/^setup/{slug}/": Page(f"/setup/{slug}/", EVERYONE) for slug in MOVED},
}
TABLE_FORMS = {
    "panel-processes": ("processId", ROW),
    "engineer-supports": ("supportId", {"engineer": "Agus"}),
    "support-details": ("detailId", {"no": "7"}),
    "outstanding-post-pos": ("outstandingId", {"customer": "Agus"}),
    "done-pos": ("doneId", {"job_category": "SLD"}),
}


def of_table(slug: str) -> dict[str, Page]:
    """The pages of one table that SPV and managers keep."""
    root, (row, form) = f"/setup/{slug}/", TABLE_FORMS[slug]
    one = root + "{" + row + "}/"
    return {
        root: Page(root, TABLES),
        f"{root}new/": Page(f"{root}new/", TABLES, TABLES, form),
        f"{root}<int:pk>/": Page(one, TABLES, TABLES, form),
        f"{root}<int:pk>/remove/": Page(f"{one}remove/", None, TABLES),
    }


ACTIVITY_FORM = {
    "description": "Panel LVMDP",
    "kind": "2",
    "customer": "PT Contoh",
    "tasks-TOTAL_FORMS": "1",
    "tasks-INITIAL_FORMS": "0",
    "tasks-0-description": "SLD",
    "tasks-0-people": "12",
    "tasks-0-hours": "6",
    "tasks-0-ORDER": "1",
}
PLANNERS = frozenset({"agus", "hendi", "rina", "admin"})
SIGNERS = frozenset({"agus", "hendi", "rina"})
ACTIVITIES = {
    "/activities/": Page("/activities/"),
    "/activities/overdue/": Page("/activities/overdue/"),
    "/activities/totals/": Page("/activities/totals/"),
    "/activities/excel/": Page("/activities/excel/"),
    "/activities/files/<int:pk>/": Page("/activities/files/{exportId}/", ADMIN),
    "/activities/files/<int:pk>/file/": Page(
        "/activities/files/{exportId}/file/", ADMIN
    ),
    "/activities/calendar/": Page("/activities/calendar/"),
    "/activities/gantt/": Page("/activities/gantt/"),
    "/activities/workload/": Page("/activities/workload/"),
    "/activities/workload/excel/": Page("/activities/workload/excel/"),
    "/activities/manpower/": Page("/activities/manpower/"),
    "/activities/new/": Page("/activities/new/", STAFF, STAFF, ACTIVITY_FORM),
    "/activities/pick/<str:what>/": Page("/activities/pick/inquiry/?q=a"),
    "/activities/<int:pk>/": Page("/activities/{activityId}/"),
    "/activities/<int:pk>/edit/": Page(
        "/activities/{activityId}/edit/", PLANNERS, PLANNERS, ACTIVITY_FORM
    ),
    "/activities/<int:pk>/remove/": Page(
        "/activities/{activityId}/remove/", None, TABLES
    ),
    "/activities/<int:pk>/resend/": Page(
        "/activities/{activityId}/resend/", None, STAFF, leaves=True
    ),
    "/activities/tasks/<int:pk>/": Page("/activities/tasks/{taskId}/"),
    "/activities/tasks/<int:pk>/sign/": Page(
        "/activities/tasks/{taskId}/sign/", None, SIGNERS, {"stage": "pic"}
    ),
    "/activities/tasks/<int:pk>/undo/": Page(
        "/activities/tasks/{signedTaskId}/undo/", None, SIGNERS, {"stage": "pic"}
    ),
    "/activities/tasks/<int:pk>/move/": Page(
        "/activities/tasks/{taskId}/move/",
        None,
        PLANNERS,
        {"starts": "2026-03-16", "ends": "2026-03-18"},
    ),
    "/activities/tasks/<int:pk>/late/": Page(
        "/activities/tasks/{taskId}/late/", None, PLANNERS, {"late_reason": "2"}
    ),
}
ANALYZER = {
    "/analyzer/": Page("/analyzer/"),
    "/analyzer/inquiries/<int:inquiry_id>/": Page("/analyzer/inquiries/301/"),
    "/analyzer/documents/": Page("/analyzer/documents/?stored-q=sld"),
    "/analyzer/from-document/<int:pk>/": Page(
        "/analyzer/from-document/{documentId}/", STAFF, STAFF, {"model": "offline"}
    ),
    "/analyzer/new/": Page("/analyzer/new/"),
    "/analyzer/start/": Page(
        "/analyzer/start/", None, STAFF, {"inquiry": "301", "of_inquiry": "1"}
    ),
    "/analyzer/compare/": Page(
        "/analyzer/compare/?pick={recordedId}&pick={generationId}"
    ),
    "/analyzer/answers/": Page("/analyzer/answers/"),
    "/analyzer/answers/<int:pk>/": Page("/analyzer/answers/{generationId}/"),
    "/analyzer/answers/<int:pk>/part/": Page("/analyzer/answers/{generationId}/part/"),
    "/analyzer/answers/<int:pk>/source/": Page(
        "/analyzer/answers/{generationId}/source/"
    ),
    "/analyzer/answers/<int:pk>/cancel/": Page(
        "/analyzer/answers/{generationId}/cancel/", None, STEERERS
    ),
    "/analyzer/answers/<int:pk>/retry/": Page(
        "/analyzer/answers/{failedId}/retry/", None, STEERERS
    ),
    # The document of that analysis is a text, which no browser shows as a page.
    "/analyzer/answers/<int:pk>/view/": Page(
        "/analyzer/answers/{generationId}/view/", NOBODY
    ),
    "/analyzer/answers/<int:pk>/picture/": Page(
        "/analyzer/answers/{generationId}/picture/", NOBODY
    ),
    # Its key is the right; nobody guesses one.
    "/analyzer/preview/<str:key>/": Page("/analyzer/preview/x/", NOBODY),
    "/analyzer/answers/<int:pk>/use/": Page(
        "/analyzer/answers/{recordedId}/use/",
        STAFF,
        STAFF,
        {"kind": "change"},
        leaves=True,
    ),
    "/analyzer/answers/<int:pk>/markdown/": Page(
        "/analyzer/answers/{recordedId}/markdown/"
    ),
    "/analyzer/answers/<int:pk>/word/": Page("/analyzer/answers/{recordedId}/word/"),
    "/analyzer/answers/<int:pk>/file/": Page("/analyzer/answers/{generationId}/file/"),
}
DOCUMENT, JOB = "/documents/<int:pk>/", "/documents/jobs/<int:job_id>/"
ONE_DOCUMENT, ONE_JOB = "/documents/{documentId}/", "/documents/jobs/{documentJob}/"
DOCUMENTS = {
    "/documents/": Page("/documents/"),
    "/documents/totals/": Page("/documents/totals/"),
    "/documents/excel/": Page("/documents/excel/"),
    "/documents/upload/": Page("/documents/upload/", None, STAFF, {"file": "{file}"}),
    # Its key is the right; nobody guesses one.
    "/documents/preview/<str:key>/": Page("/documents/preview/x/", NOBODY),
    DOCUMENT: Page(ONE_DOCUMENT),
    f"{DOCUMENT}used/": Page(f"{ONE_DOCUMENT}used/"),
    f"{DOCUMENT}replace/": Page(
        f"{ONE_DOCUMENT}replace/", None, STAFF, {"file": "{file}"}
    ),
    f"{DOCUMENT}rename/": Page(
        f"{ONE_DOCUMENT}rename/", None, STAFF, {"name": "Gambar"}
    ),
    f"{DOCUMENT}delete/": Page(f"{ONE_DOCUMENT}delete/", None, REMOVERS),
    f"{DOCUMENT}restore/": Page(f"{ONE_DOCUMENT}restore/", None, REMOVERS, leaves=True),
    f"{DOCUMENT}listing/": Page(
        f"{ONE_DOCUMENT}listing/", None, TABLES, {"listed": "1"}
    ),
    f"{DOCUMENT}read/": Page(f"{ONE_DOCUMENT}read/", None, STAFF, leaves=True),
    f"{DOCUMENT}<int:number>/file/": Page(f"{ONE_DOCUMENT}1/file/"),
    f"{DOCUMENT}<int:number>/image/": Page(f"{ONE_DOCUMENT}1/image/", NOBODY),
    f"{DOCUMENT}<int:number>/view/": Page(f"{ONE_DOCUMENT}1/view/"),
    "/documents/jobs/": Page("/documents/jobs/"),
    "/documents/jobs/excel/": Page("/documents/jobs/excel/"),
    "/documents/jobs/new/": Page("/documents/jobs/new/", None, STAFF, {"job": "52"}),
    JOB: Page(ONE_JOB),
    f"{JOB}find/": Page(f"{ONE_JOB}find/?q=sld"),
    f"{JOB}tick/": Page(f"{ONE_JOB}tick/", None, STAFF, {"document": "{documentId}"}),
    f"{JOB}remove/": Page(f"{ONE_JOB}remove/", None, STAFF),
    f"{JOB}restore/": Page(f"{ONE_JOB}restore/", None, STAFF, leaves=True),
}
MACHINE = {
    HOOK: Page(HOOK, None, NOBODY),
    f"{HOOK}/": Page(f"{HOOK}/", None, NOBODY),
    **{path: Page(path, EVERYONE) for path in ("/healthz", "/readyz", "/favicon.ico")},
    "/metrics": Page("/metrics", ADMIN),
    "/status/": Page("/status/", ADMIN),
    **{path: Page(path) for path in ("/api/schema", "/api/docs")},
}
# Routes that only lead elsewhere, or to nothing.
SIGNPOSTS = (
    "/admin/(?P<url>.*)$",
    "/admin/^(?P<app_label>",
    "/admin/<model>/<path:object_id>/",
    "/login",
    "/",
)


def all_pages() -> dict[str, Page]:
    """Every page by its route."""
    models = [of_model(name) for name in MODELS]
    models += [of_table(slug) for slug in TABLE_FORMS]
    pages = (
        PORTAL
        | APPROVALS
        | MACHINES
        | SWITCH
        | BOM
        | ACTIVITIES
        | WORKDAYS
        | DOCUMENTS
        | ANALYZER
        | REPORTS
        | LISTS
        | TALK
    )
    pages |= SETUP | MACHINE | ADMIN_SITE
    for each in models:
        pages |= each
    return pages
