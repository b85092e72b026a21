"""Pages and parts about notices."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from core.accounts.permissions import person
from core.errors import DomainError
from core.text.ids import as_id
from notifications.forms import WishesForm
from notifications.models import Notification
from notifications.queries import notices_for, stored_wishes, unread_count
from notifications.queries.groups import grouped
from notifications.services import mark_all_read, mark_read, save_wishes
from notifications.services.channels import ways_on_offer
from notifications.watcher import hint_for

PER_PAGE, PAGE_DIGITS = 30, 7
IN_PANEL = 12
SHOWN = "ems_notices"


def _worded(
    request: HttpRequest, page: int = 1, per_page: int = PER_PAGE
) -> dict[str, Any]:
    rows = Paginator(notices_for(person(request)), per_page).get_page(page)
    return {"page": rows, "groups": grouped(rows.object_list)}


@login_required
@require_GET
def notice_list(request: HttpRequest) -> HttpResponse:
    """Everything I was told, newest first."""
    page = as_id(request.GET.get("page", ""), PAGE_DIGITS)
    context = _worded(request, 1 if page is None else page)
    newest = _newest_shown(request, context["page"])
    context["newest"] = newest
    answer = render(request, "notifications/notice_list.html", context)
    answer.set_cookie(SHOWN, str(newest), samesite="Lax", httponly=True)
    return answer


def _newest_shown(request: HttpRequest, page: Page[Notification]) -> int:
    """The newest notice that this browser was shown: the first page begins with it."""
    first = page.object_list[0].pk if page.number == 1 and page.object_list else 0
    return max(as_id(request.COOKIES.get(SHOWN, "")) or 0, first)


@login_required
@require_GET
def panel(request: HttpRequest) -> HttpResponse:
    """The newest notices, for the panel that the bell opens."""
    context = _worded(request, per_page=IN_PANEL)
    context["newest"] = _newest_shown(request, context["page"])
    return render(request, "notifications/_panel.html", context)


@login_required
@require_GET
def bell(request: HttpRequest) -> HttpResponse:
    """The bell with its count, for a page that is open."""
    context = {"bell_count": unread_count(person(request))}
    return render(request, "notifications/_bell.html", context)


@login_required
@require_POST
def open_notice(request: HttpRequest, pk: int) -> HttpResponseRedirect:
    """Mark a notice as read and go where it points."""
    notice = mark_read(notice_id=pk, by=person(request))
    return redirect(notice.url or "notifications:list")


@login_required
def wishes(request: HttpRequest) -> HttpResponse:
    """My ways of being told: by group of notices, and where."""
    by = person(request)
    ways = ways_on_offer()
    form = WishesForm(request.POST or None, initial=stored_wishes(by), ways=ways)
    if request.method == "POST" and form.is_valid():
        try:
            save_wishes(by=by, offered=ways, **form.wanted())
        except DomainError as error:
            form.add_error(next(iter(error.errors), None), error.sentence)
        else:
            messages.success(request, _("Your choice is saved."))
            return redirect("notifications:wishes")
    context = {"form": form}
    status = 400 if form.errors else 200
    return render(request, "notifications/wishes.html", context, status=status)


@login_required
@require_POST
def read_all(request: HttpRequest) -> HttpResponseRedirect:
    """Mark as read what the list showed; the form says up to where, else the last list that this
    browser was shown."""
    said = request.POST.get("newest") or request.COOKIES.get(SHOWN, "")
    mark_all_read(by=person(request), newest=as_id(said) or 0)
    return redirect("notifications:list")


@login_required
@require_GET
def poll(request: HttpRequest) -> JsonResponse:
    """The poll of an open page that cannot keep a stream."""
    since = as_id(request.GET.get("since", ""))
    hint = None if since is None else hint_for(since)
    if hint is None:
        return JsonResponse({"id": since or 0, "topics": []})
    return JsonResponse({"id": hint[0], "topics": sorted({*hint[1], "bell"})})
