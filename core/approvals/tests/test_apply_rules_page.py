"""The page that shows what today's rules would change about what waits, and applies them."""

import re
from typing import Any

import pytest

from core.approvals.models import ApprovalRule
from core.approvals.queries.ballots import ballot_of
from core.ledger.models import Event
from engineering.models import ChangeNotice
from engineering.services import decide_change
from tests.factories import a_change
from tests.people import Cast

pytestmark = pytest.mark.django_db
PATH = "/setup/rules/waiting/"


def ask_spv() -> None:
    """From now on an SPV decides on an ECN."""
    ApprovalRule.objects.create(kind=0).steps.create(order=1, role="spv")


def page(cast: Cast) -> str:
    answer = cast.browser("admin").get(PATH)
    assert answer.status_code == 200
    found: str = answer.content.decode()
    return found


def keys(cast: Cast) -> list[str]:
    return re.findall(r'name="rows" value="([^"]+)"', page(cast))


def send(cast: Cast, *rows: str, who: str = "admin") -> Any:
    return cast.browser(who).post(PATH, {"rows": rows}, follow=True)


def asked(change: ChangeNotice) -> set[str]:
    change.refresh_from_db()
    return {row.person.name for row in ballot_of(change).asked}


def test_the_effect_is_shown_before_anything_happens(cast: Cast) -> None:
    assert "Semua menunggu sesuai aturan hari ini" in page(cast)
    change = a_change(cast.agus)
    ask_spv()
    shown = page(cast)
    for words in (change.number, "satu manager", "satu SPV", "Hendi Saputra"):
        assert words in shown
    assert asked(change) == {"Rina Lestari", "Ratna Melati"}
    assert not Event.objects.filter(kind="approval.rerouted").exists()


def test_only_the_chosen_are_changed(cast: Cast) -> None:
    one, other = a_change(cast.agus), a_change(cast.agus)
    ask_spv()
    first, _second = keys(cast)
    answer = send(cast, first)
    assert "berlaku untuk 1 dokumen" in answer.content.decode()
    assert asked(one) == {"Hendi Saputra"}
    assert asked(other) == {"Rina Lestari", "Ratna Melati"}
    assert [key.split(":")[1] for key in keys(cast)] == [str(other.pk)]


def test_what_changed_since_is_refused_and_the_others_are_not(cast: Cast) -> None:
    one, other = a_change(cast.agus), a_change(cast.agus)
    ask_spv()
    rows = keys(cast)
    decide_change(change_id=one.pk, by=cast.rina, status=2, remark="tidak")
    answer = send(cast, *rows).content.decode()
    assert one.number in answer
    assert asked(other) == {"Hendi Saputra"}
    one.refresh_from_db()
    assert one.status == 2
    ApprovalRule.objects.all().delete()
    stale = keys(cast)
    ApprovalRule.objects.create(kind=0).steps.create(order=1, role="pic")
    assert "sudah berubah" in send(cast, *stale).content.decode()
    assert asked(other) == {"Hendi Saputra"}


@pytest.mark.parametrize(
    "row", ["", "x", "change:", "change:1", "change:x:y", "boat:1:y", "change:99999:y"]
)
def test_what_makes_no_sense_changes_nothing(cast: Cast, row: str) -> None:
    change = a_change(cast.agus)
    ask_spv()
    assert send(cast, row).status_code == 200
    assert send(cast).status_code == 200
    assert asked(change) == {"Rina Lestari", "Ratna Melati"}


def test_only_an_administrator_sees_it(cast: Cast) -> None:
    assert cast.browser("rina").get(PATH).status_code == 403
    assert send(cast, "x", who="rina").status_code == 403
