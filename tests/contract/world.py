"""The small department that every example call meets, at one fixed moment."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from io import BytesIO
from typing import Any

import time_machine
from django.core.management.color import no_style
from django.db import connection, transaction
from django.utils import timezone

from activities.services import sign_off
from aianalyzer.models import InquiryAiGeneration
from aianalyzer.services import record_generation, start_analysis
from bom.services import open_bom
from core.accounts.models import User, UserRole
from core.approvals.models import DueTime
from core.approvals.queries.links import token_of
from core.approvals.services import make_links, substitute
from core.ledger.services import save_row
from core.lists.services import save_view
from core.service_accounts.services import make_service_account, make_service_token
from core.talk.services import add_comment
from core.talk.services.comments import Saying
from core.talk.subjects import place_of
from core.workdays.models import Leave
from core.workdays.services import enter_leave
from engineering.models import (
    ChangeNotice,
    Configuration,
    DonePo,
    EngineerSupport,
    OutstandingPostPo,
    PanelProcess,
    SupportDetail,
)
from engineering.services import choose_departments, receipt_of_change, write_note
from notifications.models import Notification
from supportdocs.services import set_job_documents
from tests.contract.paths import PDF
from tests.factories import (
    a_change,
    a_document,
    a_file,
    a_withdrawn_change,
    an_activity,
    an_approved_change,
)
from tests.people import Cast

NOW = "2026-03-17T02:30:00Z"
OURS = (
    "accounts_",
    "activities_",
    "aianalyzer_",
    "approvals_",
    "bom_",
    "engineering_",
    "ledger_",
    "lists_",
    "notifications_",
    "receipts_",
    "supportdocs_",
    "talk_",
    "workdays_leave",
)


@dataclass(frozen=True)
class World:
    """Ids of what there is, by the names that the example calls use."""

    cast: Cast
    ids: dict[str, Any]
    change: ChangeNotice

    def path(self, template: str, **others: int) -> str:
        """The template with the ids filled in."""
        return template.format_map(self.ids | others)


@contextmanager
def at_noon() -> Iterator[None]:
    """The moment of every golden answer."""
    with time_machine.travel(NOW, tick=False):
        yield


@contextmanager
def undone() -> Iterator[None]:
    """Take back whatever is done inside."""
    block: Any = transaction.atomic()
    block._from_testcase = True  # upstreams may be called: no code of ours holds it
    with block:
        try:
            yield
        finally:
            transaction.set_rollback(True)


def reset_sequences() -> None:
    """Let ids begin at 1 again: PostgreSQL does not take them back with a test."""
    tables = [
        row
        for row in connection.introspection.sequence_list()
        if str(row["table"]).startswith(OURS)
    ]
    statements = connection.ops.sequence_reset_by_name_sql(no_style(), tables)
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def make_world(cast: Cast) -> World:
    """One of everything, made through the services."""
    # Due dates would depend on the holidays of the year that are shipped.
    DueTime.objects.all().delete()
    change = a_change(cast.agus)
    # Evidence of somebody who decides: it makes no revision.
    a_file(change, cast.rina)
    decided = an_approved_change(cast.agus, cast.rina, kind=1)
    gone = a_withdrawn_change(cast.agus)
    rows = _tables(cast.admin)
    bom = open_bom(ext_bom_id=700, by=cast.hendi, pic_ids=[12, 7])
    activity = an_activity(cast.hendi, change)
    task, signed = activity.tasks.order_by("pk")
    sign_off(task_id=signed.pk, stage="pic", by=cast.agus)
    told = Notification.objects.filter(task_id=task.pk, recipient=cast.agus)
    document = a_document(cast.agus)
    set_job_documents(
        job_id=51, by=cast.agus, document_ids=[document.pk], job_name="LVMDP Cikini"
    )
    ids = {
        "activityId": activity.pk,
        "taskId": task.pk,
        "signedTaskId": signed.pk,
        "leaveId": _leave(cast.agus).pk,
        "taskNoticeId": told[0].pk,
        "documentId": document.pk,
        "documentFile": document.current.file_path if document.current else "",
        "documentJob": 51,
        "id": change.pk,
        "decided": decided.pk,
        "receiptCode": receipt_of_change(decided).code,
        "gone": gone.pk,
        "unknown": 999_999,
        "poId": 201,
        "mrId": 3,
        "bomId": 700,
        "bomRow": bom.pk,
        "bomDigest": bom.digest,
        "substitutionId": _a_substitution(cast),
        "viewId": _a_view(cast),
        "decideToken": _a_link(cast.ratna, change),
        "userId": cast.agus.ext_id or 0,
        "roleId": UserRole.objects.order_by("pk")[0].pk,
        **_talk(cast, change),
        **_analyses(cast),
        **rows,
        **_a_machine(cast.admin),
    }
    return World(cast, ids, change)


def _a_link(person: User, change: ChangeNotice) -> str:
    """The token of a person's link to decide on a change."""
    made = make_links(change._meta.label, change.pk, [person.pk])
    return token_of(made[person.pk])


def _a_machine(admin: User) -> dict[str, int]:
    """A service account with a token."""
    account = make_service_account(name="PPIC malam", purpose="Membaca BOM.", by=admin)
    token, _text = make_service_token(
        account_id=account.pk, by=admin, last_day=timezone.localdate()
    )
    return {"machineId": account.pk, "machineTokenId": token.pk}


def _a_view(cast: Cast) -> int:
    """Agus' changes that wait."""
    return save_view(by=cast.agus, name="changes", label="ECN", query="status=0").pk


def _talk(cast: Cast, change: ChangeNotice) -> dict[str, Any]:
    """A comment of Hendi's on the change, with a file."""
    place = place_of(change)
    row = add_comment(
        place=place,
        by=cast.hendi,
        text="Sudah dicek, lihat berkas.",
        more=Saying(files=[("cek.pdf", BytesIO(PDF))]),
    )
    return {
        "talkRecord": place.subject.reference(change),
        "talkBom": "bom:700",
        "commentId": row.pk,
        "commentFileId": row.files.get().pk,
    }


def _a_substitution(cast: Cast) -> int:
    """Hendi stands in for Agus on two days, some weeks from now."""
    first = timezone.localdate() + timedelta(days=20)
    row = substitute(
        person=cast.agus,
        by=cast.agus,
        stand_in=cast.hendi,
        first_day=first,
        last_day=first + timedelta(days=1),
    )
    return row.pk


def _analyses(cast: Cast) -> dict[str, int]:
    """One that was recorded, one that waits, one that failed."""
    fields = {"file_name": "lama.pdf", "model": "gpt4", "ext_inquiry_id": 301}
    content = {"content": "# Hasil\n\n- LVMDP 3200 A"}
    recorded = record_generation(by=cast.agus, fields=fields | content)
    waiting, failed = _asked(cast.agus, 301), _asked(cast.agus, 302)
    rows = InquiryAiGeneration.objects.filter(pk=failed.pk)
    rows.update(state="failed", failure="broken")
    return {
        "recordedId": recorded.pk,
        "generationId": waiting.pk,
        "failedId": failed.pk,
        "noteId": write_note(
            by=cast.agus,
            fields={"text": "Rel DIN 35 mm disepakati dengan pelanggan."},
            files=[("rapat.txt", BytesIO(b"Rel DIN 35 mm."))],
        ).pk,
    }


def _leave(by: User) -> Leave:
    return enter_leave(
        ext_user_id=by.ext_id, first=date(2026, 3, 30), last=date(2026, 3, 31), by=by
    )


def _asked(by: User, inquiry_id: int) -> InquiryAiGeneration:
    content = BytesIO(b"Panel LVMDP 3200 A, 400 V, IP 54.\n")
    return start_analysis(
        by=by, name="spek.txt", content=content, ext_inquiry_id=inquiry_id
    )


def _tables(by: User) -> dict[str, int]:
    rows: dict[str, tuple[Any, dict[str, Any]]] = {
        "configurationId": (Configuration, {"name": "CCNThreshold", "value": 5000000}),
        "supportId": (EngineerSupport, {"engineer": "Agus", "project": "LVMDP Cikini"}),
        "detailId": (SupportDetail, {"no": "1", "cust": "PT Nusa Lentera", "qty": 2}),
        "outstandingId": (OutstandingPostPo, {"customer": "Agus", "total_outs": 3}),
        "doneId": (DonePo, {"job_category": "SLD", "outs": 1, "process_hours": 2}),
        "processId": (
            PanelProcess,
            {"panel_type": "LVMDP", "process_name": "SLD", "minutes": 240},
        ),
    }
    choose_departments(department_ids=[4], by=by)
    return {
        name: save_row(model=model, data=data, by=by, verb="set_up").pk
        for name, (model, data) in rows.items()
    }
