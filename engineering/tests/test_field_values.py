"""What a change is filled with: from what was sent, from what stood before, from what upstreams know."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from core.accounts.models import User
from core.errors import DomainError
from core.integrations.authserver import Person
from core.integrations.crm import Account, PurchaseOrder
from core.integrations.item_catalogue import Item
from core.integrations.ppic import Job, PanelCode
from engineering.models import ChangeItem, ChangeNotice
from engineering.queries.upstream_names import UpstreamNames
from engineering.services import edit_change, raise_change
from engineering.services.changes import MAX_ITEMS, MAX_SUM
from engineering.tests.conftest import NOTHING_KNOWN, a_change
from tests.people import make_person

pytestmark = pytest.mark.django_db


def a_person(ext_id: int, name: str) -> Person:
    return Person(ext_id, name.lower(), name, None, None, None, None, None)


FACTS = UpstreamNames(
    people={12: a_person(12, "Agus Wijaya"), 30: a_person(30, "Dewi")},
    orders={
        88: PurchaseOrder(88, "PO-101", Account(5, "PT Contoh")),
        89: PurchaseOrder(89, "PO-102", None),
    },
    jobs={
        51: Job(51, "Gardu", (PanelCode(9, "LVMDP", "A"),), (88,), (), {}),
        52: Job(52, "Pabrik", (), (), (), {}),
    },
    items={
        1001: Item(1001, "Schneider", "LV430630", "MCCB 160A", "", "EA", {}),
        1002: Item(1002, "ABB", "X" * 250, "Relay", "Relay arus", "PCS", {}),
    },
    unknown_items=frozenset({666}),
    unknown_jobs=frozenset({666}),
)
BASE = {"engineering": "x"}


def raised(by: User, items: Any = (), **fields: Any) -> ChangeNotice:
    return raise_change(by=by, fields=BASE | fields, items=items, facts=FACTS)


def edited(
    change: ChangeNotice,
    by: User,
    items: Any = (),
    facts: UpstreamNames = FACTS,
    **fields: Any,
) -> ChangeNotice:
    return edit_change(
        change_id=change.pk, by=by, fields=fields, items=items, facts=facts
    )


def refused(call: Any) -> list[str]:
    """The members that are named by a refusal."""
    with pytest.raises(DomainError) as caught:
        call()
    assert caught.value.code == "invalid"
    return list(caught.value.errors)


# --- Names behind ids -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sent", "names"),
    [
        ({"ext_purchase_order_id": 88}, ("PO-101", "PT Contoh", "", "")),
        ({"ext_purchase_order_id": 89}, ("PO-102", "", "", "")),
        ({"ext_purchase_order_id": 7}, ("", "", "", "")),
        (
            {"ext_purchase_order_id": 88, "po_number": "PO-X", "customer": "PT X"},
            ("PO-X", "PT X", "", ""),
        ),
        ({"ext_job_id": 51}, ("", "", "Gardu", "")),
        ({"ext_job_id": 51, "ext_panel_code_id": 9}, ("", "", "Gardu", "LVMDP: A")),
        ({"ext_job_id": 52, "ext_panel_code_id": 9}, ("", "", "Pabrik", "")),
        ({"ext_panel_code_id": 9}, ("", "", "", "")),
        ({"ext_job_id": 51, "project_name": "Lain"}, ("", "", "Lain", "")),
        ({"project_name": "Tanpa job"}, ("", "", "Tanpa job", "")),
    ],
)
def test_a_typed_name_wins_and_a_missing_one_is_looked_up(
    agus: User, sent: dict[str, Any], names: tuple[str, ...]
) -> None:
    change = raised(agus, **sent)
    assert (
        change.po_number,
        change.customer,
        change.project_name,
        change.product_name,
    ) == names


@pytest.mark.parametrize(
    ("sent", "names"),
    [
        ({"ext_purchase_order_id": 89}, ("PO-102", "", "Gardu")),
        ({"ext_purchase_order_id": None}, ("", "", "Gardu")),
        ({"ext_purchase_order_id": 88}, ("PO-101", "PT Contoh", "Gardu")),
        (
            {"ext_purchase_order_id": 89, "customer": "PT X"},
            ("PO-102", "PT X", "Gardu"),
        ),
        ({"ext_job_id": None}, ("PO-101", "PT Contoh", "")),
        ({"ext_job_id": 52}, ("PO-101", "PT Contoh", "Pabrik")),
        ({"engineering": "lain"}, ("PO-101", "PT Contoh", "Gardu")),
    ],
)
def test_an_edit_forgets_only_the_names_of_an_id_that_changed(
    agus: User, sent: dict[str, Any], names: tuple[str, ...]
) -> None:
    change = raised(agus, ext_purchase_order_id=88, ext_job_id=51)
    found = edited(change, agus, **sent)
    assert (found.po_number, found.customer, found.project_name) == names


# --- The person who asks ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sent", "is_mine", "name"),
    [
        ({}, True, "Agus Wijaya"),
        ({"ext_user_id": None}, True, "Agus Wijaya"),
        ({"ext_user_id": 0}, True, "Agus Wijaya"),
        ({"ext_user_id": 12}, True, "Agus Wijaya"),
        ({"ext_user_id": 30}, False, "Dewi"),
    ],
)
def test_who_raises_a_change_asks_for_it_unless_another_is_named(
    agus: User, sent: dict[str, Any], is_mine: bool, name: str
) -> None:
    change = raised(agus, **sent)
    assert (change.requester == agus) is is_mine
    assert (change.requester_name, change.created_by) == (name, agus)


def test_a_requester_without_an_account_is_only_a_name(agus: User) -> None:
    change = raised(agus, ext_user_id=30)
    assert (change.requester, change.requester_name) == (None, "Dewi")
    dewi = make_person(30, "Dewi S")
    change = edited(change, agus, engineering="lain")
    assert change.requester == dewi


def test_somebody_whom_the_directory_lost_is_judged_only_when_named_anew(
    agus: User,
) -> None:
    change = raised(agus, ext_user_id=30)
    without = replace(FACTS, people={12: FACTS.people[12]})
    assert edited(change, agus, facts=without, engineering="lain").revision == 2
    again = lambda: edited(change, agus, facts=without, ext_user_id=31)  # noqa: E731
    assert refused(again) == ["extUserId"]
    away = replace(FACTS, people={})
    assert edited(change, agus, facts=away, ext_user_id=31).ext_user_id == 31


# --- Ids that nobody knows ----------------------------------------------------------------------


def test_a_job_or_a_part_that_ppic_surely_does_not_have_is_refused(agus: User) -> None:
    assert refused(lambda: raised(agus, ext_job_id=666)) == ["extJobId"]
    line = [{"ext_item_id": 666, "qty": 1}]
    assert refused(lambda: raised(agus, line)) == ["items.extItemId"]
    assert not ChangeNotice.objects.exists()


def test_a_job_or_a_part_that_stands_is_not_judged_again(agus: User) -> None:
    change = raise_change(
        by=agus,
        fields=BASE | {"ext_job_id": 666},
        items=[{"ext_item_id": 666, "qty": 1}],
        facts=NOTHING_KNOWN,
    )
    line = change.items.get()
    found = edited(
        change,
        agus,
        [{"id": line.pk, "ext_item_id": 666, "qty": 3}],
        ext_job_id=666,
    )
    assert found.items.get().qty == 3
    moved = [{"id": line.pk, "ext_item_id": 1001}]
    edited(change, agus, moved)
    back = lambda: edited(change, agus, [{"id": line.pk, "ext_item_id": 666}])  # noqa: E731
    assert refused(back) == ["items.extItemId"]


# --- Lines ------------------------------------------------------------------------------------


def test_a_part_of_the_catalogue_brings_its_facts_cut_to_their_columns(
    agus: User,
) -> None:
    change = raised(
        agus,
        [
            {"ext_item_id": 1001, "qty": 1, "part_number": "typed"},
            {"ext_item_id": 1002, "qty": 1},
            {"ext_item_id": 7, "part_number": "P-7"},
        ],
    )
    first, second, third = change.items.order_by("pk")
    assert (first.part_number, first.unit) == ("LV430630", "EA")
    assert first.part_description == "MCCB 160A", "the name, where nothing describes it"
    assert (second.part_number, second.part_description) == ("X" * 200, "Relay arus")
    assert (third.part_number, third.part_name, third.qty) == ("P-7", "", Decimal(1))


def test_a_part_that_left_the_catalogue_keeps_its_facts(agus: User) -> None:
    change = raised(agus, [{"ext_item_id": 1001, "qty": 1}])
    line = change.items.get()
    edited(change, agus, [{"id": line.pk, "qty": 2}], facts=NOTHING_KNOWN)
    line.refresh_from_db()
    assert (line.qty, line.part_number, line.manufacturer) == (
        Decimal(2),
        "LV430630",
        "Schneider",
    )


@pytest.mark.parametrize(
    ("sent", "is_dated_anew"),
    [
        ({"qty": 5}, False),
        ({"snapshot_price": 10}, False),
        ({"snapshot_price": "10.00"}, False),
        ({"snapshot_price": 11}, True),
        ({"snapshot_price": None}, True),
        ({"snapshot_price": 11, "snapshot_date": "kept"}, False),
    ],
)
def test_a_price_is_dated_when_it_changes(
    agus: User, sent: dict[str, Any], is_dated_anew: bool
) -> None:
    change = raised(agus, [{"ext_item_id": 7, "qty": 1, "snapshot_price": 10}])
    line = change.items.get()
    before = line.snapshot_date
    assert before is not None
    given = sent | ({"snapshot_date": before} if "snapshot_date" in sent else {})
    edited(change, agus, [{"id": line.pk, "qty": 9, **given}])
    line.refresh_from_db()
    assert (line.snapshot_date != before) is is_dated_anew


def test_a_line_without_a_price_has_no_date(agus: User) -> None:
    line = raised(agus, [{"ext_item_id": 7, "qty": 1}]).items.get()
    assert (line.snapshot_price, line.snapshot_date) == (None, None)


def test_a_removed_line_that_comes_back_with_an_old_page_stays_removed(
    change: ChangeNotice, agus: User
) -> None:
    first = change.items.order_by("pk")[0]
    edited(change, agus, [{"id": first.pk, "deleted_at": "now"}])
    found = edited(change, agus, [{"id": first.pk, "qty": 99}], customer="PT X")
    assert found.customer == "PT X"
    first.refresh_from_db()
    assert (first.deleted_at is not None, first.qty) == (True, Decimal(2))


def test_a_line_of_another_change_refuses_the_header_too(
    change: ChangeNotice, agus: User
) -> None:
    foreign = a_change(agus).items.order_by("pk")[0]
    lines = [{"id": foreign.pk, "qty": 9}]
    assert refused(lambda: edited(change, agus, lines, customer="X")) == ["items.id"]
    change.refresh_from_db()
    foreign.refresh_from_db()
    assert (change.customer, change.revision, foreign.qty) == ("", 1, Decimal(2))


@pytest.mark.parametrize(("more", "is_taken"), [(0, True), (1, False)])
def test_lines_are_counted_without_the_removed_ones(
    agus: User, more: int, is_taken: bool
) -> None:
    change = raised(agus, [{"ext_item_id": 7, "qty": 1}])
    line = change.items.get()
    rows = [{"ext_item_id": 8, "qty": 1} for _each in range(MAX_ITEMS - 1 + more)]
    named: list[str] = []
    try:
        edited(change, agus, rows)
    except DomainError as error:
        named = list(error.errors)
    assert named == ([] if is_taken else ["items"])
    replaced = [{"id": line.pk, "deleted_at": "now"}, *rows]
    assert edited(change, agus, replaced if more else []).revision == 2


@pytest.mark.parametrize(
    ("qty", "price", "is_taken"),
    [
        ("99999999999.9999", None, True),
        ("100000000000", None, False),
        (1, "9999999999999.99", True),
        (1, "10000000000000", False),
        (-1, "9999999999999.99", True),
        (2, "5000000000000", False),
    ],
)
def test_numbers_and_sums_are_kept_to_the_last_digit_or_refused(
    agus: User, qty: Any, price: Any, is_taken: bool
) -> None:
    named: list[str] = []
    try:
        raised(agus, [{"ext_item_id": 7, "qty": qty, "snapshot_price": price}])
    except DomainError as error:
        named = list(error.errors)
    assert (not named) is is_taken
    assert ChangeNotice.objects.exists() is is_taken
    if is_taken:
        change, line = ChangeNotice.objects.get(), ChangeItem.objects.get()
        assert (line.qty, line.snapshot_price) == (
            Decimal(qty),
            None if price is None else Decimal(price),
        )
        assert change.net.copy_abs() < MAX_SUM


# --- The record itself --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("texts", "title"),
    [
        ({"engineering": "Ganti MCCB\nbaris dua"}, "Ganti MCCB"),
        ({"engineering": "  \n ", "detail_problem": "Panas"}, "number"),
        ({"engineering": "", "detail_problem": "\nPanas\n"}, "Panas"),
        ({"engineering": "", "project_name": "Gardu"}, "Gardu"),
        ({"engineering": "x" * 141}, "x" * 140),
        ({}, "number"),
    ],
)
def test_a_title_is_one_line(texts: dict[str, str], title: str) -> None:
    assert ChangeNotice(number="number", **texts).title == title


@pytest.mark.parametrize(
    ("origin", "url"),
    [
        ("", ""),
        ("analysis:12", "/12/"),
        ("analysis:", ""),
        ("analysis:x", ""),
        ("analysis:-1", ""),
        ("mail:12", ""),
    ],
)
def test_an_origin_leads_to_the_analysis_it_was_made_from(
    origin: str, url: str
) -> None:
    found = ChangeNotice(origin=origin).origin_url
    assert found.endswith(url)
    assert bool(found) is bool(url)


def test_an_origin_is_kept_and_not_signed(agus: User) -> None:
    given: dict[str, Any] = {"by": agus, "fields": BASE, "facts": NOTHING_KNOWN}
    plain = raise_change(**given)
    made = raise_change(**given, origin="analysis:" + "1" * 90)
    assert (made.origin, made.digest) == ("analysis:" + "1" * 51, plain.digest)


@pytest.mark.parametrize(
    ("row", "name"),
    [
        ({"part_number": "LV430630", "ext_item_id": 5}, "LV430630"),
        ({"ext_item_id": 5}, "5"),
        ({"pk": 7}, "7"),
    ],
)
def test_a_line_is_called_by_the_best_that_is_known(
    row: dict[str, Any], name: str
) -> None:
    assert str(ChangeItem(**row)) == name
