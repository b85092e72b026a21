"""The shadow run: EMS shows everything, changes nothing and sends nothing (docs/contract.md#read-only).

While the old system is still the master, ``EMS_READ_ONLY=true`` refuses every verb at the door, whether
page, API, link or administration, and the worker leaves out the jobs that decide, remind or send.
"""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from core.errors import DomainError
from core.http.api import Endpoint
from core.http.error_response import error_response
from ems.errors import refusal_page
from ems.jobs import JOBS, Job

SAFE = {"GET", "HEAD", "OPTIONS", "TRACE"}
# What one needs to look around; and the import itself.
OPEN = {
    "accounts:login",
    "accounts:logout",
    "accounts:logout_everywhere",
    "accounts:theme",
    "accounts:language",
    "admin:login",
    "admin:logout",
    "api-login",
    "legacy:start",
    "legacy:row",
    "legacy:leave_out",
    "legacy:keep",
}
# Jobs that keep the house and tell nobody.
GO_ON = {
    "heartbeat",
    "read_documents",
    "read_outdated_documents",
    "sweep_orphans",
    "scrub_files",
    "write_checkpoint",
    "verify_history",
    "follow_directory",
    "forget_answers",
    "forget_links",
    "forget_exports",
    "forget_tokenless_calls",
    "forget_expired",
    "forget_finished_tasks",
}


class ReadOnlyMiddleware:
    """Refuse what would change something, with a sentence that says why."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Any, _args: Any, _kwargs: Any
    ) -> HttpResponse | None:
        """None where the request may go on."""
        match = request.resolver_match
        is_open = match is not None and match.view_name in OPEN
        if not settings.EMS_READ_ONLY or request.method in SAFE or is_open:
            return None
        sentence = _(
            "EMS is read only for now: the old system is still in charge. "
            "Nothing was saved; do it there."
        )
        kind = getattr(view, "cls", None)
        if isinstance(kind, type) and issubclass(kind, Endpoint):
            return error_response(503, sentence, "unavailable")
        return refusal_page(request, DomainError(sentence, "unavailable"))


def jobs_now() -> dict[str, Job]:
    """The jobs of the worker; in a shadow run those that tell nobody."""
    if not settings.EMS_READ_ONLY:
        return JOBS
    return {name: job for name, job in JOBS.items() if name in GO_ON}
