"""An approved change and its receipt."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.utils import translation

from core.accounts.models import User
from core.receipts.models import Receipt
from engineering.models import ChangeNotice
from engineering.services import decide_change, raise_change, receipt_of_change
from engineering.tests.conftest import NOTHING_KNOWN


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    """Refusals are compared in one language; pages choose their own."""
    with translation.override("en"):
        yield


def approved(agus: User, rina: User, **fields: Any) -> ChangeNotice:
    """Raised by Agus, approved by Rina."""
    wanted = {"engineering": "Ganti MCCB", "detail_problem": "Arus naik", **fields}
    change = raise_change(by=agus, fields=wanted, facts=NOTHING_KNOWN)
    decide_change(change_id=change.pk, by=rina, status=1, remark="Setuju ≥ 250 A")
    return ChangeNotice.objects.get(pk=change.pk)


@pytest.fixture
def change(agus: User, rina: User) -> ChangeNotice:
    return approved(agus, rina)


@pytest.fixture
def receipt(change: ChangeNotice) -> Receipt:
    return receipt_of_change(change)
