"""Session rules and language."""

from collections.abc import Callable

from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.utils import translation

from core.accounts.sessions import is_over, note_use

Handler = Callable[[HttpRequest], HttpResponse]


class SessionRulesMiddleware:
    """A session ends after an hour without use and twelve hours at the latest."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if (
            settings.SESSION_COOKIE_NAME in request.COOKIES
            and request.user.is_authenticated
        ):
            self._check(request)
        return self.get_response(request)

    def _check(self, request: HttpRequest) -> None:
        if is_over(request.session):
            logout(request)
        else:
            note_use(request.session)


class LanguageMiddleware:
    """The language that the person chose; Indonesian until then.

    The browser's own preference is not asked: an English Windows is no sign of an English reader.
    Integrators have no cookie and may send ``Accept-Language``.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response
        self.known = dict(settings.LANGUAGES)

    def __call__(self, request: HttpRequest) -> HttpResponse:
        language = self._chosen(request)
        with translation.override(language):
            request.LANGUAGE_CODE = language
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        return response

    def _chosen(self, request: HttpRequest) -> str:
        cookie = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
        if cookie in self.known:
            return cookie
        if not request.COOKIES and "text/html" not in request.headers.get("Accept", ""):
            wanted = request.headers.get("Accept-Language", "")[:2].lower()
            return wanted if wanted in self.known else str(settings.LANGUAGE_CODE)
        return str(settings.LANGUAGE_CODE)
