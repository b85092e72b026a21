"""The comparison explains what is meant, and finds what is not."""

from io import StringIO
from pathlib import Path

import orjson
import pytest
from django.core.management import call_command

from activities.models import InCharge, Task
from core.approvals.models import Decision
from engineering.models import ChangeItem, ChangeNotice
from legacy.models import LegacyRun
from legacy.tests.conftest import take_over
from legacy.tests.damage import damaged
from legacy.tests.old_database import OldDatabase, usual
from supportdocs.models import SupportTable
from tests.people import Cast

pytestmark = [pytest.mark.django_db, pytest.mark.socket_in_transaction]


def compared(old: OldDatabase, *words: str) -> tuple[int, str]:
    """Exit code and text of ``compare_legacy``."""
    said = StringIO()
    with pytest.raises(SystemExit) as ended:
        call_command("compare_legacy", old.address, *words, stdout=said, stderr=said)
    return int(ended.value.code or 0), said.getvalue()


def test_all_damage_is_explained_by_a_rule(cast: Cast, old_folder: Path) -> None:
    old = damaged(old_folder)
    take_over(old)
    code, said = compared(old)
    assert code == 0, said
    assert "vote folded" in said
    assert LegacyRun.objects.get(kind=LegacyRun.Kind.COMPARE).result["unexpected"] == 0


@pytest.mark.parametrize("seed", range(4))
def test_five_planted_are_the_five_that_are_found(
    cast: Cast, old_folder: Path, seed: int
) -> None:
    old = damaged(old_folder)
    take_over(old)
    report = old_folder / "report"
    code, said = compared(
        old, "--plant", "5", "--seed", str(seed), "--report", str(report)
    )
    found = orjson.loads((report / "compare.json").read_bytes())
    planted = [line.split() for line in said.splitlines() if "planted:" in line]
    assert (code, found["unexpected"]) == (1, 5)
    places = {(one["at"].split()[1], one["field"]) for one in found["first"]}
    assert places == {(line[2], line[3]) for line in planted}


@pytest.mark.parametrize(
    ("model", "values"),
    [
        (ChangeNotice, {"detail_problem": "lain"}),
        (ChangeItem, {"qty": 7}),
        (Decision, {"status": 2}),
        (Task, {"hours": 9}),
        (InCharge, {"ext_user_id": 9}),
        (SupportTable, {"name": "lain"}),
    ],
)
def test_a_value_that_was_changed_here_is_found(
    cast: Cast, old_folder: Path, model: type[ChangeNotice], values: dict[str, object]
) -> None:
    old = usual(old_folder)
    take_over(old)
    assert compared(old)[0] == 0
    first = model.objects.order_by("pk").values_list("pk", flat=True)[0]
    model.objects.filter(pk=first).update(**values)
    code, said = compared(old)
    assert (code, said.splitlines()[-1]) == (1, "1 unexpected")


def test_a_row_that_is_gone_and_one_too_many_are_found(
    cast: Cast, old_folder: Path
) -> None:
    old = usual(old_folder)
    take_over(old)
    ChangeNotice.objects.filter(pk=2).delete()
    SupportTable.objects.create(name="baru")
    assert compared(old)[1].splitlines()[-1] == "2 unexpected"


def test_an_address_that_is_wrong_is_a_sentence(cast: Cast) -> None:
    with pytest.raises(SystemExit) as ended:
        call_command("compare_legacy", "sqlite:///nowhere", stderr=StringIO())
    assert ended.value.code == 2
