"""The old system's API as its documents describe it, over the rows of an old database.

A small real server: members in camel case, nothing instead of null, times in UTC with seven digits.
"""

import json
import re
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from legacy.schema import TABLES
from legacy.tests.old_database import OldDatabase

FLAT = {
    "/supporttables": "SupportTables",
    "/api/userroles": "UserRoles",
    "/configurations": "Configurations",
    "/api/deptconfigs": "EngDeptConfigs",
    "/panelprocess": "PanelProcesses",
    "/api/notifications": "Notifications",
    "/api/generations": "InquiryAIGenerations",
    "/engineerSupports": "EngineerSupports",
    "/supportDetails": "SupportDetails",
    "/outstandingPostPOs": "OutstandingPostPOs",
    "/donePOs": "DonePOs",
}
UNMAPPED = {"Pn", "Description", "Qty", "Uom", "Cost", "ExtItemId"}
KINDS = ["PrePO", "PostPO", "Others"]
SEVEN_HOURS = timedelta(hours=7)
Wire = dict[str, Any]


class OldServer:
    """Answers GET requests; rows are read from the file at each."""

    def __init__(self, old: OldDatabase) -> None:
        self.old = old

    def rows(self, table: str, where: str = "1", *params: Any) -> list[Wire]:
        """Rows of a table in the wire's shape."""
        sql = f"SELECT * FROM `{table}` WHERE {where} ORDER BY `Id`"  # noqa: S608
        with closing(sqlite3.connect(self.old.path)) as line:
            line.row_factory = sqlite3.Row
            return [_wire(table, dict(row)) for row in line.execute(sql, params)]

    def answer(self, path: str) -> Any:
        """A list, a record, or the bytes of a file; None for what is not there."""
        lists: dict[str, Callable[[], Any]] = {
            "/engineeringDetailProblems": self._enriched,
            "/bomapprovals": self._boms,
            "/api/dashboard/activities": self._activities,
            "/api/support-engineering-documents": self._jobs,
        }
        if path in FLAT:
            return self.rows(FLAT[path])
        return lists[path]() if path in lists else self._one(path)

    def _one(self, path: str) -> Any:
        for pattern, call in (
            (r"/engineeringDetailProblems/(\d+)", self._change),
            (r"/engineeringDetailProblems/(\d+)/photo", self._photo),
            (r"/supporttables/(\d+)/download", self._file),
        ):
            found = re.fullmatch(pattern, path)
            if found:
                return call(int(found[1]))
        return None

    def _enriched(self) -> list[Wire]:
        """No ids below, and nobody who asked."""
        rows = self.rows("EngineeringDetailProblems")
        return [
            {"id": row["id"], "items": [{"qty": 1.0}], "approvals": []} for row in rows
        ]

    def _boms(self) -> list[Wire]:
        parent = "BomApprovalId = ?"
        return [
            row | {"pics": self.rows("BomApprovalPics", parent, row["id"])}
            for row in self.rows("BomApprovals")
        ]

    def _activities(self) -> list[Wire]:
        return [self._activity(row) for row in self.rows("EngineeringActivities")]

    def _change(self, key: int) -> Wire:
        parent = "EngineeringDetailProblemId = ?"
        (row,) = self.rows("EngineeringDetailProblems", "Id = ?", key)
        items = "EngineeringDetailProblemItem", f"{parent} AND DeletedAt IS NULL"
        votes = self.rows("EngineeringDetailProblemApproval", parent, key)
        return row | {"items": self.rows(*items, key), "approvals": votes}

    def _activity(self, row: Wire) -> Wire:
        tasks = self.rows("Tasks", "EngineeringActivityId = ?", row["id"])
        for task in tasks:
            task["inCharges"] = self.rows("InCharges", "TaskId = ?", task["id"])
        return row | {"tasks": tasks}

    def _jobs(self) -> list[Wire]:
        groups: dict[tuple[int, str], list[int]] = {}
        for row in self.rows("SupportEngineeringDocuments"):
            ids = groups.setdefault((row["jobId"], row["jobName"]), [])
            ids += [row["supportTableId"]] if "supportTableId" in row else []
        return [
            {"jobId": job, "jobName": name, "supportTableIds": ids}
            for (job, name), ids in groups.items()
        ]

    def _photo(self, key: int) -> bytes | None:
        path = self.old.files / "files" / f"ecn_doc_{key}"
        return path.read_bytes() if path.is_file() else None

    def _file(self, key: int) -> bytes | None:
        (row,) = self.rows("SupportTables", "Id = ?", key)
        name = row.get("filePath", "")
        path = self.old.files / "uploads" / name
        is_there = bool(name) and "/" not in name and path.is_file()
        return path.read_bytes() if is_there else None


def _wire(table: str, row: Wire) -> Wire:
    found = {}
    for column, value in row.items():
        if value is None or (
            table == "EngineeringDetailProblems" and column in UNMAPPED
        ):
            continue
        found[_name(column)] = _spelled(table, column, value)
    if table == "EngineeringActivities" and "supportTableId" in found:
        found["selectedSupportDocId"] = found.pop("supportTableId")
    return found


def _name(column: str) -> str:
    return {"PIC": "pic", "TProcess": "tProcess"}.get(
        column, column[0].lower() + column[1:]
    )


def _spelled(table: str, column: str, value: Any) -> Any:
    kind = TABLES[table].get(column)
    if kind == "bool":
        return bool(value)
    if table == "EngineeringActivities" and column == "Type":
        return KINDS[value] if 0 <= value < len(KINDS) else value
    if kind != "time":
        return value
    at = datetime.fromisoformat(value)
    at = at - SEVEN_HOURS if at.year > 1 else at
    return f"{at:%Y-%m-%dT%H:%M:%S.%f}0Z".rjust(28, "0")


@contextmanager
def serving(old: OldDatabase) -> Iterator[str]:
    """The address of a server over this old database."""
    server = OldServer(old)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            """One answer."""
            found = server.answer(self.path)
            if found is None:
                self.send_error(404)
                return
            body = found if isinstance(found, bytes) else json.dumps(found).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_words: Any) -> None:
            """Silent."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as web:
        thread = threading.Thread(
            target=web.serve_forever, kwargs={"poll_interval": 0.05}
        )
        thread.start()
        try:
            yield f"http://127.0.0.1:{web.server_address[1]}"
        finally:
            web.shutdown()
            thread.join()
