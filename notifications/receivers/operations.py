"""News of analyses, deliveries and damaged files."""

from typing import Any

from django.urls import reverse

from activities.models import Activity
from aianalyzer.models import InquiryAiGeneration
from bom.models import BomApproval
from core.accounts.models import Role, User
from core.accounts.queries import holders_of
from core.ledger.models import Delivery, Event
from notifications.services import notify
from notifications.services.channels import MAIL, WHATSAPP
from supportdocs.models import DocumentVersion, SupportTable

WATCHED = 10_000  # milliseconds that somebody waits before going elsewhere


def on_analysis_ended(generation: InquiryAiGeneration, event: Event, **_: Any) -> None:
    """The person who asked hears of it, unless it ended while the page was still open."""
    is_quick = generation.duration_ms is not None and generation.duration_ms < WATCHED
    if is_quick or generation.asked_by_id is None:
        return
    notify(
        [generation.asked_by_id],
        event=event,
        kind=f"analysis.{generation.state}",
        facts={"title": str(generation)},
        url=reverse("aianalyzer:answer_detail", args=[generation.pk]),
    )


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


def on_document_damaged(
    document: SupportTable, version: DocumentVersion, event: Event, **_: Any
) -> None:
    """Administrators, managers and the uploader hear of it (docs/threats.md#f50).

    It is sent when a file becomes damaged, not each night that it still is.
    """
    admins = User.objects.filter(is_active=True, is_superuser=True)
    managers = holders_of([Role.MANAGER])
    people = {person.pk for person in (*admins, *managers)} | {version.uploaded_by_id}
    notify(
        [person for person in people if person],
        event=event,
        kind="document.damaged",
        facts={
            "title": document.name,
            "file": version.name,
            "number": str(version.number),
        },
        url=reverse("supportdocs:document_detail", args=[document.pk]),
    )
