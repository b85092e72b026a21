"""Password or PIN once more for a decision on a change: each, or above the company's threshold."""

from typing import Any

import pytest

from core.approvals.models import Decision
from core.errors import DomainError
from engineering.models import ChangeNotice, Configuration
from engineering.queries.thresholds import decisions_need_reentry
from engineering.services import confirm_posted
from engineering.tests.conftest import a_change
from tests.people import PASSWORD, Cast

API = "/engineeringDetailProblems"


@pytest.fixture
def change(cast: Cast) -> ChangeNotice:
    """Its net cost is 6,990,000; the threshold without a row is 5,000,000."""
    return a_change(cast.agus)


@pytest.mark.parametrize(
    ("mode", "limit", "is_needed"),
    [
        ("off", 1, False),
        ("each", 9_000_000, True),
        ("above_threshold", 9_000_000, False),
        ("above_threshold", 6_990_000, False),
        ("above_threshold", 6_989_999, True),
    ],
)
def test_the_threshold_is_the_companys(
    change: ChangeNotice, settings: Any, mode: str, limit: int, is_needed: bool
) -> None:
    Configuration.objects.create(name="CCNThreshold", value=limit)
    settings.SIGNATURE_REAUTH = mode
    assert decisions_need_reentry([change]) is is_needed
    assert decisions_need_reentry([]) is (mode == "each")


def test_above_it_the_page_asks_and_refuses(
    cast: Cast, change: ChangeNotice, settings: Any
) -> None:
    settings.SIGNATURE_REAUTH = "above_threshold"
    rina, page = cast.browser("rina"), f"/changes/{change.pk}/"
    assert b'name="password"' in rina.get(page).content
    form = {"status": "1", "revision": "1", "digest": change.digest, "remark": "baik"}
    refused = rina.post(f"{page}decide/", form)
    assert refused.status_code == 400
    assert "baik" in refused.content.decode()
    assert not Decision.objects.exists()
    assert rina.post(f"{page}decide/", form | {"password": PASSWORD}).status_code == 302
    assert Decision.objects.count() == 1


def test_below_it_nothing_is_asked(
    cast: Cast, change: ChangeNotice, settings: Any
) -> None:
    settings.SIGNATURE_REAUTH = "above_threshold"
    Configuration.objects.create(name="CCNThreshold", value=9_000_000)
    rina, page = cast.browser("rina"), f"/changes/{change.pk}/"
    assert b'name="password"' not in rina.get(page).content
    cast.api("rina").write(f"{API}/{change.pk}/decision", {"status": 1})


@pytest.mark.parametrize(
    ("data", "is_asked"),
    [
        ({}, False),
        ({"engineering": "lain"}, False),
        ({"status": 0}, False),
        ({"status": 1}, True),
        ({"status": 1, "deleted_at": "2026-01-01"}, False),
        ({"approvals": [{"ext_user_id": 3, "status": 2}]}, True),
    ],
)
def test_a_posted_record_is_asked_only_for_its_decision(
    cast: Cast,
    change: ChangeNotice,
    settings: Any,
    data: dict[str, Any],
    is_asked: bool,
) -> None:
    settings.SIGNATURE_REAUTH = "above_threshold"
    given: dict[str, Any] = {"by": cast.rina, "secret": "", "address": ""}
    for known in ({"id": change.pk}, {}):
        if is_asked:
            with pytest.raises(DomainError, match=r"."):
                confirm_posted(data=data | known, **given)
        else:
            assert confirm_posted(data=data | known, **given) == ""
    assert confirm_posted(data=data | {"id": 999}, **given) == ""


def test_a_key_keeps_its_one_effect_and_no_secret(
    cast: Cast, change: ChangeNotice, settings: Any
) -> None:
    settings.SIGNATURE_REAUTH = "each"
    rina, key = cast.api("rina"), {"Idempotency-Key": "k1"}
    body = {"status": 1, "password": PASSWORD}
    path = f"{API}/{change.pk}/decision"
    first, again = (rina.call("POST", path, body, key) for _ in range(2))
    assert (first.status_code, first.content) == (200, again.content)
    assert again["Idempotency-Replayed"] == "true"
    new = {"kind": 0, "engineering": "Baru", "detailProblem": "x"}
    key = {"Idempotency-Key": "k2"}
    both = [
        rina.call("POST", API, new | {"password": text}, key) for text in ("a", "b")
    ]
    assert both[0].content == both[1].content
    assert ChangeNotice.objects.count() == 2
