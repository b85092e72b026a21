"""Decide on a change, send it back, forward it, and its receipt."""

from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from core.accounts.permissions import person
from core.approvals.api import ForwardEndpoint
from core.approvals.models import Decision, Status
from core.errors import invalid
from core.http.api import (
    Endpoint,
    entity,
)
from core.receipts.exports import as_file
from core.receipts.serializers import ReceiptSerializer
from engineering.api.changes import change_or_404, entered
from engineering.api.rows import plain_rows
from engineering.models import ChangeNotice
from engineering.serializers import (
    ChangeOutSerializer,
    DecisionSerializer,
)
from engineering.services import (
    confirm_decision,
    decide_change,
    receipt_of_change,
)


class DecisionEndpoint(Endpoint):
    """``/engineeringDetailProblems/{id}/decision``."""

    confirmed: str | None = None
    status: int | None = None  # what the body says

    def prepare(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Confirm the signature before the guard's transaction opens."""
        changes = ChangeNotice.objects.alive().filter(pk=kwargs["pk"])
        self.confirmed = confirm_decision(
            by=person(request), changes=changes, **entered(request)
        )

    @extend_schema(request=DecisionSerializer, responses={200: ChangeOutSerializer})
    def post(self, request: Request, pk: int) -> Response:
        """Approve (1), reject (2) or send back for rework (3), on what you were shown."""
        body = DecisionSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        given = body.validated_data
        if self.confirmed is None:
            self.prepare(request, pk=pk)
        decide_change(
            change_id=pk,
            by=person(request),
            status=_needed(self.status or given.get("status")),
            remark=given.get("remark", ""),
            revision=given.get("revision"),
            digest=given.get("digest", ""),
            if_match=request.headers.get("If-Match", ""),
            on_behalf_of=given.get("on_behalf_of"),
            door=Decision.Door.API,
            confirmed=self.confirmed or "",
        )
        return entity(
            plain_rows(ChangeNotice.objects.all(), [pk])[0],
            change_or_404(pk).etag,
        )


def _needed(status: int | None) -> int:
    if status is None:
        raise invalid(
            "status", _("A decision is 1 (approve), 2 (reject) or 3 (back for rework).")
        )
    return status


class ReturnEndpoint(DecisionEndpoint):
    """``/engineeringDetailProblems/{id}/return``: a decision with the status 3."""

    status = Status.RETURNED


class ChangeForwardEndpoint(ForwardEndpoint):
    """``/engineeringDetailProblems/{id}/forward``."""

    def record_of(self, key: int) -> tuple[str, int]:
        return ChangeNotice._meta.label, key


class ReceiptEndpoint(Endpoint):
    """``/engineeringDetailProblems/{id}/receipt`` (docs/receipts.md)."""

    @extend_schema(responses=ReceiptSerializer)
    def get(self, request: Request, pk: int) -> Response:
        """The signed receipt of a decided change; 409 while it is pending."""
        return Response(as_file(receipt_of_change(change_or_404(pk))))
