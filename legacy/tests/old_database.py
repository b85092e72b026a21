"""A small old database in an SQLite file, made row by row, and its files.

Times are those of the old server: local, without a zone. People 1 to 30 are in the sandbox's
directory, 901 is in none; BOMs 700 to 749 are PPIC's, 999 is not.
"""

import sqlite3
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from legacy.schema import TABLES

MADE = datetime(2026, 3, 2, 9, 15, 30, 123456)  # noqa: DTZ001
PICKED = datetime(2026, 3, 2, 7)  # noqa: DTZ001
STRANGER = 901
ECN, ITEM, VOTE = (
    "EngineeringDetailProblems",
    "EngineeringDetailProblemItem",
    "EngineeringDetailProblemApproval",
)
BOM, PIC = "BomApprovals", "BomApprovalPics"
ACTIVITY, TASK, CHARGE = "EngineeringActivities", "Tasks", "InCharges"
DOCUMENT, LINK, NOTICE = "SupportTables", "SupportEngineeringDocuments", "Notifications"
ANSWER, SETTING, DEPARTMENT = "InquiryAIGenerations", "Configurations", "EngDeptConfigs"
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
GUID = "0a1b2c3d-0000-4000-8000-00000000{:04d}_"
USUAL: dict[str, dict[str, Any]] = {
    ECN: {"Tgl": PICKED, "Cust": "PT Nusa Lentera", "PoNumber": "PO-2026-101",
          "ProjectName": "LVMDP Cikini", "Engineering": "Ganti MCCB", "DetailProblem": "Beban naik",
          "ExtUserId": 12, "Type": 0, "TypeEcnCcn": 0, "Status": 0},
    ITEM: {"ExtItemId": 1001, "Qty": 2.0, "SnapshotPrice": 1500.0, "TypeIncreaseDecrease": 0},
    VOTE: {"ExtUserId": 3, "Status": 1, "ApprovalDate": MADE},
    PIC: {"ExtUserId": 7, "Status": 0},
    ACTIVITY: {"Customer": "PT Nusa Lentera", "Description": "Gambar SLD", "Type": 0},
    TASK: {"Description": "Review", "From": PICKED, "To": PICKED + timedelta(days=3), "Hours": 4.0},
    CHARGE: {"ExtUserId": 12},
    DOCUMENT: {"Name": "Spek"},
    LINK: {"JobId": 51, "JobName": "Proyek 51"},
    NOTICE: {"Title": "Task Baru", "Message": "menunggu", "Role": "pic", "IsRead": 0,
             "Status": "OnGoing"},
    ANSWER: {"FileName": "tender.pdf", "Model": "gpt4", "InquiryId": 301, "Content": "# Ringkasan"},
    SETTING: {"ByValuePercentage": "value", "Value": 1.0},
    "PanelProcesses": {"PanelType": "LVMDP", "ProcessName": "Gambar", "Minutes": 60.0},
    "EngineerSupports": {"SupportDates": "2026-01-12"},
}  # fmt: skip


class OldDatabase:
    """Rows are added one by one, each with what is usual in its table; ``close`` keeps them."""

    def __init__(self, folder: Path) -> None:
        self.path, self.files = folder / "old.sqlite3", folder / "old_files"
        for below in ("uploads", "files"):
            (self.files / below).mkdir(parents=True)
        self.line = sqlite3.connect(self.path)
        for table, columns in TABLES.items():
            names = ", ".join(f"`{name}`" for name in columns)
            self.line.execute(f"CREATE TABLE `{table}` ({names}, PRIMARY KEY (`Id`))")
        self.last: dict[str, int] = {}
        # Where each kind of damage was planted.
        self.planted: dict[str, tuple[str, int]] = {}

    @property
    def address(self) -> str:
        """As ``import_legacy`` takes it."""
        return f"sqlite://{self.path}"

    def add(self, table: str, **values: Any) -> int:
        """A row; returns its id."""
        self.last[table] = values.pop("Id", self.last.get(table, 0) + 1)
        stamps = (
            {}
            if "CreatedAt" not in TABLES[table]
            else {"CreatedAt": MADE, "UpdatedAt": MADE}
        )
        row = {"Id": self.last[table], **stamps, **USUAL.get(table, {}), **values}
        names = ", ".join(f"`{name}`" for name in row)
        marks = ", ".join("?" * len(row))
        told = [
            str(each) if isinstance(each, datetime) else each for each in row.values()
        ]
        sql = f"INSERT INTO `{table}` ({names}) VALUES ({marks})"  # noqa: S608
        self.line.execute(sql, told)
        return self.last[table]

    def plant(self, defect: str, table: str, **values: Any) -> int:
        """A row with that damage."""
        key = self.add(table, **values)
        self.planted[defect] = (table, key)
        return key

    def change(self, table: str, key: int, **values: Any) -> None:
        """The old system changes a row, and stamps it."""
        stamped = {"UpdatedAt": str(datetime.now() + timedelta(seconds=1)), **values}  # noqa: DTZ005
        names = ", ".join(f"`{name}` = ?" for name in stamped)
        sql = f"UPDATE `{table}` SET {names} WHERE `Id` = ?"  # noqa: S608
        self.line.execute(sql, [*stamped.values(), key])
        self.line.commit()

    def file(self, name: str, content: bytes = PDF) -> None:
        """A file below the folder."""
        (self.files / name).write_bytes(content)

    def close(self) -> "OldDatabase":
        """Keep what was added."""
        self.line.commit()
        return self


def usual(folder: Path) -> OldDatabase:
    """One of everything, undamaged: a decided change, a pending one, a settled BOM, a task under way."""
    old = OldDatabase(folder)
    for person, role in ((3, "manager"), (7, "spv"), (12, "pic")):
        old.add("UserRoles", UserId=person, Role=role)
    decided = old.add(ECN, No="ECN-0007", Status=1, ApprovalExtUserId=3, ApprovalDate=MADE,
                      ApprovalFileName="Setuju PLN.pdf")  # fmt: skip
    old.add(ITEM, EngineeringDetailProblemId=decided)
    old.add(VOTE, EngineeringDetailProblemId=decided)
    old.file(f"files/ecn_doc_{decided}")
    old.add(ITEM, EngineeringDetailProblemId=old.add(ECN))
    bom = old.add(BOM, ExtBomLeveledId=700)
    old.add(PIC, BomApprovalId=bom, Status=1, ApprovalDate=MADE)
    waits = old.add(BOM, ExtBomLeveledId=701)
    old.add(PIC, BomApprovalId=waits)
    stored = GUID.format(1) + "Layout.pdf"
    document = old.add(DOCUMENT, Name="Layout", FilePath=stored)
    old.file(f"uploads/{stored}")
    old.add(LINK, SupportTableId=document)
    activity = old.add(ACTIVITY, Type=1, ExtEngineeringDetailProblemId=decided)
    task = old.add(
        TASK,
        EngineeringActivityId=activity,
        CompletedDatePic=PICKED,
        CompletedByPicId=12,
    )
    old.add(CHARGE, TaskId=task)
    old.add(NOTICE, TaskId=task, Role="spv")
    old.add(ANSWER)
    old.add(SETTING, Name="CCNThreshold", Value=5e6)
    old.add(DEPARTMENT, DepartmentId=4)
    old.add("PanelProcesses")
    for table in (
        "EngineerSupports",
        "SupportDetails",
        "OutstandingPostPOs",
        "DonePOs",
    ):
        old.add(table)
    return old.close()


def row_count(old: OldDatabase) -> int:
    """Rows of all tables."""
    with closing(sqlite3.connect(old.path)) as line:
        return sum(
            line.execute(f"SELECT COUNT(*) FROM `{table}`").fetchone()[0]  # noqa: S608
            for table in TABLES
        )
