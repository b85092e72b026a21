"""Django's door to the auth server: the portal's login and the admin's use it alike."""

from typing import Any

from django.contrib.auth.backends import BaseBackend
from django.http import HttpRequest
from django.views.decorators.debug import sensitive_variables

from core.accounts.models import User
from core.accounts.services import sign_in, update_admin_flag


class AuthServerBackend(BaseBackend):
    """Validates credentials against the external auth server; keeps no password."""

    @sensitive_variables("password")
    def authenticate(
        self,
        request: HttpRequest | None,
        username: str | None = None,
        password: str | None = None,
        **_ignored: Any,
    ) -> User:
        """The person whom the auth server knows by this password; raises DomainError if none."""
        address = request.META.get("REMOTE_ADDR", "") if request else ""
        return sign_in(
            username=username or "", password=password or "", address=address
        ).user

    def get_user(self, user_id: int) -> User | None:
        """The person of a session, unless the account was closed."""
        user = User.objects.filter(pk=user_id, is_active=True).first()
        return update_admin_flag(user) if user else None

    def has_perm(self, user_obj: Any, perm: str, obj: Any = None) -> bool:
        """All staff may look; each admin page says what else is allowed."""
        return bool(user_obj.is_active and user_obj.is_staff and ".view_" in perm)

    def has_module_perms(self, user_obj: Any, app_label: str) -> bool:
        """Every section of the admin is listed for staff."""
        return bool(user_obj.is_active and user_obj.is_staff)
