"""What the frame of every page shows."""

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from core.accounts.models import User
from core.common.answers import request_id
from core.integrations import upstreams
from core.ledger.queries import version_of
from ems.guide.sections import section_for
from ems.navigation import approval_list, navigation
from notifications.queries import unread_count

THEMES = {"light", "dark"}


def portal(request: HttpRequest) -> dict[str, Any]:
    """Navigation, bell, theme, and which upstreams are away; nothing for a stranger."""
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
                lambda: approval_list(user, version_of(request))
            ),
            "bell_count": SimpleLazyObject(lambda: unread_count(user)),
            "upstream_notices": upstream_notices(),
            "help_slug": section_for(request.path).slug,
        }
    return context


def upstream_notices() -> list[dict[str, Any]]:
    """The upstreams whose data on this page are older than they should be, with their age."""
    notices: dict[str, dict[str, Any]] = {}
    for health in upstreams.health():
        if health.is_stale:
            known = notices.setdefault(health.name.split()[0], {"as_of": health.as_of})
            if health.as_of and known["as_of"]:
                known["as_of"] = min(known["as_of"], health.as_of)
    return [{"name": name, **facts} for name, facts in notices.items()]
