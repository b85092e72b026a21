"""Values for the frame of every page."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from core.accounts.models import User
from core.accounts.services import needs_reentry
from core.http.error_response import request_id
from core.ledger.queries import version_of
from ems.guide.sections import section_for
from ems.navigation import approval_lists, navigation
from ems.upstream_notices import upstream_notice
from ems.version import version
from notifications.queries import unread_count

THEMES = {"light", "dark"}


def portal(request: HttpRequest) -> dict[str, Any]:
    """Navigation, bell, theme, and what to say of upstreams; nothing for a stranger."""
    theme = request.COOKIES.get("ems_theme", "")
    context: dict[str, Any] = {
        "theme": theme if theme in THEMES else "",
        "request_id": request_id(),
    }
    user = getattr(request, "user", None)
    if isinstance(user, User):
        context |= {
            "nav": SimpleLazyObject(lambda: navigation(request, user)),
            "approvals": SimpleLazyObject(
                lambda: approval_lists(user, version_of(request))
            ),
            "bell_count": SimpleLazyObject(lambda: unread_count(user)),
            "upstream_notice": upstream_notice,
            "is_read_only": settings.EMS_READ_ONLY,
            "ems_version": version(),
            "tasks_need_reentry": needs_reentry(),
            "help_slug": section_for(request.path).slug,
        }
    return context
