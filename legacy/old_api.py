"""The old system's API, its answers in the shape of its tables: for a company whose database is out of reach.

It has no pages and no limits: a list comes whole, or not at all. One list is held at a time, with its
children; a list that hides what is compared is followed by one call for each of its rows.
"""

import hashlib
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any

import orjson
from django.utils.translation import gettext as _

from core.errors import DomainError
from core.integrations.addresses import is_address
from core.integrations.errors import UpstreamError
from core.integrations.http import Client
from core.integrations.limits import MIB, BreakerRule, UpstreamLimits
from legacy.aggregates import OldRow
from legacy.areas.tasks import CHARGES, TASKS
from legacy.file_digests import OldDigest
from legacy.mending import JAKARTA
from legacy.schema import TABLES
from legacy.source import Row

LIMITS = UpstreamLimits(
    connect=5,
    read=300,
    total=600,
    retries=1,
    concurrency=1,
    breaker=BreakerRule(5, 5, 10),
    body_cap=512 * MIB,
)
LISTS = {
    "EngineeringDetailProblems": "/engineeringDetailProblems",
    "BomApprovals": "/bomapprovals",
    "EngineeringActivities": "/api/dashboard/activities",
    "SupportTables": "/supporttables",
    "UserRoles": "/api/userroles",
    "Configurations": "/configurations",
    "EngDeptConfigs": "/api/deptconfigs",
    "PanelProcesses": "/panelprocess",
    "Notifications": "/api/notifications",
    "InquiryAIGenerations": "/api/generations",
    "EngineerSupports": "/engineerSupports",
    "SupportDetails": "/supportDetails",
    "OutstandingPostPOs": "/outstandingPostPOs",
    "DonePOs": "/donePOs",
}
# Its list has neither the ids of lines and votes nor who asked.
ONE_BY_ONE = "EngineeringDetailProblems"
LINKS = "SupportEngineeringDocuments"
# Member of a row -> the table of its rows, and the column that names the row above.
BELOW = {
    "EngineeringDetailProblems": {
        "items": ("EngineeringDetailProblemItem", "EngineeringDetailProblemId"),
        "approvals": ("EngineeringDetailProblemApproval", "EngineeringDetailProblemId"),
    },
    "BomApprovals": {"pics": ("BomApprovalPics", "BomApprovalId")},
    "EngineeringActivities": {"tasks": (TASKS, "EngineeringActivityId")},
    TASKS: {"inCharges": (CHARGES, "TaskId")},
}
# Which list a table comes with, where it is not its own.
WITH = {
    table: above for above, members in BELOW.items() for table, _key in members.values()
} | {CHARGES: "EngineeringActivities"}
OTHER_NAMES = {("EngineeringActivities", "SupportTableId"): "selectedSupportDocId"}
KINDS = {"PrePO": 0, "PostPO": 1, "Others": 2}
Wire = dict[str, Any]


class OldApi:
    """Rows as ``legacy.source.Rows`` gives them, read from the old API."""

    def __init__(self, address: str) -> None:
        """Raises DomainError ``invalid`` for what is no address."""
        if not is_address(address):
            raise DomainError(
                _("The address of the old API must start with http:// or https://."),
                "invalid",
            )
        self._client = Client("The old system", address, LIMITS)
        self._held = ""
        self._rows: dict[str, list[Row]] = {}
        self._ids: dict[str, set[int]] = {}

    def close(self) -> None:
        """Let go of the line."""
        self._client.close()

    def roots(self, table: str, after: int, limit: int) -> list[Row]:
        """The next rows of a table by id."""
        self._hold(table)
        rows = [row for row in self._rows[table] if row["Id"] > after][:limit]
        if table != ONE_BY_ONE:
            return rows
        self._rows |= {below: [] for below, _key in BELOW[table].values()}
        return [self._whole(table, row["Id"]) for row in rows]

    def children(
        self, table: str, key: str, parents: Sequence[int]
    ) -> dict[int, list[Row]]:
        """Rows of a table by the parent that they name, each list by id."""
        wanted, found = set(parents), dict[int, list[Row]]()
        for row in self._rows.get(table, ()):
            if row[key] in wanted:
                found.setdefault(row[key], []).append(row)
        return found

    def ids(self, table: str, column: str) -> set[int]:  # noqa: ARG002 - only ids are asked for
        """The ids of a table."""
        if table not in self._ids:
            self._hold(WITH.get(table, table))
        return self._ids[table]

    def _hold(self, table: str) -> None:
        """Read a list with all below it, in place of the one before."""
        if self._held == table:
            return
        self._held, self._rows = table, {}
        if table == LINKS:
            self._rows[table] = self._links()
            return
        self._rows[table] = []
        for wire in self._list(LISTS[table]):
            self._take(table, wire, {})
        for name, rows in self._rows.items():
            rows.sort(key=lambda row: int(row["Id"]))
            self._ids[name] = {int(row["Id"]) for row in rows}

    def _take(self, table: str, wire: Wire, above: Row) -> Row:
        """One row, and what hangs on it."""
        row = row_of(table, wire) | above
        self._rows.setdefault(table, []).append(row)
        for member, (below, key) in BELOW.get(table, {}).items():
            self._rows.setdefault(below, [])
            for each in wire.get(member) or ():
                # A list that hides ids is read again, one by one.
                if "id" in each:
                    self._take(below, each, {key: row["Id"]})
        return row

    def _whole(self, table: str, key: int) -> Row:
        wire = orjson.loads(self._get(f"{LISTS[table]}/{key}"))
        kept, self._rows[table] = self._rows[table], []
        row = self._take(table, wire, {})
        self._rows[table] = kept
        return row

    def _links(self) -> list[Row]:
        """Grouped by job and name there; a row each here, numbered as they come."""
        groups = self._list("/api/support-engineering-documents")
        pairs = [
            (group["jobId"], key)
            for group in groups
            for key in group["supportTableIds"]
        ]
        return [
            {"Id": number, "JobId": job, "SupportTableId": key}
            for number, (job, key) in enumerate(pairs, 1)
        ]

    def _list(self, path: str) -> list[Wire]:
        found: list[Wire] = orjson.loads(self._get(path))
        return found

    def _get(self, path: str) -> bytes:
        try:
            return self._client.get(path)
        except UpstreamError as error:
            raise DomainError(
                _("The old API did not answer %(path)s (%(reason)s).")
                % {"path": path, "reason": error.sentence},
                "unavailable",
            ) from None

    def digests(self) -> tuple[OldDigest, OldDigest]:
        """Digests of documents and of approval documents, through the old download paths."""

        def of_document(row: OldRow) -> str:
            return self._digest(f"/supporttables/{row.id}/download")

        def of_change(row: OldRow) -> str:
            named = row["ApprovalFileName"]
            path = f"/engineeringDetailProblems/{row.id}/photo"
            return self._digest(path) if named else ""

        return of_document, of_change

    def _digest(self, path: str) -> str:
        """Of a file; an empty text where it has none."""
        with suppress(UpstreamError):
            return hashlib.sha256(self._client.get(path)).hexdigest()
        return ""


def row_of(table: str, wire: Wire) -> Row:
    """A row of the table from what the API says of it; what it leaves out is nothing."""
    return {
        column: _value(
            kind, wire.get(OTHER_NAMES.get((table, column), wire_name(column)))
        )
        for column, kind in TABLES[table].items()
    }


def wire_name(column: str) -> str:
    """The old server's name of a column: capitals at the beginning in lower case, the last one before
    a small letter stays."""
    small = next(
        (place for place, letter in enumerate(column) if not letter.isupper()),
        len(column),
    )
    cut = small if small in {1, len(column)} else small - 1
    return column[: max(cut, 1)].lower() + column[max(cut, 1) :]


def _value(kind: str, value: Any) -> Any:
    if kind == "time" and value is not None:
        return _local(str(value))
    return (
        KINDS.get(value, value) if isinstance(value, str) and kind == "int" else value
    )


def _local(text: str) -> datetime | None:
    """An instant of the wire by the old server's clock; what no calendar of ours has is none."""
    try:
        return datetime.fromisoformat(text).astimezone(JAKARTA).replace(tzinfo=None)
    except (ValueError, OverflowError):
        return None
