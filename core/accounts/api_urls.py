"""The paths of login and roles (docs/contract.md#login, docs/contract.md#roles)."""

from core.accounts import api
from core.http.api import any_case

urlpatterns = [
    # POST /login also lives on the page's path: see ems/urls.py
    *any_case("logout", api.LogoutEndpoint, "api-logout"),
    *any_case("api/userroles", api.UserRolesEndpoint, "userroles"),
    *any_case(
        "api/userroles/byUserId/<int:user_id>", api.RolesOfUserEndpoint, "userroles-of"
    ),
    *any_case("api/userroles/<int:pk>", api.UserRoleEndpoint, "userrole"),
]
