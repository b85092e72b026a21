"""ECN and CCN at the predecessor's paths and ours (docs/contract.md#changes)."""

from contextlib import closing
from itertools import chain
from typing import IO, Any

from django.db.models import QuerySet
from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from core.accounts.api import secret_of
from core.accounts.permissions import person
from core.approvals.queries.ballots import ballot_of
from core.approvals.queries.wire import round_row
from core.approvals.serializers import RoundSerializer
from core.db.paging import counted, id_chunks, sliced_ids
from core.errors import DomainError, invalid
from core.files.downloads import Served, serve
from core.files.filetypes import TYPES
from core.files.uploaded import decode_base64
from core.http.api import (
    Endpoint,
    entity,
    one_page,
    page_of,
    small_list,
    stale_header,
    streamed,
)
from core.http.parsers import PhotoJSONParser
from core.integrations import upstreams
from core.ledger.queries import last_event_id
from engineering.api.rows import (
    each_enriched,
    enriched,
    plain_rows,
    with_deviations,
)
from engineering.models import ChangeAttachment, ChangeNotice
from engineering.queries.upstream_names import (
    UpstreamNames,
    catalogue,
    material_requests,
    read_upstream_names,
)
from engineering.serializers import (
    ChangeAllSerializer,
    ChangeOutSerializer,
    ChangeSerializer,
    PhotoSerializer,
)
from engineering.services import (
    attach_file,
    confirm_posted,
    name_of_file,
    save_change,
)

PAGING = [
    OpenApiParameter(
        "limit", int, description="rows of a page; without it the whole list"
    ),
    OpenApiParameter("offset", int, description="rows to skip"),
]


def change_or_404(pk: int) -> ChangeNotice:
    """The change, unless it was withdrawn; 404 otherwise."""
    return get_object_or_404(ChangeNotice.objects.alive(), pk=pk)


class ChangesEndpoint(Endpoint):
    """``/engineeringDetailProblems``."""

    facts: UpstreamNames | None = None
    sent: dict[str, Any] | None = None
    confirmed: str | None = None

    @extend_schema(parameters=PAGING, responses=ChangeAllSerializer(many=True))
    def get(self, request: Request) -> HttpResponseBase:
        """Every change with its lines, decisions and what the upstreams know of it."""
        page, rows, facts = page_of(request), ChangeNotice.objects.alive(), catalogue()
        if page is None:
            return _whole_list(rows, facts)
        total = counted(rows, last_event_id())
        ids = sliced_ids(rows.order_by("pk"), page, total)
        requests = material_requests(ids)
        found = enriched(plain_rows(rows, ids), facts, requests)
        is_stale = facts.is_stale or requests.is_stale
        return one_page(request, found, page, total, is_stale=is_stale)

    @extend_schema(request=ChangeSerializer, responses={200: ChangeOutSerializer})
    def post(self, request: Request) -> Response:
        """Raise (no id), edit what was sent (known id), or decide as yourself."""
        data = self._sent(request)
        self._confirm(request)
        change = save_change(
            by=person(request),
            data=data,
            if_match=request.headers.get("If-Match", ""),
            facts=self.facts,
            confirmed=self.confirmed or "",
        )
        is_bare = not any(data.get(name) for name in ("id", "approvals", "status"))
        rows = plain_rows(ChangeNotice.objects.all(), [change.pk], is_bare=is_bare)
        return entity(rows[0], change.etag)

    def prepare(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Read the upstreams before the transaction opens."""
        data = self._sent(request)
        self.facts = read_upstream_names(data, data.get("items") or ())
        self._confirm(request)

    def _confirm(self, request: Request) -> None:
        """Once, and never inside the guard's transaction."""
        if self.confirmed is None:
            self.confirmed = confirm_posted(
                by=person(request), data=self._sent(request), **entered(request)
            )

    def _sent(self, request: Request) -> dict[str, Any]:
        """The body, checked once: with a key, ``prepare`` has asked for it before."""
        if self.sent is None:
            body = ChangeSerializer(data=request.data)
            body.is_valid(raise_exception=True)
            self.sent = body.validated_data
        return self.sent


def entered(request: Request) -> dict[str, str]:
    """What was entered to confirm a signature, and from where."""
    address = request.META.get("REMOTE_ADDR", "")
    return {"secret": secret_of(request), "address": address}


def _whole_list(rows: QuerySet[ChangeNotice], facts: UpstreamNames) -> HttpResponseBase:
    """The first chunk is asked for before the headers go out: they say whether it is stale."""
    chunks = id_chunks(rows)
    first = next(chunks, [])
    requests = material_requests(first)
    found = enriched(plain_rows(rows, first), facts, requests)
    rest = each_enriched(rows, chunks, facts, material_requests)
    return streamed(chain(found, rest), is_stale=facts.is_stale or requests.is_stale)


class ChangeEndpoint(Endpoint):
    """``/engineeringDetailProblems/{id}``."""

    @extend_schema(responses=ChangeOutSerializer)
    def get(self, request: Request, pk: int) -> Response:
        """The entity with live lines and standing decisions; prices far from PPIC's are marked."""
        change = change_or_404(pk)
        plain = plain_rows(ChangeNotice.objects.all(), [pk])[0]
        row, is_stale = with_deviations(plain)
        headers = {"ETag": change.etag, **stale_header(is_stale=is_stale)}
        return Response(row, headers=headers)


class ChangeAllEndpoint(Endpoint):
    """``/engineeringDetailProblems/{id}/all``."""

    @extend_schema(responses=ChangeAllSerializer)
    def get(self, request: Request, pk: int) -> Response:
        """The entity and what the upstreams know of it."""
        change, facts, requests = (
            change_or_404(pk),
            catalogue(),
            material_requests([pk]),
        )
        plain = plain_rows(ChangeNotice.objects.all(), [pk])
        row, has_old_prices = with_deviations(enriched(plain, facts, requests)[0])
        is_stale = facts.is_stale or requests.is_stale or has_old_prices
        headers = {"ETag": change.etag, **stale_header(is_stale=is_stale)}
        route = RoundSerializer(round_row(ballot_of(change))).data
        return Response(row | {"round": route}, headers=headers)


class ChangesOfOrderEndpoint(Endpoint):
    """``/engineeringDetailProblems/byPoId/{poId}``."""

    @extend_schema(parameters=PAGING, responses=ChangeOutSerializer(many=True))
    def get(self, request: Request, po_id: int) -> HttpResponseBase:
        """The changes of one purchase order of the CRM; none is ``[]``."""
        rows = ChangeNotice.objects.alive().filter(ext_purchase_order_id=po_id)
        page = page_of(request)
        if page is None:
            return streamed(
                row for ids in id_chunks(rows) for row in plain_rows(rows, ids)
            )
        total = counted(rows, last_event_id())
        ids = sliced_ids(rows.order_by("pk"), page, total)
        return one_page(request, plain_rows(rows, ids), page, total)


class ChangesOfRequestEndpoint(Endpoint):
    """``/engineeringDetailProblems/byMrId/{mrId}``: promised by documents, never served before."""

    @extend_schema(responses=ChangeOutSerializer(many=True))
    def get(self, request: Request, mr_id: int) -> Response:
        """The change to which PPIC's material request belongs; none is ``[]``.

        While PPIC is away what was found before is answered, or 503: "none" would be a guess.
        """
        reading = upstreams.ppic().material_request(mr_id)
        if reading.value is None and reading.error is not None:
            sentence = _("PPIC does not answer. Try again in a moment.")
            raise DomainError(sentence, "unavailable", retry_after=10)
        change_id = reading.value.engineering_problem_ext_id if reading.value else None
        rows = plain_rows(
            ChangeNotice.objects.alive(), [change_id] if change_id else []
        )
        return small_list(request, rows, is_stale=reading.is_stale)


class PhotoEndpoint(Endpoint):
    """``/engineeringDetailProblems/{id}/photo``: the file of a change."""

    parser_classes = (PhotoJSONParser, MultiPartParser)

    @extend_schema(responses={(200, kind): bytes for kind in set(TYPES.values())})
    def get(self, request: Request, pk: int) -> HttpResponseBase:
        """The newest file, with its own name and type."""
        file = change_or_404(pk).attachments.alive().last()
        if file is None:
            raise DomainError(_("This change has no file."), "not_found")
        shown = Served(file.name, file.stored_name, file.content_type, file.sha256)
        return serve(request, shown)

    @extend_schema(
        request={
            "application/json": PhotoSerializer,
            "multipart/form-data": {
                "type": "object",
                "properties": {"file": {"type": "string", "format": "binary"}},
            },
        },
        responses={200: str},
    )
    def post(self, request: Request, pk: int) -> Response:
        """Add a file: JSON with base64, or a multipart form with one file."""
        change = change_or_404(pk)
        file = _sent_file(request, change)
        return Response(
            {
                "message": _("The file was attached."),
                "id": file.pk,
                "fileName": file.name,
            }
        )


def _sent_file(request: Request, change: ChangeNotice) -> ChangeAttachment:
    name, content = _named_content(request, change)
    with closing(content):
        return attach_file(
            change_id=change.pk,
            by=person(request),
            name=name,
            content=content,
            if_match=request.headers.get("If-Match", ""),
        )


def _named_content(request: Request, change: ChangeNotice) -> tuple[str, IO[bytes]]:
    files = [file for _name, group in request.FILES.lists() for file in group]
    if len(files) > 1:
        raise invalid("file", _("Send one file at a time."))
    if files:
        return files[0].name or "", files[0]
    body = PhotoSerializer(data=request.data)
    body.is_valid(raise_exception=True)
    content = decode_base64(_photo(body.validated_data))
    name = body.validated_data.get("file_name") or name_of_file(
        change, content, person(request)
    )
    return name, content


def _photo(data: dict[str, Any]) -> str:
    if not data.get("photo"):
        raise invalid(
            "photo", _("Send the file as base64 in `photo`, or as a multipart file.")
        )
    return str(data["photo"])
