"""Raising and editing: content, revisions, sums, search, history."""

from datetime import UTC, datetime
from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest
import time_machine
from django.core.files.storage import default_storage

from core.accounts.models import User
from core.errors import DomainError
from core.integrations.authserver import Person
from core.integrations.crm import Account, PurchaseOrder
from core.integrations.item_catalogue import Item
from core.integrations.ppic import Job, PanelCode
from core.ledger.queries import events_about
from engineering.models import ChangeNotice
from engineering.queries.history import timeline
from engineering.queries.listing import found_changes
from engineering.queries.upstream_names import UpstreamNames
from engineering.services import (
    attach_file,
    decide_change,
    edit_change,
    raise_change,
    withdraw_change,
)
from engineering.tests.conftest import NOTHING_KNOWN, a_change

pytestmark = pytest.mark.django_db
FACTS = UpstreamNames(
    people={12: Person(12, "agus", "Agus Wijaya", None, None, None, None, None)},
    orders={
        88: PurchaseOrder(88, "PO-2026-101", Account(5, "PT Contoh")),
        89: PurchaseOrder(89, "PO-2026-102", Account(6, "PT Lain")),
    },
    jobs={51: Job(51, "Gardu Cikarang", (PanelCode(9, "LVMDP", "A"),), (88,), (), {})},
    items={1001: Item(1001, "Schneider", "LV430630", "MCCB 3P 160A", "", "EA", {})},
)


def edited(change: ChangeNotice, by: User, **call: Any) -> ChangeNotice:
    """Edit without asking anybody outside."""
    return edit_change(
        change_id=change.pk, by=by, **{"fields": {}, "facts": NOTHING_KNOWN, **call}
    )


def code_of(call: Any) -> str:
    """The code of a refusal."""
    with pytest.raises(DomainError) as caught:
        call()
    return caught.value.code


def test_it_sums_increase_decrease_and_net(change: ChangeNotice) -> None:
    assert [int(each) for each in (change.increase, change.decrease, change.net)] == [
        8_340_000,
        1_350_000,
        6_990_000,
    ]


def test_it_numbers_per_kind_and_year(agus: User) -> None:
    """At 18:00 of New Year's Eve in London it is the new year in Jakarta."""
    for hour, year in ((16, 2026), (18, 2027)):
        with time_machine.travel(datetime(2026, 12, 31, hour, tzinfo=UTC), tick=False):
            numbers = [a_change(agus, kind=kind).number for kind in (0, 0, 1, 3, 2)]
        places = (("ECN", 1), ("ECN", 2), ("CCN", 1), ("FAB", 1), ("OTH", 1))
        assert numbers == [f"{name}-{year}-{place:04d}" for name, place in places]


def test_it_keeps_a_typed_number_and_steps_over_it(agus: User) -> None:
    first = a_change(agus)
    assert code_of(lambda: a_change(agus, number=first.number)) == "invalid"
    second, third = (f"{first.number[:-1]}{last}" for last in (2, 3))
    assert a_change(agus, number=second).number == second
    assert a_change(agus).number == third


def test_it_fills_names_from_the_catalogues(agus: User) -> None:
    change = raise_change(
        by=agus,
        fields={"ext_job_id": 51, "ext_panel_code_id": 9, "ext_purchase_order_id": 88},
        items=[{"ext_item_id": 1001, "qty": 1}],
        facts=FACTS,
    )
    assert (change.po_number, change.customer) == ("PO-2026-101", "PT Contoh")
    assert (change.project_name, change.product_name) == ("Gardu Cikarang", "LVMDP: A")
    assert change.requester == agus
    line = change.items.get()
    assert (line.part_number, line.unit) == ("LV430630", "EA")


def test_it_forgets_names_of_another_id(agus: User) -> None:
    fields = {"engineering": "x", "ext_purchase_order_id": 88}
    change = raise_change(by=agus, fields=fields, facts=FACTS)
    change = edit_change(
        change_id=change.pk, by=agus, fields={"ext_purchase_order_id": 89}, facts=FACTS
    )
    assert (change.po_number, change.customer) == ("PO-2026-102", "PT Lain")


def test_it_makes_a_revision_only_when_something_changed(
    change: ChangeNotice, agus: User
) -> None:
    line = change.items.first()
    assert line is not None
    same = edited(
        change,
        agus,
        fields={"engineering": "Ganti MCCB"},
        items=[{"id": line.pk, "qty": 2}],
    )
    assert (same.revision, events_about(change).count()) == (1, 1)
    changed = edited(change, agus, items=[{"id": line.pk, "qty": 3}])
    assert (changed.revision, changed.net) == (2, Decimal(11_160_000))


def test_it_voids_decisions_with_an_edit_and_keeps_them(
    agus: User, hendi: User, rina: User
) -> None:
    from core.approvals.models import ApprovalRule, ApprovalStep  # noqa: PLC0415

    rule = ApprovalRule.objects.create(kind=0)
    ApprovalStep.objects.create(rule=rule, order=1, role="spv")
    ApprovalStep.objects.create(rule=rule, order=2, role="manager")
    change = a_change(agus)
    decide_change(change_id=change.pk, by=hendi, status=1)
    edited(change, agus, fields={"detail_problem": "lain"})
    assert change.decisions.get().voided_at is not None
    decide_change(change_id=change.pk, by=hendi, status=1)
    assert change.decisions.count() == 2


def test_it_has_one_digest_for_lines_in_any_order(agus: User) -> None:
    lines = [{"ext_item_id": key, "qty": 1, "snapshot_price": 5} for key in (1, 2, 3)]
    one = raise_change(by=agus, fields={}, items=lines, facts=NOTHING_KNOWN)
    two = raise_change(by=agus, fields={}, items=lines[::-1], facts=NOTHING_KNOWN)
    assert one.digest == two.digest
    three = raise_change(
        by=agus, fields={}, items=[*lines, lines[0]], facts=NOTHING_KNOWN
    )
    assert three.digest != one.digest


def test_it_leaves_absent_lines_and_removes_marked_ones(
    change: ChangeNotice, agus: User
) -> None:
    first, second = change.items.all()
    edited(
        change,
        agus,
        items=[{"id": second.pk, "deleted_at": "now"}, {"ext_item_id": 7, "qty": 1}],
    )
    assert [line.ext_item_id for line in change.items.alive()] == [first.ext_item_id, 7]


def test_it_refuses_a_line_of_another_record(change: ChangeNotice, agus: User) -> None:
    foreign = a_change(agus).items.first()
    assert foreign is not None
    assert (
        code_of(lambda: edited(change, agus, items=[{"id": foreign.pk, "qty": 9}]))
        == "invalid"
    )


def test_it_refuses_more_lines_than_it_can_show(agus: User) -> None:
    lines = [{"ext_item_id": key, "qty": 1} for key in range(1, 502)]
    assert (
        code_of(
            lambda: raise_change(by=agus, fields={}, items=lines, facts=NOTHING_KNOWN)
        )
        == "invalid"
    )
    assert not ChangeNotice.objects.exists()


@pytest.mark.parametrize(
    ("name", "may"), [("agus", True), ("hendi", True), ("rina", True), ("budi", False)]
)
def test_it_lets_the_right_people_edit(
    change: ChangeNotice,
    name: str,
    may: bool,
    request: pytest.FixtureRequest,
) -> None:
    person = request.getfixturevalue(name)
    if may:
        assert edited(change, person, fields={"customer": "X"}).revision == 2
    else:
        assert (
            code_of(lambda: edited(change, person, fields={"customer": "X"}))
            == "forbidden"
        )


def test_it_freezes_after_the_decision(
    change: ChangeNotice, agus: User, rina: User
) -> None:
    decide_change(change_id=change.pk, by=rina, status=1)
    assert (
        code_of(lambda: edited(change, agus, fields={"customer": "X"}))
        == "illegal_transition"
    )
    assert (
        code_of(lambda: withdraw_change(change_id=change.pk, by=agus))
        == "illegal_transition"
    )


def test_it_refuses_a_form_that_shows_an_old_revision(
    change: ChangeNotice, agus: User
) -> None:
    edited(change, agus, fields={"customer": "X"})
    refused = lambda: edited(change, agus, fields={"customer": "Y"}, revision=1)  # noqa: E731
    assert code_of(refused) == "stale_revision"


@pytest.mark.parametrize(
    ("words", "is_found"),
    [
        ("mccb", True),
        ("CCB gant", True),
        ("po-77", True),
        ("semen", True),
        ("ccb zzz", False),
        ("mc", True),
        ("q", False),
        ('"', False),
        ("100%", False),
    ],
)
def test_it_finds_any_part_of_the_text(agus: User, words: str, is_found: bool) -> None:
    a_change(agus, po_number="PO-77", project_name="Semen Padang")
    assert found_changes(words).exists() is is_found


def test_it_finds_what_an_edit_added_and_not_what_it_took(
    change: ChangeNotice, agus: User
) -> None:
    edited(change, agus, fields={"engineering": "Relay arus balik"})
    assert found_changes("relay").exists()
    assert not found_changes("mccb").exists()


def test_it_tells_an_edit_as_before_and_after(change: ChangeNotice, agus: User) -> None:
    line = change.items.first()
    assert line is not None
    edited(
        change, agus, fields={"customer": "PT Baru"}, items=[{"id": line.pk, "qty": 5}]
    )
    change.refresh_from_db()
    told = timeline(change)[0]
    found = {(each.before, each.after) for each in told.changes}
    assert found == {(None, "PT Baru"), ("2", "5")}


def test_it_tells_added_and_removed_lines(change: ChangeNotice, agus: User) -> None:
    first = change.items.first()
    assert first is not None
    edited(
        change,
        agus,
        items=[{"id": first.pk, "deleted_at": 1}, {"ext_item_id": 9, "qty": 4}],
    )
    told = timeline(ChangeNotice.objects.get(pk=change.pk))[0]
    assert {(each.before, each.after) for each in told.changes} == {
        ("1001 x 2", None),
        (None, "9 x 4"),
    }


def test_it_keeps_a_file_with_its_digest(change: ChangeNotice, agus: User) -> None:
    file = attach_file(
        change_id=change.pk,
        by=agus,
        name="SLD rev2.pdf",
        content=BytesIO(b"%PDF-1.4 x"),
    )
    assert (file.name, file.content_type, file.size) == (
        "SLD rev2.pdf",
        "application/pdf",
        10,
    )
    with default_storage.open(file.stored_name) as kept:
        assert kept.read() == b"%PDF-1.4 x"


def test_it_half_saves_nothing_when_a_file_is_refused(agus: User) -> None:
    files = [("a.pdf", BytesIO(b"%PDF-1.4")), ("b.pdf", BytesIO(b"<html>"))]
    refused = lambda: raise_change(by=agus, fields={}, files=files, facts=NOTHING_KNOWN)  # noqa: E731
    before = (
        set(default_storage.listdir("attachments")[1])
        if default_storage.exists("attachments")
        else set()
    )
    assert code_of(refused) == "unsupported_type"
    assert not ChangeNotice.objects.exists()
    assert set(default_storage.listdir("attachments")[1]) == before


def test_only_those_concerned_attach_files(
    change: ChangeNotice, agus: User, budi: User, hendi: User, rina: User
) -> None:
    def attach(by: User) -> object:
        return attach_file(
            change_id=change.pk, by=by, name="a.pdf", content=BytesIO(b"%PDF-1.4")
        )

    decide_change(change_id=change.pk, by=rina, status=1)
    assert code_of(lambda: attach(budi)) == "forbidden"
    for person in (agus, hendi, rina):
        attach(person)
    assert change.attachments.count() == 3


def test_a_stale_tag_stops_a_withdrawal_and_a_file(
    change: ChangeNotice, agus: User
) -> None:
    file = BytesIO(b"%PDF-1.4")
    stale = [
        lambda: withdraw_change(change_id=change.pk, by=agus, if_match='"old"'),
        lambda: attach_file(
            change_id=change.pk, by=agus, name="a.pdf", content=file, if_match='"old"'
        ),
    ]
    assert [code_of(call) for call in stale] == ["precondition_failed"] * 2
    change.refresh_from_db()
    current = f'"other", {change.etag}'
    withdraw_change(change_id=change.pk, by=agus, if_match=current)


def test_a_requester_whom_the_directory_does_not_know_is_refused(agus: User) -> None:
    def raise_for_nobody() -> ChangeNotice:
        return raise_change(by=agus, fields={"ext_user_id": 987_654}, facts=FACTS)

    assert code_of(raise_for_nobody) == "invalid"


def test_the_name_of_another_requester_goes_with_him(agus: User, budi: User) -> None:
    change = a_change(agus)
    changed = edited(change, agus, fields={"ext_user_id": budi.ext_id})
    assert (changed.requester, changed.requester_name) == (budi, "Budi")
