"""The predecessor's one verb: an approval that is posted back does all that it asks, or nothing."""

from typing import Any

import pytest

from bom.models import BomApproval
from bom.services.legacy import meant_bom, needs_content, save_bom
from bom.tests.test_verbs import code_of, holds, traces
from core.accounts.models import User

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ({}, ("invalid", ["extBomLeveledId"])),
        ({"ext_bom_leveled_id": 0}, ("invalid", ["extBomLeveledId"])),
        ({"id": 99_999}, ("not_found", [])),
        ({"id": "own", "ext_bom_leveled_id": 1}, ("invalid", ["extBomLeveledId"])),
        ({"id": "own", "ext_bom_leveled_id": 700}, ("done", [])),
        ({"id": "own"}, ("done", [])),
        ({"ext_bom_leveled_id": 5}, ("done", [])),
    ],
)
def test_which_bom_a_post_means(
    approval: BomApproval, data: dict[str, Any], expected: Any
) -> None:
    given = {key: approval.pk if v == "own" else v for key, v in data.items()}
    assert code_of(meant_bom, given) == expected


@pytest.mark.parametrize(
    ("bom", "who", "own", "expected"),
    [
        (701, "agus", None, True),
        (700, "agus", None, False),
        (700, "hendi", None, True),
        (700, "hendi", 1, False),
        (700, "rina", None, True),
    ],
)
def test_when_ppic_is_asked_before(
    approval: BomApproval,
    people: dict[str, User],
    bom: int,
    who: str,
    own: int | None,
    *,
    expected: bool,
) -> None:
    by = people[who]
    pics = [{"ext_user_id": by.ext_id, "status": own}] if own else []
    assert needs_content({"ext_bom_leveled_id": bom, "pics": pics}, by) is expected


OWN = {"ext_user_id": 12, "status": 1}
POSTS: dict[str, tuple[str, dict[str, Any], tuple[str, list[str]]]] = {
    "own yes": ("agus", {"pics": [OWN]}, ("done", [])),
    "own yes, others as they stand": (
        "agus",
        {"pics": [OWN, {"ext_user_id": 7, "status": 0}]},
        ("done", []),
    ),
    "another's yes": (
        "agus",
        {"pics": [{"ext_user_id": 7, "status": 1}]},
        ("forbidden", []),
    ),
    "a manager in another's name": ("rina", {"pics": [OWN]}, ("forbidden", [])),
    "a status of the whole": ("agus", {"status": 1}, ("illegal_transition", [])),
    "the status that stands": ("agus", {"status": 0}, ("done", [])),
    "named twice": ("agus", {"pics": [OWN, OWN]}, ("invalid", ["pics"])),
    "nobody named": ("agus", {"pics": [{"status": 1}]}, ("invalid", ["pics"])),
    "a row of another BOM": (
        "agus",
        {"pics": [OWN | {"id": 99_999}]},
        ("invalid", ["pics"]),
    ),
    "a remark alone": (
        "agus",
        {"pics": [{"ext_user_id": 12, "remark": "x"}]},
        ("invalid", ["pics"]),
    ),
    "no without a reason": (
        "agus",
        {"pics": [{"ext_user_id": 12, "status": 2}]},
        ("invalid", ["remark"]),
    ),
    "an invitation by a PIC": (
        "agus",
        {"pics": [{"ext_user_id": 3}]},
        ("forbidden", []),
    ),
    "an invitation by a manager": (
        "rina",
        {"pics": [{"ext_user_id": 3}]},
        ("done", []),
    ),
    "a removal by a manager": (
        "rina",
        {"pics": [{"ext_user_id": 12, "deleted_at": "2026-03-16"}]},
        ("done", []),
    ),
    "a removal by a PIC": (
        "hendi",
        {"pics": [{"ext_user_id": 12, "deleted_at": "2026-03-16"}]},
        ("forbidden", []),
    ),
    "an old revision": ("agus", {"pics": [OWN], "revision": 9}, ("stale_revision", [])),
    "no revision": (
        "agus",
        {"pics": [OWN], "revision": None},
        ("invalid", ["revision", "digest"]),
    ),
    "an old tag": ("agus", {"if_match": '"old"'}, ("precondition_failed", [])),
}


@pytest.mark.parametrize("case", POSTS)
def test_a_posted_approval_does_all_or_nothing(
    approval: BomApproval, people: dict[str, User], case: str
) -> None:
    who, more, expected = POSTS[case]
    shown = {"revision": approval.revision, "digest": approval.digest}
    data = {"ext_bom_leveled_id": 700, **shown, **more}
    tag = str(data.pop("if_match", ""))
    before, row = traces(), BomApproval.objects.values().get()
    found = code_of(save_bom, by=people[who], data=data, content=None, if_match=tag)
    assert found == expected
    if found[0] != "done":
        assert traces() == before
        assert BomApproval.objects.values().get() == row
    holds()
