"""Every kind of damage once, in one old database."""

from datetime import datetime, timedelta
from pathlib import Path

from legacy.tests.old_database import (
    ACTIVITY,
    ANSWER,
    BOM,
    CHARGE,
    DEPARTMENT,
    DOCUMENT,
    ECN,
    GUID,
    ITEM,
    LINK,
    MADE,
    NOTICE,
    PDF,
    PIC,
    PICKED,
    SETTING,
    STRANGER,
    TASK,
    VOTE,
    OldDatabase,
)

LONG = "Panjang sekali " * 40
YEAR_1 = datetime(1, 1, 1)  # noqa: DTZ001 - the old server's clock has no zone
DECIDED = {"Status": 1, "ApprovalExtUserId": 3, "ApprovalDate": MADE}


def damaged(folder: Path) -> OldDatabase:
    """All of it; ``planted`` says where."""
    old = OldDatabase(folder)
    for plant in (_roles, _setup, _changes, _notes, _lines, _votes, _change_files, _boms,
                  _activities, _tasks, _signatures, _charges, _names_of_documents, _documents, _jobs, _others,
                  _notices):  # fmt: skip
        plant(old)
    return old.close()


def _roles(old: OldDatabase) -> None:
    for person, role in ((3, "manager"), (7, "spv"), (12, "pic")):
        old.add("UserRoles", UserId=person, Role=role)
    old.plant("role_case_or_space", "UserRoles", UserId=8, Role="SPV ")
    old.plant("role_double", "UserRoles", UserId=12, Role="pic")
    old.plant("role_unknown", "UserRoles", UserId=1, Role="admin")
    old.plant("role_of_nobody", "UserRoles", UserId=0, Role="spv")


def _setup(old: OldDatabase) -> None:
    old.add(SETTING, Name="CCNThreshold", Value=5e6)
    old.plant("configuration_double", SETTING, Name="ccnthreshold", Value=7e6)
    old.plant("configuration_refused", SETTING, Name=None)
    old.add(DEPARTMENT, DepartmentId=4)
    old.plant("department_double", DEPARTMENT, DepartmentId=4)
    old.plant("department_null", DEPARTMENT, DepartmentId=None)
    old.plant("panel_process_refused", "PanelProcesses", Minutes=-5.0)


def _changes(old: OldDatabase) -> None:
    old.add(ECN, No="ECN-001")
    old.plant("ecn_no_double", ECN, No="ecn-001")
    old.plant("ecn_no_too_long", ECN, No=LONG)
    old.plant("ecn_po_too_long", ECN, PoNumber=LONG)
    old.plant("ecn_customer_too_long", ECN, Cust=LONG)
    old.plant("ecn_project_too_long", ECN, ProjectName=LONG)
    old.plant("ecn_date_null", ECN, Tgl=None)
    old.plant("ecn_date_year_1", ECN, Tgl=YEAR_1)
    old.plant("ecn_date_local_midnight", ECN, Tgl=PICKED.replace(hour=0))
    old.plant("ecn_created_null", ECN, CreatedAt=None)
    old.plant("ecn_deleted", ECN, DeletedAt=MADE)
    old.plant("ecn_type_null", ECN, TypeEcnCcn=None)
    old.plant("ecn_type_odd", ECN, TypeEcnCcn=9)
    old.plant("ecn_status_null", ECN, Status=None)
    old.plant("ecn_status_odd", ECN, Status=7)
    old.plant("ecn_margin_absurd", ECN, MarginBefore=1e7)
    old.plant("ecn_requester_unknown", ECN, ExtUserId=STRANGER)
    old.plant("ecn_wiped_by_input_page", ECN, ExtUserId=None, PoNumber=None)
    old.plant("ecn_single_part_columns", ECN, Pn="LV429630", Qty=2, Cost=1_250_000.0)


NOTES = {
    "note_html": "<p><b>Ganti</b></p>",
    "note_script": "Ganti<script>alert(1)</script>",
    "note_data_url": "Ganti data:image/png;base64,iVBORw0KGgo",
    "note_nul_char": "Ganti\0\0",
    "note_crlf": "Ganti\r\n- satu",
    "note_mojibake": "Kabel 2,5 mmÂ² â€“ 48 inti",
    "note_emoji": "Ganti ⚡🙏",
    "note_over_20000": "Ganti" + " x" * 10_500,
    "note_blank": "   ",
}


def _notes(old: OldDatabase) -> None:
    for defect, text in NOTES.items():
        old.plant(defect, ECN, Engineering=text)


def _lines(old: OldDatabase) -> None:
    of = {"EngineeringDetailProblemId": old.add(ECN)}
    old.plant("item_qty_null", ITEM, **of, Qty=None)
    old.plant("item_qty_negative", ITEM, **of, Qty=-2.0)
    old.plant("item_price_null", ITEM, **of, SnapshotPrice=None)
    old.plant("item_price_many_decimals", ITEM, **of, SnapshotPrice=100.125)
    old.plant("item_price_huge", ITEM, **of, SnapshotPrice=3.2e17)
    old.plant("item_without_part", ITEM, **of, ExtItemId=None)
    old.plant("item_deleted", ITEM, **of, ExtItemId=1005, DeletedAt=MADE)
    old.add(ITEM, **of, ExtItemId=1002)
    old.plant("item_doubled_by_input_page", ITEM, **of, ExtItemId=1002)
    old.plant("item_orphan", ITEM, EngineeringDetailProblemId=None)


def _votes(old: OldDatabase) -> None:
    def on(key: int, **values: object) -> dict[str, object]:
        return {"EngineeringDetailProblemId": key, **values}

    old.plant("ecn_decided_without_approval", ECN, **DECIDED)
    key = old.plant("ecn_header_disagrees", ECN, **DECIDED)
    old.add(VOTE, **on(key))
    old.add(VOTE, **on(key, ExtUserId=5, Status=2))
    key = old.add(ECN, **DECIDED)
    old.plant("ecn_approval_repeated", VOTE, **on(key, Status=2))
    old.add(VOTE, **on(key))
    old.plant("ecn_approval_pending_row", VOTE, **on(key, ExtUserId=9, Status=0))
    old.plant("ecn_approver_null", VOTE, **on(key, ExtUserId=None))
    old.plant("ecn_approver_unknown", VOTE, **on(key, ExtUserId=STRANGER))
    old.plant("ecn_self_approved", VOTE, **on(key, ExtUserId=12))
    old.plant(
        "ecn_approval_undated", VOTE, **on(old.add(ECN, **DECIDED), ApprovalDate=None)
    )
    old.plant("ecn_approval_orphan", VOTE, EngineeringDetailProblemId=None)


def _change_files(old: OldDatabase) -> None:
    old.plant("ecn_file_missing", ECN, ApprovalFileName="foto.png")
    key = old.plant("ecn_file_empty", ECN, ApprovalFileName="foto.png")
    old.file(f"files/ecn_doc_{key}", b"")
    key = old.plant("ecn_file_without_name", ECN)
    old.file(f"files/ecn_doc_{key}")


def _boms(old: OldDatabase) -> None:
    def pic(bom: int, **values: object) -> dict[str, object]:
        return {"BomApprovalId": bom, **values}

    first = old.add(BOM, ExtBomLeveledId=700)
    old.add(PIC, **pic(first, Status=1, ApprovalDate=MADE))
    second = old.plant("bom_twice", BOM, ExtBomLeveledId=700)
    old.add(PIC, **pic(second, ExtUserId=9, Status=2))
    old.plant("bom_without_id", BOM, ExtBomLeveledId=None)
    old.plant("bom_without_pics", BOM, ExtBomLeveledId=702)
    old.add(PIC, **pic(old.plant("bom_unknown_to_ppic", BOM, ExtBomLeveledId=999)))
    old.add(
        PIC, **pic(old.plant("bom_header_status", BOM, ExtBomLeveledId=703, Status=1))
    )
    old.add(
        PIC, **pic(old.plant("bom_deleted", BOM, ExtBomLeveledId=704, DeletedAt=MADE))
    )
    bom = old.add(BOM, ExtBomLeveledId=705)
    old.add(PIC, **pic(bom, ExtUserId=9, Status=1, ApprovalDate=MADE))
    old.plant("pic_twice", PIC, **pic(bom, ExtUserId=9, Status=2, ApprovalDate=MADE))
    old.plant("pic_status_null", PIC, **pic(bom, Status=None))
    old.plant("pic_deleted", PIC, **pic(bom, ExtUserId=3, DeletedAt=MADE))
    old.plant("pic_unknown_user", PIC, **pic(bom, ExtUserId=STRANGER))
    old.plant("pic_of_nobody", PIC, **pic(bom, ExtUserId=None))
    old.plant("pic_orphan", PIC, BomApprovalId=None)


def _activities(old: OldDatabase) -> None:
    old.plant("activity_customer_missing", ACTIVITY, Customer=None)
    customer = '{"id":5,"businessType":"PT","name":"Nusa Lentera Energi"}'
    old.plant("activity_customer_is_json", ACTIVITY, Customer=customer)
    old.plant("activity_customer_too_long", ACTIVITY, Customer=LONG)
    old.plant("activity_deleted", ACTIVITY, DeletedAt=MADE)
    old.plant("activity_description_null", ACTIVITY, Description=None)
    old.plant("activity_document_dangling", ACTIVITY, SupportTableId=9_000_000)
    old.plant(
        "activity_ecn_dangling", ACTIVITY, ExtEngineeringDetailProblemId=9_000_000
    )
    old.plant("activity_panel_zero", ACTIVITY, ExtPanelCodeId=0)
    old.plant("activity_type_odd", ACTIVITY, Type=7)
    old.plant("activity_without_tasks", ACTIVITY)
    stale = old.plant(
        "activity_cache_stale", ACTIVITY, FromCache=PICKED - timedelta(days=3)
    )
    old.add(TASK, EngineeringActivityId=stale)


def _tasks(old: OldDatabase) -> None:
    of = {"EngineeringActivityId": old.add(ACTIVITY)}
    old.plant("task_deleted", TASK, **of, DeletedAt=MADE)
    old.plant("task_undated", TASK, **of, From=None, To=None)
    old.plant("task_wiped_by_add_customer", TASK, **of, From=None, To=None, Hours=None)
    old.plant("task_without_end", TASK, **of, To=None)
    old.plant("task_ends_before_start", TASK, **of, To=PICKED - timedelta(days=4))
    old.plant("task_hours_negative", TASK, **of, Hours=-3.0)
    old.plant("task_hours_many_decimals", TASK, **of, Hours=1 / 3)
    old.plant("task_orphan", TASK, EngineeringActivityId=None)
    old.plant("task_parent_gone", TASK, EngineeringActivityId=8_000_000)


def _signatures(old: OldDatabase) -> None:
    of = {"EngineeringActivityId": old.add(ACTIVITY)}
    pic = {**of, "CompletedDatePic": PICKED, "CompletedByPicId": 12}
    old.plant("task_done_by_nobody", TASK, **of, CompletedDatePic=PICKED)
    old.plant(
        "task_done_by_unknown",
        TASK,
        **of,
        CompletedDatePic=PICKED,
        CompletedByPicId=STRANGER,
    )
    old.plant("task_person_without_date", TASK, **of, CompletedByPicId=12)
    old.plant(
        "task_spv_without_pic", TASK, **of, CompletedDateSpv=PICKED, CompletedBySpvId=7
    )
    old.plant("task_manager_without_spv", TASK, **pic, CompletedDateManager=PICKED,
              CompletedByManagerId=3)  # fmt: skip
    old.plant("task_done_in_future", TASK, **pic, CompletedDateSpv=PICKED, CompletedBySpvId=7,
              CompletedDateManager=datetime(2031, 1, 1, 7), CompletedByManagerId=3)  # fmt: skip  # noqa: DTZ001


def _charges(old: OldDatabase) -> None:
    of = {
        "TaskId": old.add(TASK, EngineeringActivityId=old.add(ACTIVITY), Remark="cek")
    }
    old.add(CHARGE, **of)
    old.plant("charge_twice", CHARGE, **of)
    old.plant("charge_deleted", CHARGE, **of, ExtUserId=9, DeletedAt=MADE)
    old.plant("charge_unknown_user", CHARGE, **of, ExtUserId=STRANGER)
    old.plant("charge_is_only_text", CHARGE, **of, ExtUserId=None, PIC="Pak Hendi")
    old.plant("charge_orphan", CHARGE, TaskId=None)


def _names_of_documents(old: OldDatabase) -> None:
    old.add(DOCUMENT, Name="SLD")
    old.plant("document_same_name", DOCUMENT, Name="sld")
    old.plant("document_name_too_long", DOCUMENT, Name=LONG)
    old.plant("document_deleted", DOCUMENT, Name="Lama", DeletedAt=MADE)
    old.plant("document_without_file", DOCUMENT, Name="Tanpa", FilePath=None)


def _documents(old: OldDatabase) -> None:
    def stored(
        number: int, name: str, content: bytes | None = PDF, on_disk: str = ""
    ) -> str:
        path = GUID.format(number) + name
        if content is not None:
            old.file(f"uploads/{on_disk or path}", content)
        return path

    old.plant(
        "document_file_missing",
        DOCUMENT,
        Name="Hilang",
        FilePath=stored(2, "a.pdf", None),
    )
    upper = GUID.format(3).upper() + "B µ.PDF"
    old.plant(
        "document_file_case",
        DOCUMENT,
        Name="Huruf",
        FilePath=stored(3, "b µ.pdf", PDF, upper),
    )
    old.plant(
        "document_file_empty", DOCUMENT, Name="Kosong", FilePath=stored(4, "c.pdf", b"")
    )
    old.plant(
        "document_old_office",
        DOCUMENT,
        Name="Doc",
        FilePath=stored(5, "d.doc", b"\xd0\xcf\x11"),
    )
    old.plant(
        "document_path_escapes", DOCUMENT, Name="Jalan", FilePath="../../etc/passwd"
    )
    old.plant(
        "document_program",
        DOCUMENT,
        Name="Program",
        FilePath=stored(6, "e.exe", b"MZ\x90"),
    )
    long = stored(7, "a" * 150 + ".pdf")
    old.plant("document_stored_name_too_long", DOCUMENT, Name="Panjang", FilePath=long)
    old.plant(
        "document_without_ending", DOCUMENT, Name="Akhiran", FilePath=stored(8, "SLD µ")
    )
    old.file("uploads/yatim.pdf")


def _jobs(old: OldDatabase) -> None:
    later = {"UpdatedAt": MADE + timedelta(days=1)}
    old.add(LINK, SupportTableId=1, **later)
    old.plant("job_two_names", LINK, SupportTableId=2, JobName="Proyek 51 (lama)")
    old.plant("job_document_twice", LINK, SupportTableId=1, **later)
    old.plant(
        "job_document_null", LINK, SupportTableId=None, JobId=52, JobName="Proyek 52"
    )
    old.plant("job_document_dangling", LINK, SupportTableId=9_000_000)
    old.plant(
        "job_document_year_1",
        LINK,
        SupportTableId=3,
        CreatedAt=YEAR_1,
        UpdatedAt=YEAR_1,
    )


def _others(old: OldDatabase) -> None:
    old.plant("generation_blank", ANSWER, Content="")
    old.plant("generation_file_name_too_long", ANSWER, FileName="x" * 260 + ".pdf")
    old.plant("generation_without_inquiry", ANSWER, InquiryId=None)
    old.plant("free_text_date", "EngineerSupports", SupportDates="minggu ke-2")
    for table in (
        "SupportDetails",
        "OutstandingPostPOs",
        "DonePOs",
        "ECNData",
        "DashboardMetrics",
    ):
        old.add(table)


def _notices(old: OldDatabase) -> None:
    task = old.add(TASK, EngineeringActivityId=old.add(ACTIVITY))
    signed = old.add(TASK, EngineeringActivityId=old.add(ACTIVITY), CompletedDatePic=PICKED,
                     CompletedByPicId=12)  # fmt: skip
    old.plant("notice_role_case", NOTICE, TaskId=task, Role="PIC")
    old.plant("notice_repeated", NOTICE, TaskId=task)
    old.plant("notice_role_unknown", NOTICE, TaskId=task, Role="ppic")
    old.plant("notice_status_odd", NOTICE, TaskId=signed, Role="spv", Status="ongoing")
    old.plant("notice_overtaken", NOTICE, TaskId=signed, Message="lain")
    old.plant("notice_task_dangling", NOTICE, TaskId=9_000_000)
