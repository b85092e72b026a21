"""Authentication of machines by their tokens."""

from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from core.accounts.authentication import token_of
from core.accounts.models import User
from core.db.memoize import calls_within
from core.errors import DomainError
from core.service_accounts.models import ServiceToken
from core.service_accounts.policies import allows, is_from
from core.service_accounts.queries import is_service_token, service_token
from core.service_accounts.services import note_use

MINUTE = 60


class ServiceTokenAuthentication(BaseAuthentication):
    """Accepts tokens of machines, on the paths and from the addresses that they were made for.

    A machine is nobody who can be asked: it has no role and no place on a route, so that it neither
    decides nor signs nor administers, whatever its scopes say.
    """

    def authenticate(self, request: Request) -> tuple[User, ServiceToken] | None:
        """The machine as actor and its token; None for any other token. Raises 401, 403 and 429."""
        text = token_of(request)
        if not is_service_token(text):
            return None
        token = service_token(text)
        if token is None:
            raise AuthenticationFailed(
                _("This token is unknown, has ended, or its last day is over.")
            )
        address = str(request.META.get("REMOTE_ADDR", ""))
        _require_place(request, token, address)
        _require_rate(token)
        note_use(token, address)
        return token.account.user, token

    def authenticate_header(self, request: Request) -> str:
        """Makes a missing login a 401 and not a 403."""
        return "Bearer"


def _require_place(request: Request, token: ServiceToken, address: str) -> None:
    if not is_from(token.addresses, address):
        raise DomainError(
            _("This token may not be used from %s.") % address, "forbidden"
        )
    method = str(request.method)
    if not allows(token.scopes, method, request.path):
        raise DomainError(
            _("This token has no scope for %(method)s %(path)s.")
            % {"method": method, "path": request.path},
            "forbidden",
        )


def _require_rate(token: ServiceToken) -> None:
    """Each token has its own calls a minute, apart from those of people and of other tokens."""
    calls = calls_within(f"service-token:{token.pk}", MINUTE)
    if calls > settings.SERVICE_CALLS_PER_MINUTE:
        raise DomainError(
            _("At most %d calls a minute with this token. Wait, then go on.")
            % settings.SERVICE_CALLS_PER_MINUTE,
            "throttled",
            retry_after=MINUTE,
        )


class ServiceTokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """The token of a machine in the API's document."""

    target_class = ServiceTokenAuthentication
    name = "serviceToken"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        """The token that an administrator made."""
        return {"type": "http", "scheme": "bearer"}
