"""The kill points stand where they say: each is passed, in this order, by what the runs do."""

from functools import partial
from typing import Any

import pytest

from tests.chaos import kill9, kill9_tasks, kill_points
from tests.chaos.kill_points import KillPoint

pytestmark = pytest.mark.django_db(transaction=True)
KNOWN_BOM = 700  # to the sandbox's PPIC


@pytest.fixture
def passed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the points in the order in which they are passed; nobody dies."""
    names: list[str] = []
    for name, point in kill_points.POINTS.items():
        kill_points.wrap(point, partial(names.append, name), monkeypatch.setattr)
    for run in (kill9, kill9_tasks):
        monkeypatch.setattr(run, "die_at", names.append)
    return names


def test_an_approval_and_its_delivery_pass_each_point(
    passed: list[str], sandbox: Any
) -> None:
    pics = kill9.make_people()[:2]
    kill9.put_up(KNOWN_BOM, pics)
    kill9.flow(KNOWN_BOM, pics, lambda _word: None)
    decision = ["K0", "K1", "K2", "K3", "K4"]
    assert passed == [*decision, *decision, "K5", "K6", "K7", "K10", "K11"]
    assert set(kill9.POINTS) == set(passed)


def test_a_plan_and_its_signatures_pass_each_point(
    passed: list[str], sandbox: Any
) -> None:
    people = kill9.make_people()
    kill9_tasks.give_roles(people)
    kill9_tasks.flow("a plan", people, lambda _word: None)
    signature = ["A3", "A4", "A5", "A6"]
    taken_back = ["A3", "A4", "A5", "A9"]
    delivery = ["K7", "K10", "K11"]
    verbs = [*signature * 6, *taken_back, *signature]
    start = ["A0", "A1", "A2", "A7", *verbs, "A8"]
    assert passed[: len(start)] == start
    assert passed[len(start) :][:3] == delivery
    assert set(kill9_tasks.POINTS) == set(passed)


def test_a_function_that_is_gone_is_noticed() -> None:
    gone = KillPoint("before", "bom.services.decisions:decided_long_ago")
    with pytest.raises(AttributeError):
        kill_points.wrap(gone, kill_points.die)
