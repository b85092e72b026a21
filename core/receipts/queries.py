"""Reads of receipts and keys."""

from typing import Any

from django.db.models import Model

from core.accounts.models import User
from core.approvals.models import Assignment, RoundStep
from core.ledger.history import KINDS
from core.ledger.models import Event
from core.ledger.queries import events_about
from core.receipts.models import Receipt, ReceiptKey


def receipt_of(record: Model, revision: int) -> Receipt | None:
    """The receipt that was issued for this revision, if there is one."""
    rows = Receipt.objects.filter(
        record_type=record._meta.label, record_id=record.pk, revision=revision
    )
    return rows.select_related("key").first()


def signed_route(record: Model, revision: int) -> list[dict[str, Any]]:
    """The steps of a revision's round, which was frozen when it opened, by the names of the receipt.

    ``asked``: who was asked, and where nobody was yet, who is named.
    """
    steps = RoundStep.objects.standing().filter(
        round__record_type=record._meta.label,
        round__record_id=record.pk,
        round__revision=revision,
    )
    rows = list(steps.order_by("order").prefetch_related("assignments__person"))
    named = User.objects.in_bulk({key for step in rows for key in step.people})
    return [_signed_step(step, named) for step in rows]


def _signed_step(step: RoundStep, named: dict[int, User]) -> dict[str, Any]:
    asked = [_asked(row) for row in step.assignments.all()]
    people = [_name(named[key]) for key in step.people if key in named]
    more = {"role": step.role, "number": step.number, "ofHead": step.of_head}
    return {
        "step": step.order + 1,
        "needed": step.mode,
        "duty": step.duty,
        "asked": asked or people,
    } | {name: value for name, value in more.items() if value}


def _asked(row: Assignment) -> dict[str, Any]:
    return {**_name(row.person), "because": row.because}


def _name(person: User) -> dict[str, Any]:
    return {"extUserId": person.ext_id, "name": str(person)}


def public_keys() -> dict[str, str]:
    """Public key (base64url) by key id: those in use, and those of before."""
    return dict(ReceiptKey.objects.values_list("key_id", "public_key"))


def closing_event(record: Model, revision: int) -> Event | None:
    """The decision that settled a revision, as the history has it; None where it was not witnessed."""
    decisions = [kind.name for kind in KINDS.values() if kind.is_decision]
    return events_about(record).filter(revision=revision, kind__in=decisions).last()


def newer_revision(receipt: Receipt) -> int | None:
    """The record's newest revision, if that is another one than the receipt's."""
    rows = Event.objects.filter(
        record_type=receipt.record_type,
        record_id=receipt.record_id,
        revision__gt=receipt.revision,
    )
    return rows.order_by("-revision").values_list("revision", flat=True).first()
