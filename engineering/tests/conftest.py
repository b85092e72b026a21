"""People who raise and decide, and one pending change."""

from typing import Any

import pytest

from core.accounts.models import User
from engineering.models import ChangeNotice
from engineering.queries.upstream_names import UpstreamNames
from engineering.services import raise_change

NOTHING_KNOWN = UpstreamNames()


def a_change(by: User, **fields: Any) -> ChangeNotice:
    """A pending ECN of two lines: 2 x 4,170,000 in, 1 x 1,350,000 out."""
    return raise_change(
        by=by,
        fields={
            "kind": 0,
            "engineering": "Ganti MCCB",
            "detail_problem": "Arus naik",
            **fields,
        },
        items=[
            {
                "ext_item_id": 1001,
                "qty": 2,
                "snapshot_price": 4_170_000,
                "direction": 0,
            },
            {
                "ext_item_id": 1002,
                "qty": 1,
                "snapshot_price": 1_350_000,
                "direction": 1,
            },
        ],
        facts=NOTHING_KNOWN,
    )


@pytest.fixture
def change(agus: User, rina: User) -> ChangeNotice:
    """Raised by Agus; Rina may decide."""
    return a_change(agus)
