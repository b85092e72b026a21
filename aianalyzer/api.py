"""The analyzer at the predecessor's paths and ours (docs/contract.md#analyses)."""

from io import BytesIO
from typing import IO, Any

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from aianalyzer.models import InquiryAiGeneration
from aianalyzer.queries.inquiries import inquiry_of, inquiry_text, subject_of
from aianalyzer.queries.wire import each_row, generation_rows
from aianalyzer.serializers import AnalyzeSerializer, GenerationSerializer
from aianalyzer.services import (
    cancel_analysis,
    record_generation,
    retry_analysis,
    start_analysis,
)
from core.accounts.permissions import person
from core.db.paging import counted, id_chunks, sliced_ids
from core.errors import DomainError, invalid
from core.files.upload_handler import stream_upload
from core.http.api import Endpoint, one_page, page_of, streamed, tagged
from core.http.parsers import LimitedJSONParser
from core.http.wire import INT64
from core.integrations.crm import Inquiry
from core.ledger.queries import last_event_id
from core.text.ids import as_id

PAGING = [
    OpenApiParameter("inquiryId", int, description="only those about one CRM inquiry"),
    OpenApiParameter(
        "limit", int, description="rows of a page; without it the whole list"
    ),
    OpenApiParameter("offset", int, description="rows to skip"),
]


def _inquiry_id(request: Request) -> int | None:
    """``?inquiryId=``; None where it is not said."""
    text = request.query_params.get("inquiryId")
    if text is None:
        return None
    number = as_id(text, len(str(INT64)))
    if number is None or number > INT64:
        raise invalid("inquiryId", _("A whole number is needed."))
    return number


class GenerationsEndpoint(Endpoint):
    """``/api/generations`` and, for POST, ``/generations``."""

    @extend_schema(parameters=PAGING, responses=GenerationSerializer(many=True))
    def get(self, request: Request) -> HttpResponseBase:
        """Every analysis with its full content, oldest first."""
        rows = InquiryAiGeneration.objects.order_by("pk")
        inquiry_id, page = _inquiry_id(request), page_of(request)
        if inquiry_id is not None:
            rows = rows.filter(ext_inquiry_id=inquiry_id)
        if page is None:
            return streamed(each_row(id_chunks(rows, 50)))
        total = counted(rows, last_event_id())
        return one_page(
            request, generation_rows(sliced_ids(rows, page, total)), page, total
        )

    @extend_schema(request=GenerationSerializer, responses={200: GenerationSerializer})
    def post(self, request: Request) -> Response:
        """Record an answer that the client got elsewhere."""
        body = GenerationSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        generation = record_generation(by=person(request), fields=body.validated_data)
        return tagged(generation_rows([generation.pk])[0])


class RecordEndpoint(Endpoint):
    """``/generations``: the predecessor's path for recording."""

    @extend_schema(request=GenerationSerializer, responses={200: GenerationSerializer})
    def post(self, request: Request) -> Response:
        """The same as POST ``/api/generations``."""
        return GenerationsEndpoint.post(self, request)  # type: ignore[arg-type]


class AnalyzeEndpoint(Endpoint):
    """``/api/generations/analyze``: 202 with the job to poll."""

    parser_classes = (LimitedJSONParser, MultiPartParser)
    inquiry: Inquiry | None = None

    def initialize_request(
        self, request: HttpRequest, *args: Any, **kwargs: Any
    ) -> Request:
        """Let the file stream in, so that one without an end costs nothing (docs/threats.md#t33)."""
        stream_upload(request, settings.ATTACHMENT_MAX_BYTES)
        return super().initialize_request(request, *args, **kwargs)

    @extend_schema(
        request={
            "application/json": AnalyzeSerializer,
            "multipart/form-data": {
                "type": "object",
                "properties": {
                    "file": {"type": "string", "format": "binary"},
                    "inquiryId": {"type": "integer"},
                    "model": {"type": "string"},
                    "documentClass": {"type": "string"},
                    "language": {"type": "string"},
                },
            },
        },
        responses={202: GenerationSerializer},
    )
    def post(self, request: Request) -> Response:
        """Start an analysis of a file, or of the inquiry itself when no file is sent."""
        self.prepared(request)
        given = _asked(request)
        name, content = self._document(request)
        generation = start_analysis(
            by=person(request),
            name=name,
            content=content,
            model=given.get("model") or "",
            document_class=given.get("document_class") or "internal",
            language=given.get("language") or "",
            ext_inquiry_id=given.get("ext_inquiry_id"),
            subject=subject_of(self.inquiry) if self.inquiry else "",
        )
        location = {"Location": f"/api/generations/{generation.pk}"}
        row = generation_rows([generation.pk])[0]
        return Response(row, status=202, headers=location)

    def prepare(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Ask the CRM before the transaction opens; a file needs no inquiry that is known."""
        given, has_file = _asked(request), bool(request.FILES)
        inquiry_id = given.get("ext_inquiry_id")
        if inquiry_id is None:
            if not has_file:
                raise invalid("file", _("Send a file, or the id of an inquiry."))
            return
        try:
            self.inquiry = inquiry_of(inquiry_id)
        except DomainError:
            if not has_file:
                raise

    def _document(self, request: Request) -> tuple[str, IO[bytes]]:
        files = [file for _name, group in request.FILES.lists() for file in group]
        if len(files) > 1:
            raise invalid("file", _("Send one file at a time."))
        if files:
            return files[0].name or "", files[0]
        inquiry = self.inquiry
        assert inquiry is not None  # noqa: S101 - prepare has refused it otherwise
        return f"Inquiry {inquiry.ext_id}.txt", BytesIO(inquiry_text(inquiry).encode())


def _asked(request: Request) -> dict[str, Any]:
    body = AnalyzeSerializer(data=request.data)
    body.is_valid(raise_exception=True)
    return dict(body.validated_data)


def _row(generation_id: int) -> dict[str, Any]:
    # Looked up exactly first: a number that no database holds finds nothing, not an error.
    rows = InquiryAiGeneration.objects.filter(pk=generation_id)
    if not rows.exists():
        raise DomainError(_("There is no such analysis."), "not_found")
    return generation_rows([generation_id])[0]


class GenerationEndpoint(Endpoint):
    """``/api/generations/{id}``: one analysis, to be polled."""

    @extend_schema(responses=GenerationSerializer)
    def get(self, request: Request, pk: int) -> Response:
        """State, progress and the answer as far as it is written."""
        return tagged(_row(pk))


class CancelEndpoint(Endpoint):
    """``/api/generations/{id}/cancel``."""

    needs_body = False

    @extend_schema(request=None, responses={200: GenerationSerializer})
    def post(self, request: Request, pk: int) -> Response:
        """Cancel an analysis that waits or runs."""
        cancel_analysis(generation_id=pk, by=person(request))
        return tagged(_row(pk))


class RetryEndpoint(Endpoint):
    """``/api/generations/{id}/retry``."""

    needs_body = False

    @extend_schema(request=None, responses={202: GenerationSerializer})
    def post(self, request: Request, pk: int) -> Response:
        """Analyse the same document again."""
        retry_analysis(generation_id=pk, by=person(request))
        location = {"Location": f"/api/generations/{pk}"}
        return Response(_row(pk), status=202, headers=location)
