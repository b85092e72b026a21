"""Every page of the portal by an address of the demo company, and what of the URLconf is no page."""

from collections.abc import Iterator
from typing import Any

from django.contrib import admin
from django.urls import URLPattern, URLResolver, get_resolver

YEAR = "since=2026-01-01&until=2026-12-31"
PAGES = (
    "/",
    "/inbox/",
    "/search/?q=mccb",
    "/figures/",
    "/figures/edit/",
    "/changes/",
    "/changes/?status=1&kind=0",
    "/changes/?q=nothingatall",
    "/changes/new/",
    "/changes/1/",
    "/changes/60/",
    "/changes/64/",
    "/changes/64/edit/",
    "/changes/1/print/",
    "/changes/notes/",
    "/changes/notes/?q=nothingatall",
    "/changes/notes/new/",
    "/changes/notes/1/",
    "/changes/notes/1/edit/",
    "/bom/",
    "/bom/new/",
    "/bom/700/",
    "/bom/701/",
    "/bom/700/compare/",
    "/bom/700/compare/?only=all",
    "/analyzer/",
    "/analyzer/?q=nothingatall",
    "/analyzer/inquiries/380/",
    "/analyzer/new/",
    "/analyzer/answers/",
    "/analyzer/answers/1/?cite=3",
    "/analyzer/answers/1/use/",
    "/analyzer/compare/?pick=1&pick=2",
    "/analyzer/from-document/1/",
    "/documents/",
    "/documents/?q=busbar",
    "/documents/?state=deleted",
    "/documents/1/",
    "/documents/2/",
    "/documents/7/",
    "/documents/jobs/",
    "/documents/jobs/90/",
    "/activities/",
    "/activities/?status=late",
    "/activities/?q=nothingatall",
    "/activities/new/",
    "/activities/overdue/",
    "/activities/3/",
    "/activities/3/edit/",
    "/activities/tasks/9/",
    "/activities/calendar/",
    "/activities/gantt/",
    "/activities/workload/",
    "/activities/manpower/",
    "/leave/",
    "/talk/change/64/",
    "/notifications/",
    "/notifications/settings/",
    "/accounts/pin/",
    "/substitutes/",
    "/reports/",
    *(
        f"/reports/{slug}/?{YEAR}"
        for slug in (
            "done",
            "weeks",
            "deadlines",
            "load",
            "manpower",
            "tasks",
            "changes",
            "waiting",
        )
    ),
    f"/reports/changes/?by=customer&{YEAR}",
    "/help/",
    "/help/changes/",
    "/help/integration/",
    "/styleguide/",
)
FOR_ADMINISTRATORS = (
    "/status/",
    "/setup/",
    "/setup/rules/",
    "/setup/rules/new/",
    "/setup/rules/waiting/",
    "/setup/rules/1/",
    "/setup/nobody/",
    "/setup/service-accounts/",
    "/setup/service-accounts/new/",
    "/setup/service-accounts/1/",
    "/setup/switch/",
    "/setup/switch/rows/",
    "/setup/departments/",
    "/setup/capacities/",
    "/setup/panel-processes/",
    "/setup/panel-processes/new/",
    "/setup/panel-processes/1/",
    "/setup/support-details/new/",
    "/setup/working-days/",
    "/setup/working-days/new/",
    "/setup/working-days/1/",
    "/setup/holidays/",
    "/setup/holidays/new/",
    "/setup/holidays/1/",
    "/setup/holidays/paste/",
    "/admin/",
)
# Files, parts of pages, and what only takes a form.
NO_PAGES = {
    "accounts": {
        "login",
        "logout",
        "theme",
        "language",
        "logout_everywhere",
        "pin_remove",
    },
    "activities": {
        "activity_totals",
        "activity_excel",
        "export_detail",
        "export_file",
        "workload_excel",
        "pick",
        "activity_remove",
        "activity_resend",
        "task_sign",
        "task_undo",
        "task_late",
        "task_move",
    },
    "aianalyzer": {
        "start",
        "answer_part",
        "answer_source",
        "answer_viewer",
        "answer_picture",
        "answer_preview",
        "answer_cancel",
        "answer_retry",
        "answer_markdown",
        "answer_word",
        "answer_file",
    },
    "bom": {
        "bom_totals",
        "bom_excel",
        "bom_content_excel",
        "bom_decide",
        "bom_invite",
        "bom_remove",
        "bom_resend",
        "bom_compare_excel",
        "bom_sheet",
        "bom_receipt",
        "bom_receipt_file",
    },
    "engineering": {
        "change_totals",
        "change_excel",
        "pick_part",
        "prices",
        "pick",
        "change_decide",
        "change_resubmit",
        "change_withdraw",
        "change_attach",
        "change_file",
        "change_file_remove",
        "change_sheet",
        "change_receipt",
        "change_receipt_file",
        "note_remove",
        "note_file",
    },
    "notifications": {"bell", "panel", "read_all", "open", "poll"},
    "receipts": {"verify"},
    "reports": {"excel"},
    "approvals": {"rule_remove", "rule_words"},
    # Tables have the same pages; one of them stands for all.
    "engineering_setup": {"panelprocess_remove"}
    | {
        f"{table}_{page}"
        for table in ("engineersupport", "supportdetail", "outstandingpostpo", "donepo")
        for page in ("list", "new", "row", "remove")
    },
    "service_accounts": {"account_end", "token_end"},
    # Of an import, which the demo company never had.
    "legacy": {
        "start",
        "progress",
        "run",
        "run_excel",
        "run_json",
        "row",
        "leave_out",
        "keep",
    },
    "lists": {"bulk", "save", "change", "columns"},
    "talk": {"names", "say", "follow", "comment", "edit", "strike", "file"},
    "workdays": {"leave_remove"},
    "workdays_setup": {"workingday_remove", "holiday_remove"},
    "supportdocs": {
        "document_totals",
        "document_excel",
        "document_upload",
        "document_preview",
        "document_replace",
        "document_rename",
        "document_delete",
        "document_restore",
        "document_listing",
        "document_read",
        "document_file",
        "document_image",
        "document_viewer",
        "job_excel",
        "job_add",
        "job_find",
        "job_tick",
        "job_remove",
        "job_restore",
    },
    "": {
        "approval_forward",
        "decide",
        "substitution_end",
        "chart_data",
        "home_part",
        "home_arrange",
        "palette",
        "manifest",
        "service_worker",
        "offline",
        "analyzer_documents",
        "document_uses",
        "change_work",
    },
}
MACHINES = {"healthz", "readyz", "prometheus", "schema", "docs", "api-login", None}


def admin_lists() -> list[str]:
    """Each list of the administration."""
    return sorted(
        f"/admin/{model._meta.app_label}/{model._meta.model_name}/"
        for model in admin.site._registry
    )


def page_routes() -> Iterator[tuple[str, str]]:
    """Namespace and name of each route that is a page; the administration apart."""
    for space, route in _routes(get_resolver(), ""):
        is_api = hasattr(route.callback, "cls") or hasattr(route.callback, "api")
        if is_api or space == "admin" or route.name in MACHINES:
            continue
        if route.name not in NO_PAGES.get(space, ()):
            yield space, str(route.name)


def _routes(place: Any, space: str) -> Iterator[tuple[str, URLPattern]]:
    for each in place.url_patterns:
        if isinstance(each, URLResolver):
            yield from _routes(each, each.namespace or space)
        else:
            yield space, each
