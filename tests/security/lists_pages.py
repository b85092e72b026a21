"""Who may send what of the lists: everybody for themselves, a view its owner."""

from tests.contract.paths import STAFF
from tests.security.page import Page

SIGNERS = frozenset({"agus", "hendi", "rina"})
LISTS = {
    "/lists/rows/": Page(
        "/lists/rows/",
        None,
        SIGNERS,
        {"verb": "sign", "pick": "task:{taskId}:pic"},
    ),
    "/lists/<slug:name>/views/": Page(
        "/lists/changes/views/", None, STAFF, {"name": "Terbuka", "query": "status=0"}
    ),
    "/lists/<slug:name>/columns/": Page("/lists/changes/columns/", None, STAFF),
    "/lists/views/<int:pk>/": Page(
        "/lists/views/{viewId}/", None, frozenset({"agus"}), {"verb": "remove"}
    ),
}
