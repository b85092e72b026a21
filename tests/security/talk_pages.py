"""Who may open and send what of the talk about a record: who may read it, and for a comment its author."""

from tests.contract.paths import STAFF
from tests.security.page import Page

RECORD, ONE = "/talk/<slug:kind>/<int:pk>/", "/talk/comments/<int:pk>/"
CHANGE, COMMENT = "/talk/change/{id}/", "/talk/comments/{commentId}/"
TALK = {
    "/talk/names/": Page("/talk/names/?q=ag"),
    RECORD: Page(CHANGE),
    f"{RECORD}say/": Page(f"{CHANGE}say/", None, STAFF, {"text": "Baik."}),
    f"{RECORD}follow/": Page("/talk/bom/{bomId}/follow/", None, STAFF, {"on": "1"}),
    ONE: Page(COMMENT),
    f"{ONE}edit/": Page(
        f"{COMMENT}edit/", None, frozenset({"hendi"}), {"text": "Baik."}
    ),
    f"{ONE}strike/": Page(
        f"{COMMENT}strike/",
        None,
        frozenset({"hendi", "rina", "admin"}),
        {"reason": "salah"},
    ),
    "/talk/files/<int:pk>/": Page("/talk/files/{commentFileId}/"),
}
