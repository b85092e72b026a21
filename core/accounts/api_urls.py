"""The paths of login and roles (docs/contract.md#login, docs/contract.md#roles)."""

from core.accounts import api
from core.http.api import given

urlpatterns = [
    # POST /login also lives on the page's path: see ems/urls.py
    *given("logout", api.LogoutEndpoint, "api-logout"),
    *given("api/userroles", api.UserRolesEndpoint, "userroles"),
    *given(
        "api/userroles/byUserId/<int:user_id>", api.RolesOfUserEndpoint, "userroles-of"
    ),
    *given("api/userroles/<int:pk>", api.UserRoleEndpoint, "userrole"),
]
