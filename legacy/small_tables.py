"""Small tables compared: each old row must be here with its values, or have a named reason not to be.

Ids are not compared: where EMS had rows of its own, an old one got another id.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from core.accounts.models import User
from legacy import mending
from legacy.aggregates import OldRow
from legacy.differences import Found
from legacy.ems_api import Wire, answer
from legacy.models import LegacyRow
from legacy.oracle import new_value
from legacy.source import Rows
from supportdocs.models import SupportTable

CHUNK = 2000
SHORT = 100  # of names that EMS clips
CENTS = Decimal("0.01")
LINKS = "SupportEngineeringDocuments"
Fields = Mapping[str, tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Small:
    """A table and its list: fields by wire name; ``is_strict``: nobody but the import makes rows there."""

    table: str
    path: str
    fields: Fields
    is_strict: bool = False


SMALL = (
    Small("UserRoles", "/api/userroles",
          {"userId": ("UserId", "int"), "role": ("Role", "word")}),
    Small("Configurations", "/configurations",
          {"name": ("Name", "text"), "value": ("Value", "number"),
           "percentage": ("Percentage", "number")}),
    Small("EngDeptConfigs", "/api/deptconfigs", {"departmentId": ("DepartmentId", "int")}),
    Small("PanelProcesses", "/panelprocess",
          {"panelType": ("PanelType", "text"), "processName": ("ProcessName", "text"),
           "minutes": ("Minutes", "number")}),
    Small("Notifications", "/api/notifications",
          {"taskId": ("TaskId", "int"), "role": ("Role", "word"), "title": ("Title", "short"),
           "message": ("Message", "text"), "isRead": ("IsRead", "bool"),
           "createdAt": ("CreatedAt", "time")}),
    Small("InquiryAIGenerations", "/api/generations",
          {"fileName": ("FileName", "short"), "model": ("Model", "short"),
           "inquiryId": ("InquiryId", "int"), "content": ("Content", "text")}, is_strict=True),
    Small("EngineerSupports", "/engineerSupports",
          {"engineer": ("Engineer", "text"), "project": ("Project", "text"),
           "requester": ("Requester", "text"), "supportDates": ("SupportDates", "text")},
          is_strict=True),
    Small("SupportDetails", "/supportDetails",
          {"no": ("No", "text"), "tgl": ("Tgl", "time"), "poNumber": ("PoNumber", "text"),
           "cust": ("Cust", "text"), "projectName": ("ProjectName", "text"),
           "engineering": ("Engineering", "text"), "detailProblem": ("DetailProblem", "text"),
           "pn": ("Pn", "text"), "description": ("Description", "text"), "qty": ("Qty", "int"),
           "uom": ("Uom", "text")}, is_strict=True),
    Small("OutstandingPostPOs", "/outstandingPostPOs",
          {"customer": ("Customer", "text"), "doneOuts": ("DoneOuts", "text"),
           "project": ("Project", "text"), "daysDeadline": ("DaysDeadline", "int"),
           "totalOuts": ("TotalOuts", "int"), "totalProcess": ("TotalProcess", "int")},
          is_strict=True),
    Small("DonePOs", "/donePOs",
          {"jobCategory": ("JobCategory", "text"), "detail": ("Detail", "text"),
           "outs": ("Outs", "int"), "tProcess": ("TProcess", "number")}, is_strict=True),
)  # fmt: skip


def compare_small(source: Rows, reader: User, found: Found) -> Iterator[str]:
    """Each table, and who has which documents; its name when it is done."""
    for small in SMALL:
        _compare_table(small, source, answer(small.path, reader), found)
        yield small.path
    _compare_links(source, answer("/api/support-engineering-documents", reader), found)
    yield LINKS


def _compare_table(small: Small, source: Rows, wire: list[Wire], found: Found) -> None:
    here = Counter(
        tuple(
            _new(row.get(name), kind) for name, (_column, kind) in small.fields.items()
        )
        for row in wire
    )
    reasons = _reasons(small.table)
    for row in all_rows(source, small.table):
        found.compared[small.table] += 1
        key = tuple(_old(row[column], kind) for column, kind in small.fields.values())
        why = reasons.get(row.id, "")
        if not why and here[key]:
            here[key] -= 1
            continue
        why = why or ("deleted row" if row["DeletedAt"] is not None else "")
        found.explain_or_tell(why, f"{small.path} {row.id}", "row", key, None)
    for key, number in here.items():
        for _each in range(number):
            why = "" if small.is_strict and not reasons else "made in EMS"
            found.explain_or_tell(why, small.path, "row", None, key)


def all_rows(source: Rows, table: str) -> Iterator[OldRow]:
    """Every row of a table, a bounded number at a time."""
    after = -1
    while rows := source.roots(table, after, CHUNK):
        yield from (OldRow(table, row) for row in rows)
        after = int(rows[-1]["Id"])


def _reasons(table: str) -> dict[int, str]:
    """Why rows are not here as they were, as the import kept it."""
    rows = LegacyRow.objects.filter(table=table)
    apart = rows.exclude(outcome=LegacyRow.Outcome.IMPORTED)
    found = {
        key: f"row {outcome}"
        for key, outcome in apart.values_list("source_id", "outcome")
    }
    for name, part in (
        ("corrected by a person", rows.filter(is_corrected=True)),
        ("changed in both", rows.conflicts()),
    ):
        found |= dict.fromkeys(part.values_list("source_id", flat=True), name)
    return found


def _old(value: Any, kind: str) -> Any:
    if kind == "time":
        return mending.moment(value)
    return _plain(mending.text(value) if isinstance(value, str) else value, kind)


def _new(value: Any, kind: str) -> Any:
    return new_value(value, kind) if kind == "time" else _plain(value, kind)


def _plain(value: Any, kind: str) -> Any:
    """One spelling of a value of either side."""
    if kind == "bool":
        return bool(value)
    if value is None or kind == "int":
        return value
    if kind == "number":
        return Decimal(repr(float(value))).quantize(CENTS)
    words = " ".join(str(value).split())
    words = {"word": words.lower(), "short": words[:SHORT]}.get(kind, words)
    return words or None


def _compare_links(source: Rows, wire: list[Wire], found: Found) -> None:
    """Which job has which documents, once each."""
    here = {
        (row["jobId"], key) for row in wire for key in row.get("supportTableIds") or ()
    }
    live = set(
        SupportTable.objects.filter(deleted_at=None).values_list("pk", flat=True)
    )
    there = set()
    for row in all_rows(source, LINKS):
        found.compared[LINKS] += 1
        pair = (row["JobId"], row["SupportTableId"])
        there.add(pair)
        if pair not in here:
            why = "reference to nothing" if pair[1] not in live else ""
            why = why or ("deleted row" if row["DeletedAt"] is not None else "")
            found.explain_or_tell(why, f"job {pair[0]}", "document", pair[1], None)
    for job, document in sorted(here - there):
        found.explain_or_tell("", f"job {job}", "document", None, document)
