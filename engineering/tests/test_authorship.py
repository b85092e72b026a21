"""Who wrote what still stands, by the history alone; who may edit and attach, by the record alone."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.accounts.models import User
from core.approvals.queries.ballots import ballot_of
from core.ledger.models import Event
from engineering.models import ChangeNotice
from engineering.permissions import may_attach, may_edit
from engineering.queries.approval import (
    asked_about,
    is_only_decider,
    open_deciders,
    waiting_ids,
)
from engineering.queries.authors import Authorship, authorship_of
from engineering.services import decide_change, edit_change
from engineering.tests.conftest import NOTHING_KNOWN, a_change
from tests.people import make_person

A, B, C = 1, 2, 3
LINE = {
    "part": "x",
    "ext_item_id": 7,
    "qty": "1",
    "snapshot_price": None,
    "direction": 0,
}


def edits(*rows: tuple[int, dict[str, Any], dict[str, Any]]) -> Authorship:
    """Authorship after these edits: by whom, before, after."""
    found = Authorship(frozenset(), set())
    for seq, (by, was, now) in enumerate(rows, 2):
        found.add_edit(Event(seq=seq, actor_id=by, before=was, after=now))
    return found


def lines(**rows: Any) -> dict[str, Any]:
    return {"items": rows}


OLD, NEW = {"customer": "a"}, {"customer": "b"}


@pytest.mark.parametrize(
    ("rows", "writers"),
    [
        ([], set()),
        ([(A, OLD, NEW)], {A}),
        ([(A, OLD, NEW), (B, NEW, OLD)], {B}),
        ([(A, OLD, NEW), (B, {"engineering": "x"}, {"engineering": "y"})], {A, B}),
        ([(A, lines(), lines(**{"-1": LINE}))], {A}),
        (
            [(A, lines(), lines(**{"-1": LINE})), (B, lines(), lines(**{"-1": LINE}))],
            {A, B},
        ),
        ([(A, lines(l=LINE), lines())], {A}),
        ([(A, lines(l=LINE), lines(l=LINE | {"qty": "2"}))], {A}),
        (
            [
                (A, lines(l=LINE), lines(l=LINE | {"qty": "2"})),
                (B, lines(l=LINE), lines(l=LINE | {"qty": "3"})),
            ],
            {B},
        ),
        (
            [
                (A, lines(l=LINE), lines(l=LINE | {"qty": "2"})),
                (B, lines(l=LINE), lines(l=LINE | {"snapshot_price": "3"})),
            ],
            {A, B},
        ),
        (
            [
                (A, lines(l=LINE), lines(l=LINE | {"qty": "2"})),
                (B, lines(l=LINE), lines()),
            ],
            {B},
        ),
        ([(A, lines(l=LINE), lines(l=LINE))], set()),
    ],
    ids=[
        *("nothing", "a field", "over it", "another field", "a new line", "two new"),
        *("a removed line", "a quantity", "over it", "price and quantity"),
        *("removed after", "the same"),
    ],
)
def test_a_part_belongs_to_its_last_writer(rows: Any, writers: set[int]) -> None:
    found = edits(*rows)
    assert set(found.wrote.values()) == writers
    for person in (A, B, C):
        assert found.is_author(person, None) is (person in writers)


@pytest.mark.parametrize(
    ("was", "now", "asked", "named"),
    [
        (30, 31, {30, 31}, {(A, 31)}),
        (30, None, {30}, {(A, 0)}),
        (None, 31, {31}, {(A, 31)}),
    ],
)
def test_whoever_was_once_named_requester_has_asked_for_it(
    was: int | None, now: int | None, asked: set[int], named: set[tuple[int, int]]
) -> None:
    found = edits((A, {"ext_user_id": was}, {"ext_user_id": now}))
    assert (found.asked, found.named) == (asked, named)
    for ext_id in asked:
        assert found.is_requester(99, ext_id)
    assert not found.is_requester(99, 55)


@pytest.mark.parametrize("requester_may", [True, False])
def test_the_rule_is_told_who_asked_who_wrote_and_who_named_whom(
    requester_may: bool, settings: Any
) -> None:
    settings.REQUESTER_MAY_DECIDE = requester_may
    found = Authorship(
        frozenset({A}), {30}, {"customer": B, "engineering": A}, {(B, 30)}
    )
    authors = found.among([A, B, C], {A: 10, B: 20, C: 30})
    assert authors.requesters == (frozenset() if requester_may else {A, C})
    assert authors.writers == {B}
    assert authors.named == {(B, C)}


# --- On the database ------------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("count", "edited", "queries"), [(3, 0, 0), (1, 1, 1), (4, 3, 1)]
)
def test_authorship_of_a_list_is_one_query_and_none_while_nothing_was_edited(
    agus: User, rina: User, count: int, edited: int, queries: int
) -> None:
    changes = [a_change(agus) for _each in range(count)]
    for change in changes[:edited]:
        edit_change(
            change_id=change.pk, by=rina, fields={"customer": "X"}, facts=NOTHING_KNOWN
        )
    rows = list(ChangeNotice.objects.all())
    with CaptureQueriesContext(connection) as asked:
        found = authorship_of(rows)
    assert len(asked) == queries
    wrote = {change.pk for change in changes[:edited]}
    assert {key for key, each in found.items() if each.wrote} == wrote
    assert all(each.is_requester(agus.pk, None) for each in found.values())


@pytest.mark.django_db
@pytest.mark.parametrize("count", [1, 6])
def test_the_inbox_costs_the_same_however_much_waits(
    agus: User, rina: User, ratna: User, count: int
) -> None:
    changes = [a_change(agus) for _each in range(count)]
    edit_change(
        change_id=changes[0].pk, by=agus, fields={"customer": "X"}, facts=NOTHING_KNOWN
    )
    waiting_ids(rina.pk, version=0)
    with CaptureQueriesContext(connection) as asked:
        found = waiting_ids(ratna.pk, version=1)
    assert found == [change.pk for change in reversed(changes)]
    assert len(asked) <= 6
    with CaptureQueriesContext(connection) as asked:
        assert waiting_ids(ratna.pk, version=1) == found
    assert len(asked) == 0


@pytest.mark.django_db
def test_a_settled_change_asks_nobody(change: ChangeNotice, rina: User) -> None:
    assert asked_about(ballot_of(change)).deciders == {rina.pk}
    decide_change(change_id=change.pk, by=rina, status=1)
    change.refresh_from_db()
    asked = asked_about(ballot_of(change))
    assert (asked.deciders, asked.is_stuck) == (frozenset(), False)
    assert open_deciders(change) == frozenset()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("managers", "is_only"), [("rina", True), ("rina ratna", False), ("ratna", False)]
)
def test_who_decides_alone_is_told_before_they_raise_it(
    managers: str, is_only: bool
) -> None:
    people = {
        name: make_person(
            place, name.title(), *(["manager"] if name in managers else [])
        )
        for place, name in enumerate(("rina", "ratna"), 3)
    }
    assert is_only_decider(people["rina"].pk, 0) is is_only


@pytest.mark.django_db
@pytest.mark.parametrize("state", ["pending", "approved", "rejected", "withdrawn"])
@pytest.mark.parametrize(
    "who", ["requester", "author", "spv", "manager", "pic", "admin"]
)
def test_only_what_waits_can_be_edited_and_only_by_those_whose_it_is(
    agus: User, who: str, state: str
) -> None:
    requester = make_person(60, "Requester")
    roles = [who] if who in {"spv", "manager", "pic"} else []
    other = make_person(61, "Other", *roles, is_superuser=who == "admin")
    change = a_change(agus, ext_user_id=60)
    change.status = {"approved": 1, "rejected": 2}.get(state, 0)
    change.deleted_at = change.created_at if state == "withdrawn" else None
    by = {"requester": requester, "author": agus}.get(who, other)
    is_theirs = who in {"requester", "author", "spv", "manager"}
    assert may_edit(by, change) is (is_theirs and state == "pending")
    assert may_attach(by, change, frozenset()) is is_theirs
    assert may_attach(by, change, frozenset({by.pk}))
