"""What each verb of a change leaves behind: its event, its signal, what it voids, and what it does not."""

from collections.abc import Callable
from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest
from django.utils import translation

from core.accounts.models import User
from core.errors import DomainError
from core.ledger.history import KINDS, news_of
from core.ledger.models import Event
from core.ledger.queries import first_breach
from engineering import signals
from engineering.models import ChangeNotice
from engineering.services import (
    attach_file,
    choose_departments,
    decide_change,
    edit_change,
    receipt_of_change,
    type_figures,
    withdraw_change,
)
from engineering.tests.conftest import NOTHING_KNOWN, a_change
from tests.signals import heard

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.4\n"


def last() -> Event:
    """The event that was recorded last."""
    return Event.objects.latest("pk")


def edit(
    change: ChangeNotice, by: User, items: Any = (), **fields: Any
) -> ChangeNotice:
    return edit_change(
        change_id=change.pk, by=by, fields=fields, items=items, facts=NOTHING_KNOWN
    )


def test_a_change_is_submitted_with_its_cost_and_the_people_who_are_asked(
    agus: User, rina: User, ratna: User
) -> None:
    with heard(signals) as told:
        change = a_change(agus)
    event = last()
    assert (event.kind, event.actor, event.revision) == ("change.submitted", agus, 1)
    assert event.digest == change.digest
    after = event.after or {}
    assert (after["number"], after["items"]) == (change.number, 2)
    assert Decimal(str(after["net"])) == change.net
    ((name, carried),) = told
    assert (name, carried["event"]) == ("change_submitted", event)
    assert carried["asked"].deciders == {rina.pk, ratna.pk}
    assert not carried["asked"].is_stuck


def test_a_change_that_nobody_may_decide_is_told_to_be_stuck(rina: User) -> None:
    with heard(signals) as told:
        a_change(rina)
    asked = told[0][1]["asked"]
    assert (asked.deciders, asked.is_stuck) == (frozenset(), True)


def test_an_edit_keeps_what_was_and_what_is_and_how_many_decisions_it_voids(
    change: ChangeNotice, agus: User, rina: User
) -> None:
    before = change.digest
    with heard(signals) as told:
        edited = edit(change, agus, customer="PT Baru")
    event = last()
    assert event.before == {"customer": ""}
    assert event.after == {"customer": "PT Baru", "voided": 0}
    assert (event.revision, event.digest) == (2, edited.digest)
    assert edited.digest != before
    ((name, carried),) = told
    assert (name, carried["asked"].deciders) == ("change_edited", {rina.pk})


@pytest.mark.parametrize(
    ("status", "kind", "remark", "is_settled"),
    [
        (1, "change.approved", "", True),
        (1, "change.approved", " ok ", True),
        (2, "change.rejected", "mahal", True),
    ],
)
def test_a_decision_is_kept_with_what_was_signed(
    change: ChangeNotice,
    rina: User,
    status: int,
    kind: str,
    remark: str,
    is_settled: bool,
) -> None:
    with heard(signals) as told:
        decision = decide_change(
            change_id=change.pk, by=rina, status=status, remark=remark
        )
    event = last()
    assert (event.kind, event.actor) == (kind, rina)
    assert (event.note, decision.remark) == (remark.strip(), remark.strip())
    assert (event.revision, event.digest) == (change.revision, change.digest)
    assert event.before == {"status": 0}
    assert event.after == {"status": status, "step": 0}
    ((name, carried),) = told
    assert (name, carried["decision"]) == ("change_decided", decision)
    assert carried["asked"].deciders == frozenset()
    change.refresh_from_db()
    assert (change.approval_date == decision.decided_at) is is_settled
    assert first_breach() is None


def test_evidence_is_kept_in_the_history_and_makes_no_revision(
    change: ChangeNotice, rina: User
) -> None:
    tag = change.etag
    with heard(signals) as told:
        file = attach_file(
            change_id=change.pk, by=rina, name="SLD.pdf", content=BytesIO(PDF)
        )
    event = last()
    assert (event.kind, event.revision) == ("change.evidence_attached", 1)
    assert event.after == {"name": "SLD.pdf", "size": 9, "sha256": file.sha256}
    change.refresh_from_db()
    assert (told, change.revision) == ([], 1)
    assert change.etag != tag, "a program that saw no file must not overwrite"


def test_a_withdrawal_is_kept_and_told(change: ChangeNotice, agus: User) -> None:
    with heard(signals) as told:
        withdraw_change(change_id=change.pk, by=agus)
    assert (last().kind, last().actor) == ("change.withdrawn", agus)
    assert [name for name, _given in told] == ["change_withdrawn"]
    assert not ChangeNotice.objects.alive().exists()
    assert not ChangeNotice.objects.waiting().exists()
    assert ChangeNotice.objects.get().status == 0, "it stays what it was"


NOTHING: dict[str, Callable[[ChangeNotice, User], object]] = {
    "an edit of nothing": edit,
    "an edit to the same": lambda change, by: edit(
        change, by, engineering="Ganti MCCB", kind=0
    ),
    "an unknown member": lambda change, by: edit(change, by, colour="red", net=5),
    "an equal number": lambda change, by: edit(
        change,
        by,
        [{"id": change.items.order_by("pk")[0].pk, "qty": "2.0000"}],
    ),
    "a new line that is removed": lambda change, by: edit(
        change, by, [{"ext_item_id": 9, "qty": 1, "deleted_at": "now"}]
    ),
    "no figure": lambda _change, by: type_figures(data={"colour": 1}, by=by),
}


@pytest.mark.parametrize("case", NOTHING)
def test_what_changes_nothing_leaves_nothing(
    case: str, change: ChangeNotice, rina: User
) -> None:
    events, tag = Event.objects.count(), change.etag
    with heard(signals) as told:
        NOTHING[case](change, rina)
    change.refresh_from_db()
    assert (Event.objects.count(), told) == (events, [])
    assert (change.revision, change.etag) == (1, tag)


REFUSED: dict[str, tuple[Callable[[ChangeNotice, User], object], str]] = {
    "edit": (lambda change, by: edit(change, by, customer="X"), "forbidden"),
    "withdraw": (
        lambda change, by: withdraw_change(change_id=change.pk, by=by),
        "forbidden",
    ),
    "decide": (
        lambda change, by: decide_change(change_id=change.pk, by=by, status=1),
        "forbidden",
    ),
    "decide a lost state": (
        lambda change, by: decide_change(
            change_id=change.pk, by=by, status=1, if_match='"old"'
        ),
        "precondition_failed",
    ),
    "attach": (
        lambda change, by: attach_file(
            change_id=change.pk, by=by, name="a.pdf", content=BytesIO(PDF)
        ),
        "forbidden",
    ),
    "attach to nothing": (
        lambda change, by: attach_file(
            change_id=change.pk + 99, by=by, name="a.pdf", content=BytesIO(PDF)
        ),
        "not_found",
    ),
    "a receipt of what is open": (
        lambda change, _by: receipt_of_change(change),
        "illegal_transition",
    ),
    "departments": (
        lambda _change, by: choose_departments(department_ids=[4], by=by),
        "forbidden",
    ),
    "figures": (
        lambda _change, by: type_figures(data={"total_boms": 1}, by=by),
        "forbidden",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_refusal_leaves_nothing(case: str, change: ChangeNotice, budi: User) -> None:
    call, code = REFUSED[case]
    events, tag = Event.objects.count(), change.etag
    with heard(signals) as told, pytest.raises(DomainError) as caught:
        call(change, budi)
    assert caught.value.code == code
    change.refresh_from_db()
    assert (Event.objects.count(), told, change.etag) == (events, [], tag)
    assert not change.attachments.exists()


def test_a_receiver_that_fails_takes_the_whole_verb_back(
    change: ChangeNotice, rina: User, agus: User
) -> None:
    """A notice that cannot be written must not leave a decision of which nobody hears."""

    def fail(**_given: Any) -> None:
        raise RuntimeError("no notice")

    events = Event.objects.count()
    calls: dict[str, Callable[[], object]] = {
        "change_decided": lambda: decide_change(change_id=change.pk, by=rina, status=1),
        "change_edited": lambda: edit(change, agus, customer="X"),
        "change_withdrawn": lambda: withdraw_change(change_id=change.pk, by=agus),
        "change_submitted": lambda: a_change(agus),
    }
    for name, call in calls.items():
        getattr(signals, name).connect(fail)
        try:
            with pytest.raises(RuntimeError, match="no notice"):
                call()
        finally:
            getattr(signals, name).disconnect(fail)
    change.refresh_from_db()
    assert Event.objects.count() == events
    assert (change.status, change.revision, change.deleted_at) == (0, 1, None)
    assert ChangeNotice.objects.count() == 1


OURS = sorted(
    name
    for name in KINDS
    if name.startswith("change.") or name in {"departments.chosen", "figures.typed"}
)


@pytest.mark.parametrize("kind", OURS)
def test_every_kind_reads_in_both_languages(kind: str) -> None:
    said = {}
    for language in ("en", "id"):
        with translation.override(language):
            said[language] = (translation.gettext(KINDS[kind].words), news_of(kind))
    for place in (0, 1):
        assert said["en"][place]
        assert said["id"][place]
        assert said["en"][place] != said["id"][place]
