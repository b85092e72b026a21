"""Middleware for addresses, schemes, logs and hostile requests, before any view."""

import ipaddress
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_cache_control, patch_vary_headers
from django.utils.translation import gettext as _
from django_structlog.middlewares import RequestMiddleware

from core.http.error_response import error_response
from core.text.secret_paths import without_tokens

Handler = Callable[[HttpRequest], HttpResponse]
REFUSAL_HEADERS = {
    "Content-Security-Policy": "default-src 'self'; object-src 'none'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
}
FORWARDED = ("HTTP_X_FORWARDED_FOR", "HTTP_X_FORWARDED_PROTO", "HTTP_X_FORWARDED_HOST")


class TrustedProxyMiddleware:
    """Believe forwarding headers only from the proxies that the settings name (docs/threats.md#t21)."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response
        self.trusted = [
            ipaddress.ip_network(proxy) for proxy in settings.TRUSTED_PROXIES
        ]

    def __call__(self, request: HttpRequest) -> HttpResponse:
        # Taken away from everybody, so that nothing further down can believe one by mistake.
        forwarded = {name: request.META.pop(name, "") for name in FORWARDED}
        if self._is_trusted(request.META.get("REMOTE_ADDR", "")):
            self._believe(request, forwarded)
        return self.get_response(request)

    def _believe(self, request: HttpRequest, forwarded: dict[str, str]) -> None:
        request.META["REMOTE_ADDR"] = self._client(
            forwarded["HTTP_X_FORWARDED_FOR"], request.META.get("REMOTE_ADDR", "")
        )
        if forwarded["HTTP_X_FORWARDED_PROTO"] == "https":
            request.META["wsgi.url_scheme"] = "https"

    def _client(self, chain: str, peer: str) -> str:
        """The right-most address that is not a proxy of ours."""
        # Each proxy appends what it saw; what stands further left anybody may have written.
        for hop in reversed([hop.strip() for hop in chain.split(",") if hop.strip()]):
            if not self._is_trusted(hop):
                return hop if _is_address(hop) else peer
        return peer

    def _is_trusted(self, address: str) -> bool:
        if not self.trusted or not _is_address(address):
            return False
        return any(ipaddress.ip_address(address) in network for network in self.trusted)


class RequestLog(RequestMiddleware):
    """One line of log for each request that was refused: its place and the names of what was asked.

    Values stay out: a password typed into an address would lie in the log. So do the tokens of links.
    """

    @staticmethod
    def format_request(request: HttpRequest) -> str:
        """``POST /login?password,username``."""
        names = ",".join(sorted(request.GET))[:200]
        path = without_tokens(request.path)
        return f"{request.method} {path}" + (f"?{names}" if names else "")


class RefusalHeadersMiddleware:
    """Give every refusal a policy, also those that come before the middleware of the pages' own.

    A wrong Host is refused so early that nothing else has dressed the answer.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        # At a desk the pages of errors are the framework's, which wants its own styles.
        if response.status_code >= 400 and not settings.DEBUG:
            for name, value in REFUSAL_HEADERS.items():
                response.headers.setdefault(name, value)
        return response


class SafeInputMiddleware:
    """Refuse what no honest client sends, and keep private answers out of shared caches."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        query = request.META.get("QUERY_STRING", "")
        if "%00" in query or "\x00" in request.path or "\x00" in query:
            return error_response(
                400, _("A NUL character is not allowed here."), "invalid"
            )
        response = self.get_response(request)
        if getattr(request, "user", None) is not None and not response.has_header(
            "Cache-Control"
        ):
            patch_cache_control(response, no_store=True, private=True)
            patch_vary_headers(response, ["Cookie", "Authorization"])
        return response


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True
