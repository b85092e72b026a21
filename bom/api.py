"""BOM approvals at the predecessor's paths and ours (docs/contract.md#bom-approvals)."""

import hashlib
import hmac
import re
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from bom.models import BomApproval
from bom.permissions import may_invite
from bom.queries.wire import (
    approved_answer,
    bom_row,
    bom_rows,
    content_row,
    each_row,
    unopened_row,
)
from bom.serializers import (
    ApprovedSerializer,
    BomDecisionSerializer,
    BomDetailSerializer,
    BomSerializer,
    HookAnswerSerializer,
    HookSerializer,
)
from bom.services import (
    decide_bom,
    fetch_content,
    meant_bom,
    needs_content,
    receipt_of_bom,
    refuse_strangers,
    save_bom,
    take_hook,
)
from core.accounts.api import SignedEndpoint
from core.accounts.permissions import person, require
from core.approvals.api import ForwardEndpoint
from core.approvals.models import Decision, Status
from core.approvals.queries.ballots import Ballot, ballot_of
from core.approvals.queries.wire import round_row
from core.approvals.serializers import RoundSerializer
from core.db.paging import counted, id_chunks, sliced_ids
from core.errors import DomainError, invalid
from core.http.api import (
    Endpoint,
    entity,
    one_page,
    page_of,
    streamed,
    tagged,
)
from core.http.etags import digest_tag
from core.http.parsers import SmallJSONParser, require_small
from core.http.wire import INT64
from core.ledger.queries import last_event_id
from core.receipts.exports import as_file
from core.receipts.serializers import ReceiptSerializer
from core.text.ids import as_id

PAGING = [
    OpenApiParameter(
        "limit", int, description="rows of a page; without it the whole list"
    ),
    OpenApiParameter("offset", int, description="rows to skip"),
]
# The component stands in the document for the decision, too.
UNKNOWN_TOO = {"oneOf": [{"$ref": "#/components/schemas/BomDetail"}, {"type": "null"}]}
# A call that is older may be a copy of one that was seen on its way (docs/threats.md#t51).
WINDOW_SECONDS = 300
HOOK_NEEDS = {"event_id": "eventId", "ext_bom_leveled_id": "extBomLeveledId"}
MAX_SECRETS = 2
TIMESTAMP_DIGITS = 12
REVISION_DIGITS = 9
DIGEST = re.compile(r"[0-9a-f]{64}", re.ASCII)


def _detail(approval: BomApproval, ballot: Ballot) -> Response:
    """The content is in the tag by its digest, which the row holds."""
    row = bom_row(approval, ballot)
    route = RoundSerializer(round_row(ballot)).data
    return entity(row | content_row(approval) | {"round": route}, digest_tag(row))


def _unopened(bom_id: int) -> Response:
    """Asks PPIC for the content; raises DomainError ``unavailable``, ``upstream_invalid``, or
    ``not_found`` for what is no id."""
    if not 0 < bom_id <= INT64:
        raise DomainError(_("There is no approval of this BOM."), "not_found")
    try:
        content = fetch_content(bom_id)
    except DomainError as error:
        if error.code != "not_found":
            raise
        return Response(None)
    return Response(unopened_row(content.ext_id, content.name, content.tree))


class BomsEndpoint(SignedEndpoint):
    """``/bomapprovals``."""

    content: Any = None

    @extend_schema(parameters=PAGING, responses=BomSerializer(many=True))
    def get(self, request: Request) -> HttpResponseBase:
        """Every approval with its PICs and their decisions."""
        page, rows = page_of(request), BomApproval.objects.alive()
        if page is None:
            return streamed(each_row(id_chunks(rows)))
        total = counted(rows, last_event_id())
        ids = sliced_ids(rows.order_by("pk"), page, total)
        return one_page(request, bom_rows(ids), page, total)

    @extend_schema(request=BomSerializer, responses={200: BomSerializer})
    def post(self, request: Request) -> Response:
        """Open, invite, remove, or decide your own row; a stranger's row is refused whole."""
        data = BomSerializer.read(request.data)
        self.prepared(request)
        approval = save_bom(
            by=person(request),
            data=data,
            content=self.content,
            confirmed=self.confirmation(request),
            if_match=request.headers.get("If-Match", ""),
        )
        return tagged(bom_row(approval))

    def prepare(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Ask PPIC for the content before the transaction opens."""
        super().prepare(request, *args, **kwargs)
        data, by = BomSerializer.read(request.data), person(request)
        if may_invite(by):
            refuse_strangers(data)
        if needs_content(data, by):
            require(by, "open_bom_approval")
            self.content = fetch_content(meant_bom(data))


class BomEndpoint(Endpoint):
    """``/bomapprovals/{extBomLeveledId}``: the key is PPIC's id of the BOM."""

    @extend_schema(responses={(200, "application/json"): UNKNOWN_TOO})
    def get(self, request: Request, bom_id: int) -> Response:
        """The approval with the content, revision and digest that a decision must name.

        For a BOM that nobody has put up yet: what an approval of it would sign, without an ``id``;
        posted back with an own decision, it opens and decides in one. ``null`` for a BOM that PPIC
        does not know.
        """
        rows = BomApproval.objects.alive().filter(ext_bom_leveled_id=bom_id)
        approval = rows.first()
        if approval is None:
            return _unopened(bom_id)
        return _detail(approval, ballot_of(approval))


class BomDecisionEndpoint(SignedEndpoint):
    """``/bomapprovals/{extBomLeveledId}/decision``."""

    status: int | None = None  # what the body says

    @extend_schema(request=BomDecisionSerializer, responses={200: BomDetailSerializer})
    def post(self, request: Request, bom_id: int) -> Response:
        """Approve (1) or reject (2) as yourself, on the revision and digest you were shown."""
        given = BomDecisionSerializer.read(request.data)
        if self.status is not None:
            given["status"] = self.status
        if given.get("status") is None:
            raise invalid(
                "status",
                _("A decision is 1 (approve), 2 (reject) or 3 (back for rework)."),
            )
        done = decide_bom(
            ext_bom_id=bom_id,
            by=person(request),
            status=given["status"],
            remark=given.get("remark") or "",
            revision=given.get("revision"),
            digest=given.get("digest") or "",
            confirmed=self.confirmation(request),
            if_match=request.headers.get("If-Match", ""),
            on_behalf_of=given.get("on_behalf_of"),
            door=Decision.Door.API,
        )
        return _detail(done.approval, done.ballot)


class BomReturnEndpoint(BomDecisionEndpoint):
    """``/bomapprovals/{extBomLeveledId}/return``: a decision with the status 3."""

    status = Status.RETURNED


class BomForwardEndpoint(ForwardEndpoint):
    """``/bomapprovals/{extBomLeveledId}/forward``."""

    def record_of(self, key: int) -> tuple[str, int]:
        return BomApproval._meta.label, _opened_bom(key).pk


def _opened_bom(bom_id: int) -> BomApproval:
    rows = BomApproval.objects.alive().filter(ext_bom_leveled_id=bom_id)
    approval = rows.first()
    if approval is None:
        raise DomainError(_("There is no approval of this BOM."), "not_found")
    return approval


class BomReceiptEndpoint(Endpoint):
    """``/bomapprovals/{extBomLeveledId}/receipt`` (docs/receipts.md)."""

    @extend_schema(
        parameters=[
            OpenApiParameter(
                "revision", int, description="a revision; the present one without it"
            )
        ],
        responses=ReceiptSerializer,
    )
    def get(self, request: Request, bom_id: int) -> Response:
        """The signed receipt of a settled revision; 409 while it is pending."""
        text = request.query_params.get("revision")
        number = as_id(text, REVISION_DIGITS) if text else None
        if text and not number:
            raise invalid("revision", _("A revision is a number from 1."))
        return Response(as_file(receipt_of_bom(_opened_bom(bom_id), number)))


class BomApprovedEndpoint(Endpoint):
    """``/bomapprovals/{extBomLeveledId}/approved``."""

    @extend_schema(
        parameters=[
            OpenApiParameter(
                "digest", str, required=True, description="SHA-256 of a content, hex"
            )
        ],
        responses=ApprovedSerializer,
    )
    def get(self, request: Request, bom_id: int) -> Response:
        """Whether exactly the content with this digest is approved."""
        digest = request.query_params.get("digest", "").lower()
        if not DIGEST.fullmatch(digest):
            raise invalid("digest", _("A digest is 64 hex digits (SHA-256)."))
        return Response(approved_answer(_opened_bom(bom_id), digest))


class HookEndpoint(Endpoint):
    """``/hooks/ppic/bom-changed``: PPIC tells of a changed BOM, signed (docs/threats.md#t51)."""

    authentication_classes = ()
    permission_classes = (AllowAny,)
    parser_classes = (SmallJSONParser,)

    @extend_schema(request=HookSerializer, responses={200: HookAnswerSerializer})
    def post(self, request: Request) -> Response:
        """Takes the news in; the worker fetches the content a moment later.

        ``X-EMS-Signature`` is the HMAC-SHA256, in hex, of ``timestamp.body`` with a secret of
        ``PPIC_WEBHOOK_SECRET``; ``X-EMS-Timestamp`` is in seconds and at most 300 s off.
        """
        _require_signature(request)
        given = HookSerializer.read(request.data)
        for name, wire in HOOK_NEEDS.items():
            if not given.get(name):
                raise invalid(wire, _("Needed."))
        is_new = take_hook(
            event_id=given["event_id"],
            ext_bom_id=given["ext_bom_leveled_id"],
            pic_ids=given.get("pic_ids") or [],
            occurred_at=given.get("occurred_at") or timezone.now(),
        )
        return Response({"eventId": given["event_id"], "isNew": is_new})

    def _guarded(self, handler: Callable[..., Response]) -> Callable[..., Response]:
        """The event id is the key."""
        return handler


def _require_signature(request: Request) -> None:
    """The raw body counts, before anything reads it."""
    stamp = request.headers.get("X-EMS-Timestamp", "")
    given = request.headers.get("X-EMS-Signature", "").removeprefix("sha256=")
    require_small(request)
    body = request._request.body  # noqa: SLF001  (bytes as they came)
    second = as_id(stamp, TIMESTAMP_DIGITS)
    is_in_time = (
        second is not None
        and abs(timezone.now().timestamp() - second) <= WINDOW_SECONDS
    )
    # All of them, always: how long it takes says nothing about which one fits.
    fits = [
        hmac.compare_digest(signature(secret, stamp, body), given.encode())
        for secret in settings.PPIC_WEBHOOK_SECRET[:MAX_SECRETS]
        if secret
    ]
    if not (is_in_time and any(fits)):
        raise DomainError(_("The signature of this call is wrong."), "unauthenticated")


def signature(secret: str, stamp: str, body: bytes) -> bytes:
    """The hex digits that PPIC must send."""
    text = stamp.encode("utf-8", "replace") + b"." + body
    return hmac.new(secret.encode(), text, hashlib.sha256).hexdigest().encode()
