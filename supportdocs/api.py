"""Support documents at the predecessor's paths (docs/contract.md#support-documents)."""

from pathlib import PurePath
from typing import Any

from django.conf import settings
from django.core.files.storage import default_storage
from django.http import HttpRequest, HttpResponseBase
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from core.accounts.permissions import person
from core.db.paging import counted, id_chunks, sliced_ids
from core.errors import DomainError, invalid
from core.files.downloads import asks_for_all, serve
from core.files.filetypes import TYPES
from core.files.upload_handler import stream_upload
from core.files.uploaded import StoredFile
from core.http.api import Endpoint, entity, one_page, page_of, streamed
from core.http.parsers import LimitedJSONParser
from core.ledger.queries import last_event_id
from supportdocs.models import DocumentVersion, SupportJob, SupportTable
from supportdocs.queries.checklist import name_of_job
from supportdocs.queries.wire import (
    document_rows,
    each_document,
    each_job,
    job_rows,
    version_stored_as,
)
from supportdocs.serializers import (
    DocumentIds,
    DocumentSerializer,
    JobRemovedSerializer,
    JobSavedSerializer,
    JobSerializer,
    JobSetSerializer,
    UploadedSerializer,
)
from supportdocs.services import (
    add_document,
    add_job_documents,
    add_version,
    delete_document,
    keep_file,
    remove_job,
    rename_document,
    serve_version,
    set_job_documents,
)

PAGING = [
    OpenApiParameter(
        "limit", int, description="rows of a page; without it the whole list"
    ),
    OpenApiParameter("offset", int, description="rows to skip"),
]
FILE = {"file": {"type": "string", "format": "binary"}}
FORM = {"type": "object", "properties": FILE}
NAMED_FORM = {"type": "object", "properties": {"name": {"type": "string"}} | FILE}
BYTES: dict[tuple[int, str], Any] = {
    (status, kind): bytes for kind in set(TYPES.values()) for status in (200, 206)
}


def existing_document(pk: int) -> SupportTable:
    """The document, unless it was deleted; raises DomainError ``not_found``."""
    rows = SupportTable.objects.alive().select_related("current")
    document = rows.filter(pk=pk).first()
    if document is None:
        raise DomainError(_("There is no such document."), "not_found")
    return document


def download(request: Request, version: DocumentVersion | None) -> HttpResponseBase:
    """A version as a file under the name that it was uploaded with."""
    if version is None:
        raise DomainError(_("This document has no file yet."), "not_found")
    return serve(request, serve_version(version, is_whole=asks_for_all(request)))


def _detail(document: SupportTable, status: int = 200) -> Response:
    document.refresh_from_db(fields=["updated_at"])
    response = entity(document_rows([document.pk])[0], document.etag)
    response.status_code = status
    return response


class FileEndpoint(Endpoint):
    """An endpoint that takes a file, which is in the store before any transaction opens.

    A file of which nothing came (a refusal, a repeated ``Idempotency-Key``) is removed again.
    """

    parser_classes = (LimitedJSONParser, MultiPartParser)
    kept: StoredFile | None = None
    is_used = False

    def initialize_request(
        self, request: HttpRequest, *args: Any, **kwargs: Any
    ) -> Request:
        """Let the file stream to where it will stay."""
        if request.method == "POST":
            stream_upload(request, settings.DOCUMENT_MAX_BYTES)
        return super().initialize_request(request, *args, **kwargs)

    def prepare(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Keep the file that was sent, if one was."""
        files = [file for _name, group in request.FILES.lists() for file in group]
        if files:
            self.kept = keep_file(
                by=person(request), name=files[0].name or "", content=files[0]
            )

    def file_of(self, request: Request) -> StoredFile | None:
        """The file that was sent, or None."""
        self.prepared(request)
        return self.kept

    def finalize_response(
        self, request: Request, response: Any, *args: Any, **kwargs: Any
    ) -> Any:
        """Nothing came of it: away with it."""
        if self.kept and not self.is_used:
            default_storage.delete(self.kept.stored_name)
        return super().finalize_response(request, response, *args, **kwargs)


class DocumentsEndpoint(FileEndpoint):
    """``/supporttables``."""

    @extend_schema(parameters=PAGING, responses=DocumentSerializer(many=True))
    def get(self, request: Request) -> HttpResponseBase:
        """Every document; ``filePath`` is the name under which its file is kept."""
        page, rows = page_of(request), SupportTable.objects.alive()
        if page is None:
            return streamed(each_document(id_chunks(rows)))
        total = counted(rows, last_event_id())
        ids = sliced_ids(rows.order_by("pk"), page, total)
        return one_page(request, document_rows(ids), page, total)

    @extend_schema(
        request={
            "application/json": DocumentSerializer,
            "multipart/form-data": NAMED_FORM,
        },
        responses={201: DocumentSerializer},
    )
    def post(self, request: Request) -> Response:
        """A name and a file as a form, or as JSON the name first and the file by ``…/upload``."""
        is_form = isinstance(request.data, dict) and hasattr(request.data, "getlist")
        body = DocumentSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        name = body.validated_data.get("name") or ""
        file = self.file_of(request)
        if is_form and file is None:
            raise invalid("file", _("Send a file, or the name as JSON."))
        name = name or (PurePath(file.name).stem if file else "")
        document = add_document(by=person(request), name=name, file=file)
        self.is_used = True
        response = _detail(document, 201)
        response["Location"] = f"/supporttables/{document.pk}"
        return response


class DocumentEndpoint(Endpoint):
    """``/supporttables/{id}``."""

    @extend_schema(responses=DocumentSerializer)
    def get(self, request: Request, pk: int) -> Response:
        """One document with size, type and SHA-256 of its file."""
        return _detail(existing_document(pk))

    @extend_schema(request=DocumentSerializer, responses={200: DocumentSerializer})
    def put(self, request: Request, pk: int) -> Response:
        """Rename it; the id of the path is enough, and one in the body must be the same."""
        body = DocumentSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        given = body.validated_data
        if given.get("id") not in {None, 0, pk}:
            raise invalid("id", _("It is another one than in the path."))
        if "name" in given:
            rename_document(
                document_id=pk,
                by=person(request),
                name=given["name"],
                if_match=request.headers.get("If-Match", ""),
            )
        return _detail(existing_document(pk))

    @extend_schema(responses={204: None})
    def delete(self, request: Request, pk: int) -> Response:
        """Put it away; its file and history stay, and it can be restored in the portal."""
        delete_document(
            document_id=pk,
            by=person(request),
            if_match=request.headers.get("If-Match", ""),
        )
        return Response(status=204)


class UploadEndpoint(FileEndpoint):
    """``/supporttables/{id}/upload``."""

    @extend_schema(
        request={"multipart/form-data": FORM}, responses={200: UploadedSerializer}
    )
    def post(self, request: Request, pk: int) -> Response:
        """The file of a document, in a field of any name; an older file stays as a version."""
        existing_document(pk)
        file = self.file_of(request)
        if file is None:
            raise invalid("file", _("Send one file as multipart/form-data."))
        add_version(
            document_id=pk,
            by=person(request),
            file=file,
            if_match=request.headers.get("If-Match", ""),
        )
        self.is_used = True
        path = file.stored_name.rpartition("/")[2]
        return Response({"message": _("The file was uploaded."), "filePath": path})


class DownloadEndpoint(Endpoint):
    """``/supporttables/{id}/download``."""

    @extend_schema(responses=BYTES)
    def get(self, request: Request, pk: int) -> HttpResponseBase:
        """The current file, or the part that ``Range`` asks for."""
        return download(request, existing_document(pk).current)


class StoredDownloadEndpoint(Endpoint):
    """``/supporttables/download/{fileName}``."""

    @extend_schema(operation_id="supporttables_stored_file", responses=BYTES)
    def get(self, request: Request, file_name: str) -> HttpResponseBase:
        """The file that is kept under this name, also of an older version."""
        version = version_stored_as(file_name)
        if version is None:
            raise DomainError(_("There is no such file."), "not_found")
        return download(request, version)


# --- Which job has which documents ------------------------------------------------


class JobsEndpoint(Endpoint):
    """``/api/support-engineering-documents``."""

    job_name: str | None = None

    @extend_schema(parameters=PAGING, responses=JobSerializer(many=True))
    def get(self, request: Request) -> HttpResponseBase:
        """Every job with the ids of its documents; a job appears once."""
        page, rows = page_of(request), SupportJob.objects.alive()
        if page is None:
            return streamed(each_job(id_chunks(rows)))
        total = counted(rows, last_event_id())
        ids = sliced_ids(rows.order_by("pk"), page, total)
        return one_page(request, job_rows(ids), page, total)

    @extend_schema(request=JobSerializer, responses={200: JobSavedSerializer})
    def post(self, request: Request) -> Response:
        """Add documents to a job; one that it has already stays once."""
        body = JobSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        given = body.validated_data
        if not given.get("job_id"):
            raise invalid("jobId", _("Needed."))
        if not given.get("support_table_ids"):
            raise invalid("supportTableIds", _("Name at least one document."))
        name = self.job_name or ""
        if self.job_name is None:
            name = name_of_job(given["job_id"])
        job = add_job_documents(
            job_id=given["job_id"],
            by=person(request),
            document_ids=given["support_table_ids"],
            job_name=given.get("job_name") or name,
        )
        message = _("The documents of the job were saved.")
        return Response({"message": message, "dto": job_rows([job.pk])[0]})

    def prepare(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """The name of a new job comes from PPIC, before a transaction opens."""
        body = JobSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        self.job_name = name_of_job(body.validated_data.get("job_id") or 0)


class JobDocumentsEndpoint(Endpoint):
    """``/api/support-engineering-documents/{jobId}/supporttableid``."""

    job_name: str | None = None

    @extend_schema(
        request={"application/json": {"type": "array", "items": {"type": "integer"}}},
        responses={200: JobSetSerializer},
    )
    def put(self, request: Request, job_id: int) -> Response:
        """The job has exactly these documents; ``[]`` keeps the job with none."""
        if self.job_name is None:
            self.prepare(request, job_id=job_id)
        if not isinstance(request.data, list):
            raise invalid("body", _("Send an array of ids of documents."))
        ids = DocumentIds(max_length=500).run_validation(request.data)
        job = set_job_documents(
            job_id=job_id,
            by=person(request),
            document_ids=ids,
            job_name=self.job_name or "",
        )
        row = job_rows([job.pk])[0]
        row.pop("jobName")
        return Response({"message": _("The documents of the job were saved.")} | row)

    def prepare(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """The name of a new job comes from PPIC, before a transaction opens."""
        self.job_name = name_of_job(kwargs["job_id"])


class JobEndpoint(Endpoint):
    """``/api/support-engineering-documents/{jobId}``."""

    @extend_schema(responses={200: JobRemovedSerializer})
    def delete(self, request: Request, job_id: int) -> Response:
        """Take the job out of the checklist."""
        remove_job(job_id=job_id, by=person(request))
        message = _("The job was removed from the checklist.")
        return Response({"message": message, "jobId": job_id})
