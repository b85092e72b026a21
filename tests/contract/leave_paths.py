"""The paths of leave (docs/contract.md#leave)."""

from tests.contract.given import STAFF, TABLES, Given

OWN = "the person themselves, SPV, managers, administrators"
LEAVE_OWNERS = TABLES | {"agus"}

LEAVE = (
    Given(
        "leave",
        "GET",
        "/api/leave",
        STAFF,
        "Who is on leave, by the first day; filters `userId`, `from`, `to`.",
        "New: both days included, as midnight UTC.",
        query="from=2026-03-01&to=2026-03-31",
    ),
    Given(
        "leave-enter",
        "POST",
        "/api/leave",
        LEAVE_OWNERS,
        "Enters the leave of a person, one's own without `extUserId`; without `to` it is one day.",
        "New: a second leave on the same days is 400.",
        status=201,
        by="agus",
        body={"extUserId": 12, "from": "2026-04-06", "to": "2026-04-10"},
        whose=OWN,
    ),
    Given(
        "leave-remove",
        "DELETE",
        "/api/leave/{leaveId}",
        LEAVE_OWNERS,
        "Removes it.",
        "New: its event keeps what it held.",
        status=204,
        by="agus",
        whose=OWN,
    ),
)
