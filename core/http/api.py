"""The base of every API view: one error shape, bare lists, paging, entity tags."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import wraps
from typing import Any

import structlog
from django.conf import settings
from django.core.exceptions import (
    PermissionDenied,
    RequestDataTooBig,
    TooManyFieldsSent,
    TooManyFilesSent,
)
from django.db import DatabaseError, OperationalError
from django.http import Http404, HttpRequest, StreamingHttpResponse, UnreadablePostError
from django.urls import URLPattern
from django.urls.resolvers import RoutePattern
from django.utils.functional import cached_property
from django.utils.module_loading import import_string
from django.utils.translation import gettext, gettext_noop
from django.utils.translation import gettext as _
from rest_framework import exceptions
from rest_framework.negotiation import BaseContentNegotiation, DefaultContentNegotiation
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core.db.paging import Page, page_asked
from core.errors import DomainError, invalid
from core.http.error_response import error_body
from core.http.etags import digest_tag
from core.http.query import leave_out_empty, refuse_doubled
from core.text.wire_json import to_bytes

log = structlog.get_logger(__name__)

STATUS = {
    "invalid": 400,
    "unauthenticated": 401,
    "wrong_credentials": 401,
    "reauth_required": 401,
    "forbidden": 403,
    "self_approval": 403,
    "pin_locked": 403,
    "not_found": 404,
    "stale_revision": 409,
    "illegal_transition": 409,
    "already_decided": 409,
    "in_flight": 409,
    "gone": 410,
    "precondition_failed": 412,
    "too_large": 413,
    "unsupported_type": 415,
    "archive_limits": 415,
    "infected": 415,
    "key_reused": 422,
    "locked": 423,
    "throttled": 429,
    "blob_corrupt": 502,
    "upstream_invalid": 502,
    "unavailable": 503,
    "storage_full": 507,
}
CODE = {
    400: "invalid",
    401: "unauthenticated",
    403: "forbidden",
    404: "not_found",
    405: "method_not_allowed",
    406: "not_acceptable",
    413: "too_large",
    415: "unsupported_type",
    429: "throttled",
}
BUSY_SECONDS = 2
DJANGO_ERRORS: dict[type[Exception], tuple[int, str, str]] = {
    # The sender left in the middle; half a body must not pass for a whole one.
    UnreadablePostError: (
        400,
        gettext_noop("The body of the request did not arrive."),
        "invalid",
    ),
    Http404: (404, gettext_noop("There is no such record."), "not_found"),
    PermissionDenied: (403, gettext_noop("You may not do this."), "forbidden"),
    RequestDataTooBig: (
        413,
        gettext_noop("The body of the request is too large."),
        "too_large",
    ),
    TooManyFieldsSent: (
        400,
        gettext_noop("There are too many fields in one request."),
        "invalid",
    ),
    TooManyFilesSent: (
        400,
        gettext_noop("There are too many files in one request."),
        "invalid",
    ),
}


class AnyCase(RoutePattern):
    """A route that matches in any letter case, as the predecessor's did."""

    @cached_property
    def regex(self) -> re.Pattern[str]:  # type: ignore[override]
        """The route, without regard to letter case."""
        # The stubs do not know what the base class keeps.
        return re.compile(vars(self)["_regex"], re.IGNORECASE)


def any_case(
    route: str, view: type[APIView] | Callable[..., Any], name: str
) -> list[URLPattern]:
    """A path with and without a trailing slash, in any letter case (docs/contract.md#paths)."""
    as_view = getattr(view, "as_view", None)
    handler = as_view() if as_view else view
    bare = AnyCase(route, name=name, is_endpoint=True)
    slashed = AnyCase(f"{route}/", is_endpoint=True)
    return [URLPattern(bare, handler, None, name), URLPattern(slashed, handler)]


class AlwaysJson(BaseContentNegotiation):
    """JSON whatever ``Accept`` says, as the predecessor did: a link opened in a browser works."""

    def select_parser(self, request: Request, parsers: Any) -> Any:
        """By content type; ``application/…+json`` is JSON, too."""
        found = DefaultContentNegotiation().select_parser(request, parsers)
        kind = (request.content_type or "").partition(";")[0].strip()
        return parsers[0] if found is None and kind.endswith("+json") else found

    def select_renderer(
        self, request: Request, renderers: Any, format_suffix: str | None = None
    ) -> Any:
        return renderers[0], renderers[0].media_type


class Endpoint(APIView):
    """One documented path, a method per HTTP verb.

    A POST or PUT that carries an ``Idempotency-Key`` is answered through the guard that
    ``settings.REQUEST_GUARD`` names, so that it has one effect however often it is sent.
    """

    content_negotiation_class = AlwaysJson
    needs_body = True
    is_prepared = False

    def initialize_request(
        self, request: HttpRequest, *args: Any, **kwargs: Any
    ) -> Request:
        """Read the query as everybody means it."""
        leave_out_empty(request)
        return super().initialize_request(request, *args, **kwargs)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """After authentication, let the guard wrap the handler of this request."""
        super().initial(request, *args, **kwargs)
        refuse_doubled(request)
        if request.method in {"POST", "PUT"} and self.needs_body and not request.stream:
            raise invalid("body", _("Send a body."))
        if request.method in {"POST", "PUT"} and request.headers.get("Idempotency-Key"):
            name = request.method.lower()
            setattr(self, name, self._guarded(getattr(self, name)))

    def _guarded(self, handler: Callable[..., Response]) -> Callable[..., Response]:
        guard = import_string(settings.REQUEST_GUARD)

        @wraps(handler)
        def once(request: Request, *args: Any, **kwargs: Any) -> Response:
            # Before the guard opens its transaction, in which no upstream may be asked.
            self.prepared(request, *args, **kwargs)
            answer: Response = guard(request, lambda: handler(request, *args, **kwargs))
            return answer

        return once

    def prepare(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Ask upstreams before a transaction opens; nothing by default."""

    def prepared(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Prepare once: a handler asks for it, and where there is a guard it is done already."""
        if not self.is_prepared:
            self.is_prepared = True
            self.prepare(request, *args, **kwargs)

    def finalize_response(
        self, request: Request, response: Any, *args: Any, **kwargs: Any
    ) -> Any:
        """Answers about people and prices stay out of shared caches."""
        final = super().finalize_response(request, response, *args, **kwargs)
        final.headers.setdefault("Cache-Control", "no-store, private")
        return final


def page_of(request: Request) -> Page | None:
    """The page that the query asks for, or None for the whole list."""
    return page_asked(
        request.query_params.get("limit"), request.query_params.get("offset")
    )


def one_page(
    request: Request,
    rows: Sequence[object],
    page: Page,
    total: int,
    *,
    is_stale: bool = False,
) -> Response:
    """A page of a list, with the size of the list and its neighbours in the headers."""
    headers = {"X-Total-Count": str(total)} | stale_header(is_stale=is_stale)
    if links := _links(request, page, total):
        headers["Link"] = links
    return Response(rows, headers=headers)


def _links(request: Request, page: Page, total: int) -> str:
    offsets = {
        "first": 0,
        "prev": page.offset - page.limit if page.offset else None,
        "next": page.offset + page.limit if page.offset + page.limit < total else None,
        "last": max(0, (total - 1) // page.limit * page.limit),
    }
    return ", ".join(
        f'<{_link(request, page.limit, max(0, offset))}>; rel="{relation}"'
        for relation, offset in offsets.items()
        if offset is not None
    )


def _link(request: Request, limit: int, offset: int) -> str:
    query = request.query_params.copy()
    query["limit"], query["offset"] = str(limit), str(offset)
    return f"{settings.PUBLIC_BASE_URL}{request.path}?{query.urlencode()}"


def stale_header(*, is_stale: bool) -> dict[str, str]:
    """Says that an upstream did not answer and older data was used."""
    return {"X-Data-Stale": "true"} if is_stale else {}


def streamed(
    rows: Iterable[Mapping[str, object]], *, is_stale: bool = False
) -> StreamingHttpResponse:
    """A bare JSON array, written row by row, so that its length costs no memory."""
    return StreamingHttpResponse(
        _array(rows),
        content_type="application/json",
        headers={"Cache-Control": "no-store, private"}
        | stale_header(is_stale=is_stale),
    )


def _array(rows: Iterable[Mapping[str, object]]) -> Iterator[bytes]:
    """Pieces of about 64 KiB: fewer, larger writes."""
    piece, comma = bytearray(b"["), b""
    for row in rows:
        piece += comma + to_bytes(row)
        comma = b","
        # Each piece is a change of threads in the server.
        if len(piece) > 65_536:
            yield bytes(piece)
            piece.clear()
    yield bytes(piece) + b"]"


def entity(data: object, tag: str) -> Response:
    """A record with its entity tag."""
    return Response(data, headers={"ETag": tag})


def tagged(data: Any) -> Response:
    """A record whose entity tag is a digest of what is sent."""
    return entity(data, digest_tag(data))


def small_list(
    request: Request, rows: Sequence[Any], *, is_stale: bool = False
) -> Response:
    """A list that is short by nature: all of it, or the page that was asked for."""
    page = page_of(request)
    if page is None:
        return Response(list(rows), headers=stale_header(is_stale=is_stale))
    shown = rows[page.offset : page.offset + page.limit]
    return one_page(request, list(shown), page, len(rows), is_stale=is_stale)


def flatten(detail: Any, prefix: str = "") -> dict[str, list[str]]:
    """DRF's nested messages as ``{"items[2].qty": [..]}``."""
    if isinstance(detail, Mapping):
        return _merged(
            flatten(inner, _joined(prefix, str(key))) for key, inner in detail.items()
        )
    if isinstance(detail, list) and any(
        isinstance(inner, Mapping | list) for inner in detail
    ):
        return _merged(
            flatten(inner, f"{prefix}[{n}]") for n, inner in enumerate(detail) if inner
        )
    words = detail if isinstance(detail, list) else [detail]
    # REST framework leaves some of its words untranslated (core.http.wire).
    return {prefix or "body": [gettext(str(word)) for word in words]}


def _joined(prefix: str, key: str) -> str:
    if key.isdecimal():
        return f"{prefix}[{key}]"
    if key in {"non_field_errors", "body"}:  # of a list or a record as a whole
        return prefix or "body"
    return f"{prefix}.{key}" if prefix else key


def _merged(parts: Iterable[dict[str, list[str]]]) -> dict[str, list[str]]:
    merged: dict[str, list[str]] = {}
    for part in parts:
        merged.update(part)
    return merged


def answer_error(error: Exception, _context: Mapping[str, Any]) -> Response | None:
    """Every exception of an API view as the one error shape; an unknown one is logged, 500."""
    if isinstance(error, DomainError):
        return answer_refusal(error)
    if isinstance(error, exceptions.ValidationError):
        return _refused(
            400, _("Some of the input is not valid."), "invalid", flatten(error.detail)
        )
    if isinstance(error, exceptions.APIException):
        return _answer_framework(error)
    return _answer_django(error)


def answer_refusal(error: DomainError) -> Response:
    """A rule's refusal with its status."""
    response = Response(
        error_body(error.sentence, error.code, error.errors, error.extra),
        status=STATUS[error.code],
    )
    if error.retry_after is not None:
        response["Retry-After"] = str(error.retry_after)
    return response


def _refused(
    status: int,
    sentence: str,
    code: str,
    errors: Mapping[str, Sequence[str]] | None = None,
) -> Response:
    return Response(error_body(sentence, code, errors), status=status)


def _answer_framework(error: exceptions.APIException) -> Response:
    response = _refused(
        error.status_code, str(error.detail), CODE.get(error.status_code, "error")
    )
    if header := getattr(error, "auth_header", None):
        response["WWW-Authenticate"] = header
    return response


def _answer_django(error: Exception) -> Response | None:
    if isinstance(error, OperationalError):
        return _answer_busy(error)
    if isinstance(error, DatabaseError):
        # PostgreSQL says so of a number that its column cannot hold.
        is_range = "out of range" in str(error)
        return (
            _refused(400, _("A number is too large."), "invalid") if is_range else None
        )
    for kind, (status, sentence, code) in DJANGO_ERRORS.items():
        if isinstance(error, kind):
            return _refused(status, gettext(sentence), code)
    return None


def _answer_busy(error: OperationalError) -> Response:
    """A lock that was not had in time, or a database that is away: nothing was changed."""
    log.warning("database_busy", reason=str(error)[:200])
    response = _refused(
        503, _("The database is busy; nothing was changed. Try again."), "unavailable"
    )
    response["Retry-After"] = str(BUSY_SECONDS)
    return response
