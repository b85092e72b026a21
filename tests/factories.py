"""Records as the department makes them: through the services, never past them."""

import base64
from datetime import timedelta
from io import BytesIO
from typing import Any

from django.utils import timezone

from activities.models import Activity
from activities.services import plan_activity
from core.accounts.models import User
from engineering.models import ChangeAttachment, ChangeNotice
from engineering.services import (
    attach_file,
    decide_change,
    raise_change,
    withdraw_change,
)
from supportdocs.models import SupportTable
from supportdocs.services import upload_document
from tests.contract.paths import PDF, PHOTO

PNG = base64.b64decode(PHOTO)
LINES: tuple[dict[str, Any], ...] = (
    {"ext_item_id": 1001, "qty": "2", "snapshot_price": "1250000.50"},
    {"ext_item_id": 1002, "qty": "1.5", "snapshot_price": "200000", "direction": 1},
)


def a_change(by: User, *, items: Any = LINES, **fields: Any) -> ChangeNotice:
    """A pending ECN of two lines."""
    given = {
        "engineering": "Ganti MCCB 250A ke 400A",
        "detail_problem": "Beban naik dari 180A ke 320A.",
        "ext_purchase_order_id": 201,
        **fields,
    }
    change = raise_change(by=by, fields=given, items=items)
    return ChangeNotice.objects.get(pk=change.pk)


def an_approved_change(by: User, approver: User, **fields: Any) -> ChangeNotice:
    """A change that somebody has approved."""
    change = a_change(by, **fields)
    decide_change(change_id=change.pk, by=approver, status=1, remark="setuju")
    return ChangeNotice.objects.get(pk=change.pk)


def a_withdrawn_change(by: User) -> ChangeNotice:
    """A change that was taken back."""
    return withdraw_change(change_id=a_change(by).pk, by=by)


def a_file(
    change: ChangeNotice, by: User, name: str = "SLD-01.pdf", content: bytes = PDF
) -> ChangeAttachment:
    """A file of a change."""
    return attach_file(change_id=change.pk, by=by, name=name, content=BytesIO(content))


def an_activity(by: User, change: ChangeNotice | None = None) -> Activity:
    """A PostPO activity of two tasks, both Agus's; for a change, if one is given."""
    now = timezone.now()
    dates = {"starts_at": now, "ends_at": now + timedelta(days=2), "hours": 6}
    activity = plan_activity(
        by=by,
        fields={
            "description": "Panel LVMDP",
            "customer": "PT Contoh",
            "kind": Activity.Kind.POST_PO,
            "ext_job_id": 51,
            "ext_engineering_detail_problem_id": change.pk if change else None,
        },
        tasks=[
            {"description": "SLD", "people": [12], **dates},
            {"description": "Layout", "people": [12], **dates},
        ],
    )
    return Activity.objects.get(pk=activity.pk)


def a_document(
    by: User,
    name: str = "SLD LVMDP",
    file_name: str = "SLD-01.pdf",
    content: bytes = PDF,
) -> SupportTable:
    """A document of one version."""
    made = upload_document(
        by=by, name=name, file_name=file_name, content=BytesIO(content)
    )
    return SupportTable.objects.select_related("current").get(pk=made.pk)
