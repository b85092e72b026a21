"""People, and a BOM that waits for two of them."""

from typing import Any

import pytest

from bom.models import BomApproval
from bom.services.opening import content_of, put_up_content
from core.accounts.models import User

RAW: dict[str, Any] = {
    "name": "BOM LVMDP",
    "children": [
        {"extItemId": "1001", "qty": 2.0},
        {"name": "Incoming", "qty": 2, "children": [{"extItemId": "1002", "qty": 1.5}]},
        {"extItemId": "1001", "qty": 3.0},
    ],
}


def put_up(
    bom_id: int = 700, *people: User, raw: dict[str, Any] | None = None, **more: Any
) -> BomApproval:
    """A BOM up for approval by these people."""
    ids = frozenset(person.ext_id or 0 for person in people)
    content = content_of(bom_id, raw or RAW)
    given = {"source": "webhook", **more}
    approval = put_up_content(content=content, pic_ids=ids, **given)
    return BomApproval.objects.get(pk=approval.pk)


def with_qty(qty: object) -> dict[str, Any]:
    """Another content of the same BOM."""
    return {"name": "BOM LVMDP", "children": [{"extItemId": "1001", "qty": qty}]}


@pytest.fixture
def approval(agus: User, hendi: User) -> BomApproval:
    """Waits for Agus and Hendi."""
    return put_up(700, agus, hendi)


@pytest.fixture
def people(agus: User, hendi: User, rina: User) -> dict[str, User]:
    """By name."""
    return {"agus": agus, "hendi": hendi, "rina": rina}
