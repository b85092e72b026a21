"""Finds the callers that have no token yet, so that each gets one before the door is closed to it."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from core.http.api import Endpoint
from core.service_accounts.services import note_tokenless_call

UNAUTHORIZED = 401


class TokenlessCallsMiddleware:
    """Note each call of a path of the API that came without a token and was refused."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code == UNAUTHORIZED and _is_tokenless(request):
            match = request.resolver_match
            note_tokenless_call(
                method=str(request.method),
                route=f"/{match.route if match else ''}",
                address=request.META.get("REMOTE_ADDR", ""),
                program=request.headers.get("User-Agent", ""),
            )
        return response


def _is_tokenless(request: HttpRequest) -> bool:
    match = request.resolver_match
    view = getattr(match.func, "cls", None) if match else None
    if not (isinstance(view, type) and issubclass(view, Endpoint)):
        return False
    # A webhook is signed, and a login takes a password: neither ever has a token.
    return bool(view.authentication_classes) and "Authorization" not in request.headers
