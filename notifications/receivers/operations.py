"""News of analyses and deliveries."""

from typing import Any

from django.urls import reverse

from activities.models import Activity
from aianalyzer.models import InquiryAiGeneration
from bom.models import BomApproval
from core.accounts.queries import holders_of
from core.ledger.models import Delivery, Event
from notifications.receivers.talk import tell_choosers
from notifications.services import notify
from notifications.services.channels import MAIL, WHATSAPP

WATCHED = 10_000  # milliseconds that somebody waits before going elsewhere


def on_analysis_ended(generation: InquiryAiGeneration, event: Event, **_: Any) -> None:
    """The person who asked hears of it, unless it ended while the page was still open; and those who
    chose to follow it."""
    is_quick = generation.duration_ms is not None and generation.duration_ms < WATCHED
    kind, facts = f"analysis.{generation.state}", {"title": str(generation)}
    asked = (
        [] if is_quick or generation.asked_by_id is None else [generation.asked_by_id]
    )
    notify(
        asked,
        event=event,
        kind=kind,
        facts=facts,
        url=reverse("aianalyzer:answer_detail", args=[generation.pk]),
    )
    tell_choosers(generation, event, kind, facts, but=[generation.asked_by_id])


def on_delivery_parked(delivery: Delivery, **_: Any) -> None:
    """The author of the delivery and the managers hear of it: they can send it again.

    Not of a parked notice: it would be told by the way that does not work.
    """
    if delivery.upstream in {MAIL, WHATSAPP}:
        return
    event = Event.objects.filter(
        record_type=Delivery._meta.label, record_id=delivery.pk
    ).latest("seq")
    people = {
        *holders_of(["manager"]).values_list("pk", flat=True),
        delivery.created_by_id,
    }
    name, url = _record_of(delivery)
    notify(
        [person for person in people if person],
        event=event,
        kind="delivery.parked",
        facts={"key": name},
        url=url,
    )


def _record_of(delivery: Delivery) -> tuple[str, str]:
    """Name and page of the record, where it can be sent again; the admin's list is for
    administrators, and the key for those who can read it."""
    pk = delivery.record_id
    activity = Activity.objects.filter(pk=pk).first()
    if delivery.record_type == Activity._meta.label and activity:
        return str(activity), reverse("activities:activity_detail", args=[pk])
    bom = BomApproval.objects.filter(pk=pk).first()
    if delivery.record_type == BomApproval._meta.label and bom:
        return str(bom), reverse("bom:bom_detail", args=[bom.ext_bom_leveled_id])
    admin = reverse("admin:ledger_delivery_change", args=[delivery.pk])
    return delivery.key, admin
