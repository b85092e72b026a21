"""Errors outside of any API view: a page for people, the one JSON shape for programs."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from core.common.answers import error_response, request_id

PAGES = (
    "/changes/",
    "/inbox/",
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
    return render(request, f"errors/{status}.html", context, status=status)


def bad_request(
    request: HttpRequest, exception: Exception | None = None
) -> HttpResponse:
    """400."""
    return _answer(request, 400, _("The request cannot be understood."), "invalid")


def permission_denied(
    request: HttpRequest, exception: Exception | None = None
) -> HttpResponse:
    """403."""
    return _answer(request, 403, _("You may not do this."), "forbidden")


def page_not_found(
    request: HttpRequest, exception: Exception | None = None
) -> HttpResponse:
    """404."""
    return _answer(request, 404, _("There is no such page or record."), "not_found")


def server_error(request: HttpRequest) -> HttpResponse:
    """500; the request id leads to the log."""
    return _answer(request, 500, _("Something broke. Nothing was half saved."), "error")


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form without its token: 403 with what to do."""
    sentence = _("The page is too old or cookies are off. Load it again and repeat.")
    return _answer(request, 403, sentence, "forbidden")
