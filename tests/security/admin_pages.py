"""Who may open the pages of the administration."""

from tests.contract.paths import ADMIN, EVERYONE, PICS
from tests.security.page import Page

NOBODY: frozenset[str] = frozenset()
# People with a role and administrators see the admin's lists.
OFFICE = frozenset({"agus", "hendi", "rina", "admin"})
ADMIN_SITE = {
    "/admin/": Page("/admin/", OFFICE),
    "/admin/login/": Page("/admin/login/", EVERYONE, EVERYONE, leaves=True),
    "/admin/logout/": Page("/admin/logout/", None, EVERYONE, leaves=True),
    "/admin/password_change/": Page(
        "/admin/password_change/", OFFICE, OFFICE, leaves=True
    ),
    "/admin/password_change/done/": Page("/admin/password_change/done/", OFFICE),
    "/admin/jsi18n/": Page("/admin/jsi18n/", OFFICE),
    "/admin/autocomplete/": Page("/admin/autocomplete/", NOBODY),
    "/admin/r/<path:content_type_id>/<path:object_id>/": Page("/admin/r/1/1/", NOBODY),
    "/admin/engineering/changenotice/decide/": Page(
        "/admin/engineering/changenotice/decide/",
        OFFICE,
        NOBODY,  # nobody of the cast has opened its content
        {"status": "1", "shown": "{id}:1:{digest}"},
    ),
    "/admin/engineering/changenotice/forward/": Page(
        "/admin/engineering/changenotice/forward/",
        OFFICE,
        frozenset({"rina", "admin"}),
        {"record": "{id}", "to": "7", "reason": "dinas luar"},
    ),
    # Agus and Hendi hand on what is asked of them, and who may ask anybody asks as well.
    "/admin/bom/bomapproval/forward/": Page(
        "/admin/bom/bomapproval/forward/",
        OFFICE,
        PICS | frozenset({"rina", "admin"}),
        {"record": "{bomRow}", "to": "28", "reason": "dinas luar"},
    ),
}
ADMIN_SITE["/admin/bom/bomapproval/decide/"] = Page(
    "/admin/bom/bomapproval/decide/",
    OFFICE,
    NOBODY,  # nobody of the cast has opened its content
    {"status": "1", "shown": "{bomRow}:1:{bomDigest}"},
)
# app/model: who may add, change and delete there; the office reads every list but those INSIDE.
MODELS = {
    "accounts/user": NOBODY,
    "accounts/userrole": ADMIN,
    "activities/activity": NOBODY,
    "activities/task": NOBODY,
    "aianalyzer/inquiryaigeneration": NOBODY,
    "approvals/approvalrule": NOBODY,
    "bom/bomapproval": NOBODY,
    "bom/bomdefaultpic": ADMIN,
    "django_tasks_database/dbtaskresult": NOBODY,
    "engineering/changenotice": NOBODY,
    "engineering/configuration": ADMIN,
    "engineering/departmentconfig": NOBODY,
    "engineering/donepo": NOBODY,
    "engineering/engineersupport": NOBODY,
    "engineering/outstandingpostpo": NOBODY,
    "engineering/panelprocess": NOBODY,
    "engineering/supportdetail": NOBODY,
    "ledger/delivery": NOBODY,
    "ledger/event": NOBODY,
    "supportdocs/supportjob": NOBODY,
    "supportdocs/supporttable": NOBODY,
    "workdays/holiday": NOBODY,
    "workdays/workingday": NOBODY,
}
# Lists that name people's addresses or the inside of the system.
INSIDE = {"accounts/user", "django_tasks_database/dbtaskresult", "ledger/delivery"}


def of_model(name: str) -> dict[str, Page]:
    """The pages that the admin has for one model."""
    root, writers = f"/admin/{name}/", MODELS[name]
    readers = ADMIN if name in INSIDE else OFFICE
    one = root + "{" + name + "}/"
    return {
        root: Page(root, readers),
        f"{root}add/": Page(f"{root}add/", writers, writers, leaves=True),
        f"{root}<path:object_id>/history/": Page(f"{one}history/", readers),
        f"{root}<path:object_id>/delete/": Page(
            f"{one}delete/", writers, writers, {"post": "yes"}
        ),
        f"{root}<path:object_id>/change/": Page(
            f"{one}change/", readers, writers, leaves=True
        ),
    }
