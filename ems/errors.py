"""Errors outside of any API view: a page for people, the one JSON shape for programs."""

import sys
from collections.abc import Callable

import structlog
from django.contrib import messages
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import RequestDataTooBig
from django.db import OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import resolve
from django.utils.translation import gettext as _

from core.errors import DomainError
from core.http.api import BUSY_SECONDS, STATUS
from core.http.error_response import error_response, request_id

log = structlog.get_logger(__name__)
DRAWN = {400, 403, 404, 500, 503}
REFUSED, AWAY, NOT_ALLOWED = 400, 503, 405

PAGES = (
    "/changes/",
    "/inbox/",
    "/figures/",
    "/accounts/",
    "/help/",
    "/setup/",
    "/styleguide/",
    "/notifications/",
)


def _wants_page(request: HttpRequest) -> bool:
    return (
        request.path == "/"
        or request.path.startswith(PAGES)
        or "text/html" in request.headers.get("Accept", "")
    )


def _answer(
    request: HttpRequest, status: int, sentence: str, code: str
) -> HttpResponse:
    if not _wants_page(request):
        return error_response(status, sentence, code)
    context = {"sentence": sentence, "request_id": request_id()}
    page = status if status in DRAWN else REFUSED if status < 500 else AWAY
    return render(request, f"errors/{page}.html", context, status=status)


def _is_opened(request: HttpRequest) -> bool:
    return request.method == "GET" and "text/html" in request.headers.get("Accept", "")


def _page_above(request: HttpRequest) -> HttpResponse:
    """The address of a button, opened as a page: a login after the end of a session leads here."""
    messages.warning(
        request, _("That was not saved. Press the button again on this page.")
    )
    path = request.path_info
    while path != "/":
        path = path.rstrip("/").rpartition("/")[0] + "/"
        if resolve(path).url_name:
            break
    return redirect(path)


class RefusalMiddleware:
    """A rule that refuses, and a page that has nothing better to say: an error page."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code == NOT_ALLOWED and _is_opened(request):
            return _page_above(request)
        return response

    def process_exception(
        self, request: HttpRequest, exception: Exception
    ) -> HttpResponse | None:
        """Only what a rule or a busy database says; anything else is a crash.

        A record that is not there gets the same page on one's own machine, where Django would
        show its insides.
        """
        if isinstance(exception, Http404):
            return page_not_found(request, exception)
        if isinstance(exception, DomainError):
            return refusal_page(request, exception)
        if isinstance(exception, OperationalError):
            return database_away(request, exception)
        return None


def database_away(request: HttpRequest, error: OperationalError) -> HttpResponse:
    """503: the database is busy or away, and nothing was changed."""
    log.warning("database_busy", reason=str(error)[:200])
    # As for a stranger: who this is would be asked of the database.
    request.user = AnonymousUser()
    sentence = _("The database is busy; nothing was changed. Try again.")
    return refusal_page(
        request, DomainError(sentence, "unavailable", retry_after=BUSY_SECONDS)
    )


def refusal_page(request: HttpRequest, error: DomainError) -> HttpResponse:
    """What a rule says, as a page of its own or as the API says it."""
    response = _answer(request, STATUS[error.code], error.sentence, error.code)
    if error.retry_after is not None:
        response["Retry-After"] = str(error.retry_after)
    return response


def bad_request(
    request: HttpRequest, exception: Exception | None = None
) -> HttpResponse:
    """400; 413 for what is too large to be read."""
    if isinstance(exception, RequestDataTooBig):
        sentence = _("The body of the request is too large.")
        return _answer(request, 413, sentence, "too_large")
    return _answer(request, 400, _("The request cannot be understood."), "invalid")


def permission_denied(
    request: HttpRequest, exception: Exception | None = None
) -> HttpResponse:
    return _answer(request, 403, _("You may not do this."), "forbidden")


def page_not_found(
    request: HttpRequest, exception: Exception | None = None
) -> HttpResponse:
    return _answer(request, 404, _("There is no such page or record."), "not_found")


def server_error(request: HttpRequest) -> HttpResponse:
    """500; the request id leads to the log.

    What failed before a view was reached, such as the reading of a session, comes here, too: a
    database that is away is no crash, and a balancer may ask another web server.
    """
    error = sys.exception()
    if isinstance(error, OperationalError):
        return database_away(request, error)
    return _answer(request, 500, _("Something broke. Nothing was half saved."), "error")


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form without its token: 403 with what to do."""
    sentence = _("The page is too old or cookies are off. Load it again and repeat.")
    return _answer(request, 403, sentence, "forbidden")
