"""Today's rules on what waits, where thousands wait: bounded queries, page after page, nothing left out."""

import re
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.db.models import Model

from core.accounts.models import User
from core.approvals.models import ApprovalRule, Assignment, Round, RoundStep
from core.approvals.queries import rerouting
from core.approvals.queries.ballots import ballot_of
from core.approvals.queries.rerouting import looked_at, reroutings
from core.approvals.queries.rules import People
from core.approvals.subjects import subject_of
from ems.tests.test_page_queries import Counter
from engineering.models import ChangeNotice
from engineering.services import edit_change
from engineering.tests.conftest import NOTHING_KNOWN
from tests.factories import a_change
from tests.people import Cast

pytestmark = pytest.mark.django_db
PATH = "/setup/rules/waiting/"
# Rounds, steps, assignments; records; rules, their steps and people; lines without a price; people.
OF_A_WINDOW = 9


def many(count: int, change: ChangeNotice) -> None:
    """So many more changes that wait as this one does, in bulk, as an import makes them."""
    found = Round.objects.about(change).get()
    steps, asked = list(found.steps.all()), list(found.assignments.all())
    first = ChangeNotice.objects.order_by("-pk")[0].pk + 1
    changes = [
        _copied(change, pk=first + each, number=f"MANY-{first + each}")
        for each in range(count)
    ]
    ChangeNotice.objects.bulk_create(changes)
    rounds = [_copied(found, pk=None, record_id=each.pk) for each in changes]
    Round.objects.bulk_create(rounds)
    for step in steps:
        rows = [_copied(step, pk=None, round_id=each.pk) for each in rounds]
        RoundStep.objects.bulk_create(rows)
        Assignment.objects.bulk_create(
            _copied(each, pk=None, round_id=row.round_id, step_id=row.pk)
            for each in asked
            if each.step_id == step.pk
            for row in rows
        )


def _copied(row: Model, **other: Any) -> Any:
    values = {each.attname: getattr(row, each.attname) for each in row._meta.fields}
    values.pop("id")
    return type(row)(**values | other)


@pytest.fixture
def change(cast: Cast) -> ChangeNotice:
    """A change that waits for a manager, and a rule of today that asks an SPV."""
    change = a_change(cast.agus)
    ask_spv()
    return change


def ask_spv(**step: Any) -> None:
    ApprovalRule.objects.all().delete()
    rule = ApprovalRule.objects.create(kind=0)
    rule.steps.create(order=1, role="spv", **step)


def count_of(act: Any) -> int:
    cache.clear()
    counter = Counter()
    with connection.execute_wrapper(counter):
        act()
    return len(counter.statements)


def test_a_window_costs_the_same_for_one_round_and_for_hundreds(
    change: ChangeNotice,
) -> None:
    few = count_of(reroutings)
    many(rerouting.WINDOW + 100, change)
    assert count_of(reroutings) == few <= OF_A_WINDOW
    assert len(reroutings().found) == rerouting.MOST


def test_what_waits_rightly_costs_no_more(cast: Cast) -> None:
    """Nothing differs, and so no row ends the search: the whole window is looked at, and no more."""
    change = a_change(cast.agus)
    many(2 * rerouting.WINDOW, change)
    assert count_of(reroutings) <= OF_A_WINDOW
    looked = reroutings()
    assert looked.found == []
    assert looked_at(looked.last) == (2 * rerouting.WINDOW + 1, rerouting.WINDOW)


def test_the_page_costs_the_same_for_one_round_and_for_hundreds(
    cast: Cast, change: ChangeNotice
) -> None:
    browser = cast.browser("admin")

    def look() -> None:
        assert browser.get(PATH).status_code == 200

    look()
    few = count_of(look)
    many(rerouting.WINDOW + 100, change)
    assert count_of(look) <= few


def test_a_person_each_would_be_seen_by_the_count(
    change: ChangeNotice, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The counts above can fail: people who are asked for at each record cost a query each."""
    monkeypatch.setattr(rerouting, "Voters", _Slow)
    many(20, change)
    assert count_of(reroutings) > OF_A_WINDOW


class _Slow:
    def __init__(self, subject: Any, _asked: Any) -> None:
        self.subject = subject

    def of(self, record: Any, step: Any) -> dict[int, User]:
        slow = People([(step, None)]).of(step)
        return {each.pk: each for each in slow if self.subject.able(record, slow)}


def test_page_after_page_shows_each_record_once(
    cast: Cast, change: ChangeNotice, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rerouting.reroutings, "__defaults__", (0, 7, 3))
    many(30, change)
    browser, seen, path = cast.browser("admin"), [], PATH
    for _page in range(40):
        text = browser.get(path).content.decode()
        seen += re.findall(r'name="rows" value="change:(\d+):', text)
        found = re.search(r'href="(\?after=\d+)"', text)
        if found is None:
            break
        path = PATH + found[1]
    assert sorted(map(int, seen)) == sorted(
        ChangeNotice.objects.values_list("pk", flat=True)
    )
    assert len(seen) == 31


def test_a_page_without_a_difference_leads_on_to_the_next(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The one that differs is the last of all, behind windows in which nothing does."""
    monkeypatch.setattr(rerouting.reroutings, "__defaults__", (0, 10, 10))
    many(25, a_change(cast.agus))
    last = Round.objects.order_by("-pk")[0]
    RoundStep.objects.filter(round=last).update(role="spv")
    browser = cast.browser("admin")
    text = browser.get(PATH).content.decode()
    assert "Sudah dilihat 10 dari 26 dokumen" in text
    assert "Semua menunggu sesuai aturan hari ini" not in text
    for _page in range(2):
        found = re.search(r'href="(\?after=\d+)"', text)
        assert found is not None
        text = browser.get(PATH + found[1]).content.decode()
    assert f'value="change:{last.record_id}:' in text
    assert "Sudah dilihat 26 dari 26 dokumen" in text


@pytest.mark.parametrize("after", ["x", "-1", "9" * 40, "٣", ""])
def test_a_beginning_that_is_none_is_the_first(
    cast: Cast, change: ChangeNotice, after: str
) -> None:
    answer = cast.browser("admin").get(PATH, {"after": after})
    assert change.number in answer.content.decode()


def test_what_is_applied_on_a_later_page_leads_back_to_it(
    cast: Cast, change: ChangeNotice
) -> None:
    many(1, change)
    first = Round.objects.order_by("pk")[0].pk
    answer = cast.browser("admin").post(f"{PATH}?after={first}", {"rows": ["x"]})
    assert (answer.status_code, answer["Location"]) == (302, f"{PATH}?after={first}")


def test_many_at_once_and_one_by_one_come_to_the_same(cast: Cast) -> None:
    """Authors who wrote, heads of departments, people by name: as the verb itself would find them."""
    for by, kept in ((cast.agus, 1), (cast.rina, 2), (cast.hendi, 3), (cast.agus, 4)):
        change = a_change(by, engineering=f"nomor {kept}")
        if kept % 2:
            fields = {"detail_problem": "lain"}
            edit_change(
                change_id=change.pk, by=cast.rina, fields=fields, facts=NOTHING_KNOWN
            )
    User.objects.filter(pk=cast.hendi.pk).update(is_head=True, department_ext_id=5)
    User.objects.filter(pk=cast.agus.pk).update(department_ext_id=5)
    ask_spv(of_head=True, mode="everyone")
    named = ApprovalRule.objects.get().steps.create(order=2, role="manager")
    named.people.set([cast.rina, cast.agus])
    together = {record.pk: plan.fingerprint for record, plan in reroutings().found}
    assert len(together) == 4
    for record in ChangeNotice.objects.all():
        steps = subject_of(record).routes([record])[record.pk]
        alone = rerouting.rerouting(record, ballot_of(record), steps)
        assert alone.fingerprint == together[record.pk]
