"""The notice of a page about outside systems whose lists it could not read just now."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from core.integrations.read_tracking import track_reads, troubles

# The names of our clients, as people know what is behind them.
KNOWN_AS = {
    "auth server": gettext_noop("the company login server"),
    "meeting server": gettext_noop("the meeting server"),
    "CRM": "CRM",
    "CRM inquiries": "CRM",
    "PPIC": "PPIC",
}


@dataclass(frozen=True, slots=True)
class UpstreamNotice:
    """names: the systems that it speaks of; failed_at: the last attempt; as_of: of when the oldest shown
    data are; is_partial: something may be missing."""

    names: str
    failed_at: datetime
    as_of: datetime | None
    is_partial: bool


class NoteReadings:
    """Middleware: note what a page reads, for the notice above it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with track_reads():
            return self.get_response(request)


def upstream_notice() -> UpstreamNotice | None:
    """One notice of all that this page has read so far and that failed just now."""
    found = troubles()
    if not found:
        return None
    names = sorted({_(KNOWN_AS[each.upstream]) for each in found})
    times = [each.as_of for each in found if each.as_of]
    return UpstreamNotice(
        names=get_text_list(names, _("and")),
        failed_at=max(each.failed_at for each in found),
        as_of=min(times, default=None),
        is_partial=len(times) < len(found),
    )
