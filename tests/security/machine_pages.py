"""Who may open the pages of service accounts: administrators."""

from django.utils import timezone

from tests.contract.paths import ADMIN
from tests.security.page import Page

LIST = "/setup/service-accounts/"
TOKEN = {"scopes": "GET /", "last_day": str(timezone.localdate())}
MACHINES = {
    LIST: Page(LIST, ADMIN),
    f"{LIST}new/": Page(
        f"{LIST}new/", ADMIN, ADMIN, {"name": "CRM", "purpose": "Membaca ECN."}
    ),
    f"{LIST}<int:pk>/": Page(f"{LIST}{{machineId}}/", ADMIN, ADMIN, TOKEN),
    f"{LIST}<int:pk>/end/": Page(f"{LIST}{{machineId}}/end/", None, ADMIN),
    f"{LIST}tokens/<int:pk>/end/": Page(
        f"{LIST}tokens/{{machineTokenId}}/end/", None, ADMIN
    ),
}
