"""Login, logout and roles at their given paths."""

from collections.abc import Callable
from typing import Any

from django.contrib.auth import logout
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from core.accounts.authentication import token_of
from core.accounts.models import UserRole
from core.accounts.permissions import person, require
from core.accounts.serializers import CredentialsSerializer, UserRoleSerializer
from core.accounts.services import (
    change_role,
    confirm_signature,
    forget_token,
    grant_role,
    needs_reentry,
    refuse_stranger,
    remember_token,
    revoke_role,
    sign_in,
)
from core.errors import DomainError, invalid
from core.http.api import Endpoint, small_list, tagged
from core.http.parsers import SmallJSONParser


class SignedEndpoint(Endpoint):
    """An endpoint that may sign: its body may hold ``password``, the password or the PIN.

    A secret that is missing is refused by the service, when a signature is really asked for.
    """

    confirmed: str | None = None

    def prepare(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Before the guard's transaction, in which a wrong try would not be counted."""
        super().prepare(request, *args, **kwargs)
        self.confirmation(request)

    def confirmation(self, request: Request) -> str:
        """How the person confirmed the signature; asked once for a request."""
        if self.confirmed is None:
            secret = secret_of(request)
            is_needed = bool(secret) and needs_reentry()
            self.confirmed = confirm_signature(
                by=person(request),
                secret=secret,
                address=request.META.get("REMOTE_ADDR", ""),
                is_needed=is_needed,
            )
        return self.confirmed


def secret_of(request: Request) -> str:
    """The member ``password`` of the body: never of the query, which stands in logs."""
    found = request.data.get("password") if isinstance(request.data, dict) else None
    return found if isinstance(found, str) else ""


class LoginEndpoint(Endpoint):
    """``/login``: relays a name and password to the auth server (docs/contract.md#login)."""

    authentication_classes = ()
    permission_classes = (AllowAny,)
    parser_classes = (SmallJSONParser,)

    @extend_schema(request=CredentialsSerializer, responses={200: str})
    def post(self, request: Request) -> Response:
        """Answers with the auth server's token as a JSON string."""
        body = CredentialsSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        signed_in = sign_in(
            username=body.validated_data.get("username", ""),
            password=body.validated_data.get("password", ""),
            address=request.META.get("REMOTE_ADDR", ""),
        )
        remember_token(signed_in)
        return Response(signed_in.token)

    def _guarded(self, handler: Callable[..., Response]) -> Callable[..., Response]:
        """A login is never remembered for a replay: its answer is a secret."""
        return handler


class LogoutEndpoint(Endpoint):
    """``/logout``: forgets the token, or the session, of this request."""

    needs_body = False

    @extend_schema(request=None, responses={204: None})
    def post(self, request: Request) -> Response:
        """The token, or the cookie, answers 401 from now on."""
        forget_token(token_of(request))
        logout(request._request)  # noqa: SLF001 - DRF's name for Django's request
        return Response(status=204)


class RoleEndpoint(Endpoint):
    """Gives a role to a person: one whom the directory has, or who held it before."""

    def prepare(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Ask the directory before a transaction opens."""
        super().prepare(request, *args, **kwargs)
        require(person(request), "set_up")
        user_id = _given(request).get("user_id")
        held = UserRole.objects.filter(pk=kwargs.get("pk") or 0).first()
        if held is None or held.user_id != user_id:
            refuse_stranger(user_id, "userId")

    def given(self, request: Request, **kwargs: Any) -> dict[str, Any]:
        """What was sent, about a person who is known."""
        data = _given(request)
        self.prepared(request, **kwargs)
        return data


def _given(request: Request) -> dict[str, Any]:
    body = UserRoleSerializer(data=request.data)
    body.is_valid(raise_exception=True)
    return dict(body.validated_data)


class UserRolesEndpoint(RoleEndpoint):
    """``/api/userroles``."""

    @extend_schema(responses=UserRoleSerializer(many=True))
    def get(self, request: Request) -> Response:
        """Every role of everybody."""
        rows = UserRoleSerializer(UserRole.objects.all(), many=True).data
        return small_list(request, list(rows))

    @extend_schema(request=UserRoleSerializer, responses={201: UserRoleSerializer})
    def post(self, request: Request) -> Response:
        """Give a person a role."""
        given = _required(self.given(request))
        row = grant_role(
            user_id=given["user_id"], role=given["role"], by=person(request)
        )
        location = {"Location": f"/api/userroles/{row.pk}"}
        return Response(UserRoleSerializer(row).data, status=201, headers=location)


def _required(data: dict[str, Any]) -> dict[str, Any]:
    for name, wire in {"user_id": "userId", "role": "role"}.items():
        if data.get(name) is None:
            raise invalid(wire, _("This member is needed."))
    return data


class UserRoleEndpoint(RoleEndpoint):
    """``/api/userroles/{id}``."""

    @extend_schema(responses=UserRoleSerializer)
    def get(self, request: Request, pk: int) -> Response:
        """One role of one person, by its id."""
        return tagged(UserRoleSerializer(get_object_or_404(UserRole, pk=pk)).data)

    @extend_schema(request=UserRoleSerializer, responses={204: None})
    def put(self, request: Request, pk: int) -> Response:
        """Change what was sent."""
        given = self.given(request, pk=pk)
        change_role(
            row=get_object_or_404(UserRole, pk=pk),
            user_id=given.get("user_id"),
            role=given.get("role"),
            by=person(request),
        )
        return Response(status=204)

    @extend_schema(responses={204: None})
    def delete(self, request: Request, pk: int) -> Response:
        """Take the role away."""
        revoke_role(row=get_object_or_404(UserRole, pk=pk), by=person(request))
        return Response(status=204)


class RolesOfUserEndpoint(Endpoint):
    """``/api/userroles/byUserId/{userId}``."""

    @extend_schema(responses=UserRoleSerializer(many=True))
    def get(self, request: Request, user_id: int) -> Response:
        """The roles of one person; 404 when there are none, as the predecessor's clients expect."""
        rows = UserRole.objects.filter(user_id=user_id)
        if not rows:
            raise DomainError(_("This person holds no role."), "not_found")
        return small_list(request, list(UserRoleSerializer(rows, many=True).data))
