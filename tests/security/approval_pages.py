"""Who may open the pages of PIN and substitutes and the one behind a link to decide, and who may forward
and put up again."""

from tests.contract.paths import EDITORS, STAFF
from tests.security.page import Page

NEW_PIN = {"pin": "270391", "again": "270391", "password": "panel-2026"}
SUBSTITUTE = {
    "substitute": "28",
    "first_day": "2099-03-01",
    "last_day": "2099-03-02",
}
# The link is to somebody who is no actor of the matrix: another person who is logged in reads nothing.
WITHOUT_LOGIN = frozenset({"anon"})
APPROVALS = {
    "/decide/<str:token>/": Page(
        "/decide/{decideToken}/",
        WITHOUT_LOGIN,
        WITHOUT_LOGIN,
        {"status": "1", "pin": "270391"},
    ),
    "/approvals/<str:record_type>/<int:pk>/forward/": Page(
        "/approvals/change/{id}/forward/",
        None,
        frozenset({"rina", "admin"}),
        {"to": "7", "reason": "dinas luar"},
    ),
    "/changes/<int:pk>/resubmit/": Page(
        "/changes/{returnedId}/resubmit/", None, EDITORS, {"note": "sudah ada"}
    ),
    "/accounts/pin/": Page("/accounts/pin/", STAFF, STAFF, NEW_PIN),
    "/accounts/pin/remove/": Page("/accounts/pin/remove/", None, STAFF, leaves=True),
    "/substitutes/": Page("/substitutes/", STAFF, STAFF, SUBSTITUTE),
    "/substitutes/<int:pk>/end/": Page(
        "/substitutes/{substitutionId}/end/", None, frozenset({"agus", "admin"})
    ),
}
