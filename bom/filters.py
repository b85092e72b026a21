"""Filters of the list of BOM approvals; typed, so that a wrong value is refused."""

from typing import Any, ClassVar

import django_filters as filters
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from bom.models import BomApproval
from bom.queries.approval import boms_waiting_for
from bom.queries.listing import found_boms, with_snapshot
from core.accounts.models import User
from core.approvals.models import Decision, Status
from core.approvals.queries.inbox import records_asking
from core.db.search import MAX_LENGTH
from core.http.wire import INT64
from core.ledger.models import Delivery
from core.pages.filters import SinceDayFilter, UntilDayFilter


class BomFilter(filters.FilterSet):  # type: ignore[misc]  # untyped library
    """Chips of the list page, all of them in the URL."""

    q = filters.CharFilter(method="by_text", label=_("Search"), max_length=MAX_LENGTH)
    status = filters.ChoiceFilter(choices=Status.choices, label=_("Status"))
    mine = filters.ChoiceFilter(
        method="by_person",
        label=_("Mine"),
        choices=[
            ("waiting", _("Waiting for me")),
            ("opened", _("Put up by me")),
            ("decided", _("Decided by me")),
        ],
    )
    since = SinceDayFilter(field_name="opened_at", label=_("From"))
    until = UntilDayFilter(field_name="opened_at", label=_("To"))
    source = filters.ChoiceFilter(
        choices=BomApproval.Source.choices, label=_("Opened through")
    )
    snapshot = filters.ChoiceFilter(
        method="by_delivery", label=_("Snapshot"), choices=Delivery.State.choices
    )

    decider = filters.NumberFilter(
        method="by_decider",
        label=_("Waits for"),
        min_value=1,
        max_value=INT64,
        decimal_places=0,
    )

    class Meta:
        model = BomApproval
        fields: ClassVar[list[str]] = []

    def by_text(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        """Every word, in the name or as PPIC's id."""
        return rows & found_boms(value)

    def by_decider(self, rows: QuerySet[Any], name: str, value: Any) -> QuerySet[Any]:
        """It waits for this person (the auth server's id)."""
        asked = records_asking(int(value), BomApproval._meta.label)
        return rows.filter(status=Status.PENDING, pk__in=asked)

    def by_person(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        """Approvals that wait for me, that I opened, or that I decided."""
        user = self.request.user if self.request else None
        if not isinstance(user, User):
            return rows.none()
        if value == "waiting":
            return rows.filter(pk__in=boms_waiting_for(user).values("pk"))
        if value == "opened":
            return rows.filter(opened_by=user)
        return rows.filter(pk__in=_decided_by(user))

    def by_delivery(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        """By where its newest snapshot stands."""
        owed = Delivery.objects.filter(record_type=BomApproval._meta.label, state=value)
        found: QuerySet[Any] = with_snapshot(
            rows.filter(pk__in=owed.values("record_id"))
        )
        found = found.filter(snapshot=value)
        # As in the list: what PPIC has of an earlier revision says nothing of this one.
        is_made = value == Delivery.State.DELIVERED
        return found.filter(status=Status.ACCEPTED) if is_made else found


def _decided_by(user: User) -> QuerySet[Decision, int]:
    """Ids of the approvals on which a person decided."""
    rows = Decision.objects.filter(record_type=BomApproval._meta.label, approver=user)
    return rows.values_list("record_id", flat=True)
