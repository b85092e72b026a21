"""Authentication of API requests."""

from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication
from rest_framework.authentication import SessionAuthentication as DjangoSession
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from core.accounts.models import User
from core.accounts.queries import user_of_token
from core.accounts.services import update_admin_flag

MAX_TOKEN = 8192


def token_of(request: Request) -> str:
    """The token of the header ``Authorization``; empty when none came."""
    return token_in(request.headers.get("Authorization", ""))


def token_in(header: str) -> str:
    """The token of ``Bearer <token>``, or the bare token."""
    words = header.split()
    if len(words) == 2 and words[0].lower() == "bearer":
        return words[1]
    return words[0] if len(words) == 1 else ""


class BearerAuthentication(BaseAuthentication):
    """Accepts only tokens that this server obtained at a login (docs/contract.md#who-is-let-in)."""

    def authenticate(self, request: Request) -> tuple[User, str] | None:
        """The person and the token; None when no token came; 401 when it is not ours."""
        if "Authorization" not in request.headers:
            return None
        token = token_of(request)
        user = user_of_token(token) if 0 < len(token) <= MAX_TOKEN else None
        if user is None:
            raise AuthenticationFailed(
                _("The token is unknown or has expired. Log in again.")
            )
        return update_admin_flag(user), token

    def authenticate_header(self, request: Request) -> str:
        """Makes a missing login a 401 and not a 403."""
        return "Bearer"


class SessionAuthentication(DjangoSession):
    """The portal's cookie, with CSRF."""

    def authenticate_header(self, request: Request) -> str:
        """Makes a missing login a 401 and not a 403."""
        return "Bearer"


class BearerScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """The token in the API's document."""

    target_class = BearerAuthentication
    name = "token"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        """The token that ``POST /login`` gave."""
        return {"type": "http", "scheme": "bearer"}


class SessionScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """The cookie in the API's document."""

    target_class = SessionAuthentication
    name = "session"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        """The portal's cookie; a write needs ``X-CSRFToken``, too."""
        name = settings.SESSION_COOKIE_NAME
        return {"type": "apiKey", "in": "cookie", "name": name}
