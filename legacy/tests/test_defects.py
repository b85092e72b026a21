"""Each kind of damage is found where it was planted, counted, and treated as the table says."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from activities.models import Activity, InCharge, Task
from aianalyzer.models import InquiryAiGeneration
from bom.models import BomApproval, BomApprovalPic
from core.accounts.models import User, UserRole
from core.approvals.models import Decision, Round
from core.ledger.models import Event
from engineering.models import (
    ChangeItem,
    ChangeNotice,
    Configuration,
    DepartmentConfig,
    EngineerSupport,
    PanelProcess,
)
from legacy.defects import TREATMENTS
from legacy.models import LegacyRow
from legacy.tests.conftest import Here
from legacy.tests.damage import LONG, NOTES
from legacy.tests.old_database import STRANGER
from notifications.models import Notification
from supportdocs.models import SupportEngineeringDocument, SupportJob, SupportTable

pytestmark = pytest.mark.django_db
Outcome = LegacyRow.Outcome
MADE = datetime(2026, 3, 2, 2, 15, 30, 123456, UTC)
PICKED = datetime(2026, 3, 2, 0, tzinfo=UTC)
Check = Callable[[Any, LegacyRow], bool]


def said(row: LegacyRow) -> dict[str, Any]:
    """What the first event of a record says."""
    place = {"record_type": row.model, "record_id": here_of(row)}
    after = (
        Event.objects.filter(**place)
        .order_by("seq")
        .values_list("after", flat=True)
        .first()
    )
    return dict(after or {})


def old_of(row: LegacyRow) -> dict[str, Any]:
    """The values that are not kept, as the history has them."""
    return dict(said(row).get("old", {}))


def decisions(row: LegacyRow) -> list[tuple[int | None, int]]:
    """(person, status) of the decisions on the change that a row became, or went into."""
    rows = Decision.objects.filter(
        record_type="engineering.ChangeNotice", record_id=here_of(row)
    )
    return list(rows.order_by("pk").values_list("approver__ext_id", "status"))


def of_activity(row: LegacyRow) -> dict[str, Any]:
    """What the history of a task's activity says of the task."""
    task = Task.objects.get(pk=here_of(row))
    event = Event.objects.get(
        record_type="activities.Activity", record_id=task.activity_id
    )
    found = [
        one
        for one in (event.after or {}).get("children", ())
        if one["id"] == row.source_id
    ]
    return dict(found[0].get("old", {})) if found else {}


def quarantined(_here: None, row: LegacyRow) -> bool:
    """Kept whole."""
    return (
        row.outcome == Outcome.QUARANTINED
        and row.raw is not None
        and row.pk_here is None
    )


def merged(_here: None, row: LegacyRow) -> bool:
    """It says nothing of its own."""
    return row.outcome == Outcome.MERGED and row.raw is not None


def in_the_history(_change: Any, row: LegacyRow) -> bool:
    """A vote that is no decision."""
    votes = said(row)["votes"]
    return merged(None, row) and row.source_id in {vote["id"] for vote in votes}


def other_rows(row: LegacyRow) -> list[dict[str, Any]]:
    """The PICs of another row of the same BOM, as the history has them."""
    events = Event.objects.filter(record_id=here_of(row), kind="bom.double.imported")
    return list((events.get().after or {})["pics"])


def here_of(row: LegacyRow) -> int:
    """The id of what a row became."""
    assert row.pk_here is not None
    return row.pk_here


def stranger(user: User) -> bool:
    """A placeholder: it is inactive and says so."""
    return not user.is_active and str(STRANGER) in user.name


def has_text(text: str) -> Check:
    """The text is kept as it was."""
    return lambda change, _row: bool(change.engineering == text)


CHANGED_NOTES = {"note_nul_char", "note_blank"}
CHANGES: dict[str, Check] = {
    "ecn_no_double": lambda c, r: c.number == f"ECN#{c.pk}" and old_of(r)["No"] == "ecn-001"
    and "ecn-001" in c.search_text,
    "ecn_no_too_long": lambda c, r: c.number == f"ECN#{c.pk}" and old_of(r)["No"] == LONG.strip(),
    "ecn_po_too_long": lambda c, r: c.po_number == LONG[:100] and old_of(r)["PoNumber"] == LONG,
    "ecn_customer_too_long": lambda c, r: c.customer == LONG[:200] and old_of(r)["Cust"] == LONG,
    "ecn_project_too_long": lambda c, r: c.project_name == LONG[:300]
    and old_of(r)["ProjectName"] == LONG,
    "ecn_date_null": lambda c, _r: c.date == date(2026, 3, 2),
    "ecn_date_year_1": lambda c, _r: c.date == date(2026, 3, 2),
    "ecn_date_local_midnight": lambda c, _r: c.date == date(2026, 3, 2),
    "ecn_created_null": lambda c, _r: c.created_at == MADE,
    "ecn_deleted": lambda c, _r: c.deleted_at == MADE
    and Round.objects.about(c).get().state == Round.State.WITHDRAWN,
    "ecn_type_null": lambda c, _r: c.kind == ChangeNotice.Kind.ECN,
    "ecn_type_odd": lambda c, r: c.kind == ChangeNotice.Kind.OTHERS and old_of(r)["TypeEcnCcn"] == 9,
    "ecn_status_null": lambda c, _r: c.status == 0,
    "ecn_status_odd": lambda c, r: c.status == 0 and old_of(r)["Status"] == 7,
    "ecn_margin_absurd": lambda c, r: c.margin_before is None
    and old_of(r)["MarginBefore"] == "10000000.0",
    "ecn_requester_unknown": lambda c, _r: c.ext_user_id == STRANGER and stranger(c.requester),
    "ecn_wiped_by_input_page": lambda c, _r: c.requester is None and c.po_number == "",
    "ecn_single_part_columns": lambda c, _r: [
        (i.part_number, i.qty, i.snapshot_price, i.ext_item_id) for i in c.items.all()
    ] == [("LV429630", Decimal(2), Decimal(1_250_000), None)] and c.net == Decimal(2_500_000),
    "ecn_decided_without_approval": lambda c, r: c.status == 1 and decisions(r) == [(3, 1)],
    "ecn_header_disagrees": lambda c, r: c.status == 1 and decisions(r) == [(3, 1)]
    and len(said(r)["votes"]) == 2,
    "ecn_file_missing": lambda c, r: not c.attachments.exists()
    and old_of(r)["ApprovalFileName"] == "foto.png",
    "ecn_file_empty": lambda c, _r: not c.attachments.exists(),
    "ecn_file_without_name": lambda c, _r: c.attachments.get().name == f"{c.number}.pdf",
    "note_nul_char": lambda c, _r: c.engineering == "Ganti",
    "note_blank": lambda c, _r: c.engineering == "",
    **{name: has_text(text) for name, text in NOTES.items() if name not in CHANGED_NOTES},
}  # fmt: skip
LINES: dict[str, Check] = {
    "item_qty_null": lambda i, _r: i.qty == 0,
    "item_qty_negative": lambda i, _r: (i.qty, i.direction) == (Decimal(2), 1),
    "item_price_null": lambda i, _r: i.snapshot_price is None,
    "item_price_many_decimals": lambda i, _r: i.snapshot_price == Decimal("100.12"),
    "item_price_huge": lambda i, _r: i.snapshot_price is None,
    "item_without_part": lambda i, _r: i.ext_item_id is None,
    "item_deleted": lambda i, _r: i.deleted_at == MADE,
    "item_doubled_by_input_page": lambda i, _r: (
        i.change.items.filter(ext_item_id=1002).count() == 2
    ),
}
VOTES: dict[str, Check] = {
    "ecn_approval_pending_row": in_the_history,
    "ecn_approver_null": in_the_history,
    "ecn_approval_repeated": lambda c, r: (
        in_the_history(c, r) and (3, 1) in decisions(r)
    ),
}
COUNTED: dict[str, Check] = {
    "ecn_approver_unknown": lambda d, _r: stranger(d.approver) and d.status == 1,
    "ecn_self_approved": lambda d, _r: d.by_author and d.approver.ext_id == 12,
    "ecn_approval_undated": lambda d, _r: (
        d.decided_at == MADE and d.door == Decision.Door.IMPORT
    ),
}
BOMS: dict[str, Check] = {
    "bom_twice": lambda _b, r: merged(None, r)
    and BomApproval.objects.get(ext_bom_leveled_id=700).status == 1
    and other_rows(r)[0]["person"] == 9,
    "bom_header_status": lambda b, _r: b.status == 0,
    "bom_deleted": lambda b, _r: b.deleted_at == MADE,
    "bom_unknown_to_ppic": lambda b, _r: b.revisions.get().line_count == 0,
}  # fmt: skip
PICS: dict[str, Check] = {
    "pic_twice": lambda p, _r: (
        p.deleted_at is None
        and p.approval.status == 2
        and p.approval.pics.alive().filter(ext_user_id=9).count() == 1
    ),
    "pic_status_null": lambda p, _r: (
        not p.approval.decisions.filter(approver__ext_id=7).exists()
    ),
    "pic_deleted": lambda p, _r: p.deleted_at == MADE,
    "pic_unknown_user": lambda _p, _r: stranger(User.objects.get(ext_id=STRANGER)),
}
ACTIVITIES: dict[str, Check] = {
    "activity_customer_missing": lambda a, _r: a.customer == "",
    "activity_customer_is_json": lambda a, _r: a.customer == "PT Nusa Lentera Energi",
    "activity_customer_too_long": lambda a, r: (
        a.customer == LONG[:200] and old_of(r)["Customer"] == LONG
    ),
    "activity_deleted": lambda a, _r: a.deleted_at == MADE,
    "activity_description_null": lambda a, _r: a.description == "",
    "activity_document_dangling": lambda a, r: (
        a.support_table_id is None and old_of(r)["SupportTableId"] == 9_000_000
    ),
    "activity_ecn_dangling": lambda a, r: (
        a.ext_engineering_detail_problem_id is None
        and old_of(r)["ExtEngineeringDetailProblemId"] == 9_000_000
    ),
    "activity_panel_zero": lambda a, _r: a.ext_panel_code_id is None,
    "activity_type_odd": lambda a, r: (
        a.kind == Activity.Kind.OTHERS and old_of(r)["Type"] == 7
    ),
    "activity_without_tasks": lambda a, _r: a.task_count == 0,
    "activity_cache_stale": lambda a, _r: a.from_cache == PICKED,
}
TASKS: dict[str, Check] = {
    "task_deleted": lambda t, _r: t.deleted_at == MADE,
    "task_undated": lambda t, _r: t.starts_at is None,
    "task_without_end": lambda t, _r: t.starts_at == PICKED and t.ends_at is None,
    "task_ends_before_start": lambda t, r: (
        t.ends_at == t.starts_at == PICKED and of_activity(r)["To"]
    ),
    "task_hours_negative": lambda t, r: (
        t.hours is None and of_activity(r)["Hours"] == "-3.0"
    ),
    "task_hours_many_decimals": lambda t, _r: t.hours == Decimal("0.33"),
    "task_orphan": lambda t, _r: (
        t.activity.description == "Impor: tugas tanpa aktivitas"
    ),
    "task_parent_gone": lambda t, _r: (
        t.activity.description == "Impor: tugas tanpa aktivitas"
    ),
    "task_done_by_nobody": lambda t, _r: (
        t.completed_date_pic == PICKED and t.completed_by_pic_id is None
    ),
    "task_done_by_unknown": lambda t, _r: (
        t.completed_by_pic_id == STRANGER
        and stranger(User.objects.get(ext_id=STRANGER))
    ),
    "task_person_without_date": lambda t, _r: (
        t.completed_by_pic_id is None and t.level == 0
    ),
    "task_spv_without_pic": lambda t, _r: (
        (t.completed_date_pic, t.completed_by_pic_id) == (PICKED, None)
        and t.completed_by_spv_id == 7
    ),
    "task_manager_without_spv": lambda t, _r: (
        (t.completed_date_spv, t.completed_by_spv_id) == (PICKED, None) and t.level == 3
    ),
    "task_done_in_future": lambda t, _r: (
        t.completed_date_manager == datetime(2031, 1, 1, tzinfo=UTC)
    ),
}
CHARGES: dict[str, Check] = {
    "charge_twice": lambda c, _r: (
        c.deleted_at == MADE
        and InCharge.objects.filter(
            task=c.task, ext_user_id=12, deleted_at=None
        ).count()
        == 1
    ),
    "charge_deleted": lambda c, _r: c.deleted_at == MADE,
    "charge_unknown_user": lambda c, _r: c.ext_user_id == STRANGER,
}
DOCUMENTS: dict[str, Check] = {
    "document_same_name": lambda d, _r: d.name == "sld",
    "document_name_too_long": lambda d, r: (
        d.name == " ".join(LONG[:300].split()) and old_of(r)["Name"] == LONG
    ),
    "document_deleted": lambda d, _r: d.deleted_at == MADE,
    "document_without_file": lambda d, _r: d.current is None,
    "document_file_missing": lambda d, r: (
        d.current is None and "a.pdf" in old_of(r)["FilePath"]
    ),
    "document_file_case": lambda d, _r: d.current.size > 0,
    "document_file_empty": lambda d, _r: d.current.size == 0 and d.current.is_damaged,
    "document_old_office": lambda d, _r: (
        d.current.extension == "doc" and d.current.text_state == 3
    ),
    "document_path_escapes": lambda d, r: (
        d.current is None and old_of(r)["FilePath"] == "../../etc/passwd"
    ),
    "document_program": lambda d, r: (
        d.current is None and old_of(r)["keptAs"].startswith("quarantine/")
    ),
    "document_stored_name_too_long": lambda d, _r: (
        len(d.current.stored_name) <= 120
        and d.current.former_names.get().name.endswith("a" * 150 + ".pdf")
    ),
    "document_without_ending": lambda d, _r: d.current.extension == "pdf",
}
GENERATIONS: dict[str, Check] = {
    "generation_blank": lambda g, _r: g.content == "",
    "generation_file_name_too_long": lambda g, r: (
        g.file_name == "x" * 200 and old_of(r)["FileName"]
    ),
    "generation_without_inquiry": lambda g, _r: g.ext_inquiry_id is None,
}
NOTICES: dict[str, Check] = {
    "notice_role_case": lambda n, _r: n.role == "pic",
    "notice_status_odd": lambda n, _r: n.status == Notification.Status.ON_GOING,
    "notice_overtaken": lambda n, _r: n.status == Notification.Status.COMPLETED,
}
JOBS: dict[str, Check] = {
    "job_two_names": lambda k, _r: k.job.job_name == "Proyek 51",
    "job_document_year_1": lambda k, _r: k.created_at.year >= 2026,
}
ROLES: dict[str, Check] = {"role_case_or_space": lambda r, _r: r.role == "spv"}
QUARANTINED = ("role_unknown", "role_of_nobody", "configuration_refused", "panel_process_refused",
               "item_orphan", "ecn_approval_orphan", "bom_without_id", "bom_without_pics", "pic_orphan",
               "pic_of_nobody", "charge_orphan", "notice_role_unknown", "notice_task_dangling")  # fmt: skip
OTHERS: dict[str, Check] = {
    **dict.fromkeys(QUARANTINED, quarantined),
    "role_double": lambda _h, r: (
        merged(None, r) and UserRole.objects.filter(user_id=12, role="pic").count() == 1
    ),
    "configuration_double": lambda _h, r: (
        merged(None, r) and Configuration.objects.get().value == Decimal(5_000_000)
    ),
    "department_double": lambda _h, r: (
        merged(None, r) and DepartmentConfig.objects.count() == 1
    ),
    "department_null": lambda _h, r: r.outcome == Outcome.DROPPED,
    "charge_is_only_text": lambda _h, r: (
        merged(None, r)
        and Task.objects.get(pk=here_of(r)).remark == "cek\nPIC: Pak Hendi"
    ),
    "job_document_twice": lambda _h, r: (
        merged(None, r)
        and SupportEngineeringDocument.objects.filter(
            job__job_id=51, document=1
        ).count()
        == 1
    ),
    "job_document_null": lambda _h, r: (
        merged(None, r) and SupportJob.objects.get(job_id=52).pk == r.pk_here
    ),
    "job_document_dangling": lambda _h, r: r.outcome == Outcome.DROPPED,
    "notice_repeated": merged,
}
BY_MODEL: tuple[tuple[Any, dict[str, Check]], ...] = (
    (ChangeNotice, CHANGES), (ChangeItem, LINES), (Decision, COUNTED), (BomApproval, BOMS),
    (BomApprovalPic, PICS), (Activity, ACTIVITIES), (Task, TASKS), (InCharge, CHARGES),
    (SupportTable, DOCUMENTS), (InquiryAiGeneration, GENERATIONS), (Notification, NOTICES),
    (SupportEngineeringDocument, JOBS), (UserRole, ROLES), (ChangeNotice, VOTES), (PanelProcess, {}),
    (EngineerSupport, {"free_text_date": lambda s, _r: s.support_dates == "minggu ke-2"}),
)  # fmt: skip
# Not in a row of the old database, or not to be told from another.
ELSEWHERE = {"upload_nobody_names", "task_wiped_by_add_customer", "unknown_column"}
ALL = [
    (model, name, check) for model, checks in BY_MODEL for name, check in checks.items()
]
ALL += [(None, name, check) for name, check in OTHERS.items()]


def test_every_kind_of_damage_has_a_check() -> None:
    assert {name for _model, name, _check in ALL} | ELSEWHERE == set(TREATMENTS)


@pytest.mark.parametrize(
    ("model", "name", "check"), ALL, ids=[name for _m, name, _c in ALL]
)
def test_damage_is_found_and_treated(
    here: Here, model: Any, name: str, check: Check
) -> None:
    row = here.row(name)
    assert name in row.marks
    record = model.objects.get(pk=here_of(row)) if model and row.pk_here else None
    assert check(record, row)


def test_what_cannot_be_told_from_undated_is_kept(here: Here) -> None:
    assert "task_undated" in here.row("task_wiped_by_add_customer").marks


def test_files_that_no_row_names_are_listed_with_their_digest(here: Here) -> None:
    (file,) = here.report()["filesOfNobody"]
    assert file["name"] == "yatim.pdf"
    assert len(file["sha256"]) == 64


def test_the_report_counts_each_kind_of_damage(here: Here) -> None:
    counts = {row["name"]: row["count"] for row in here.report()["defects"]}
    assert {name for name, n in counts.items() if not n} <= ELSEWHERE


def test_every_row_is_accounted_for(here: Here) -> None:
    for table in here.report()["tables"]:
        became = sum(table[name] for name in Outcome.values)
        assert became == table["read"], table["table"]
