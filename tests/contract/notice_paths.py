"""The path of one's own notices."""

from tests.contract.given import STAFF, Given

NOTICES = (
    Given(
        "notifications-mine",
        "GET",
        "/api/notifications/mine",
        STAFF,
        "The caller's own notices of every kind, newest first, in the caller's language; `unread=true` leaves out"
        " what was opened.",
        "New. Without `limit` at most 50.",
        by="rina",
        query="limit=2",
    ),
)
