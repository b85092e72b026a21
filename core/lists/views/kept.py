"""What a person keeps of a list: each form of its page, back to the list."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from core.accounts.models import User
from core.accounts.permissions import person
from core.errors import DomainError
from core.lists.models import SavedView
from core.lists.policies import LISTS
from core.lists.queries import default_views, kept_on_page, visible_view
from core.lists.services import (
    change_view,
    choose_columns,
    open_with,
    remove_view,
    save_view,
)
from core.text.ids import as_id

Page = Callable[..., HttpResponse]


def opens_with_default(name: str) -> Callable[[Page], Page]:
    """For the page of a list that is no ``ListPage``: a bare address opens the person's default view."""

    def decorator(page: Page) -> Page:
        @wraps(page)
        def opened(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            is_bare = not request.META.get("QUERY_STRING")
            start = kept_on_page(request, name).start if is_bare else ""
            if start:
                return redirect(f"{request.path}?{start}")
            return page(request, *args, **kwargs)

        return opened

    return decorator


def _page_of(name: str, query: str) -> str:
    if name not in LISTS:
        raise Http404
    return f"{reverse(LISTS[name])}?{query or 'view=all'}"


@login_required
@require_POST
def view_save(request: HttpRequest, name: str) -> HttpResponse:
    """Save what the list shows now under a name."""
    by, query = person(request), request.POST.get("query", "")
    back = _page_of(name, query)
    try:
        view = save_view(
            by=by,
            name=name,
            label=request.POST.get("name", ""),
            query=query,
            is_shared="shared" in request.POST,
        )
        if "default" in request.POST:
            open_with(by=by, name=name, view_id=view.pk)
    except DomainError as error:
        messages.error(request, error.sentence)
    else:
        messages.success(request, _("The view “%s” is saved.") % view)
    return redirect(back)


@login_required
@require_POST
def view_change(request: HttpRequest, pk: int) -> HttpResponse:
    """Share, unshare or remove one's own view; open the list with one, or no longer."""
    by, verb = person(request), request.POST.get("verb", "")
    view = visible_view(pk, by)
    try:
        said = _change(view, by, verb)
    except DomainError as error:
        messages.error(request, error.sentence)
    else:
        messages.success(request, said % {"view": view})
    return redirect(_page_of(view.list_name, request.POST.get("query", "")))


def _change(view: SavedView, by: User, verb: str) -> str:
    """Do it, and say what was done."""
    if verb == "remove":
        remove_view(view_id=view.pk, by=by)
        return _("The view “%(view)s” is removed.")
    if verb == "share":
        is_shared = view.department_ext_id is None
        change_view(view_id=view.pk, by=by, is_shared=is_shared)
        if is_shared:
            return _("Your department sees the view “%(view)s” now.")
        return _("Only you see the view “%(view)s” now.")
    if verb == "default":
        is_on = view.pk not in default_views(by)
        open_with(by=by, name=view.list_name, view_id=view.pk if is_on else None)
        if is_on:
            return _("The list opens with “%(view)s” now.")
        return _("The list opens with all its records now.")
    raise DomainError(_("This page cannot do that."), "invalid")


@login_required
@require_POST
def columns(request: HttpRequest, name: str) -> HttpResponse:
    """Show the ticked columns only, and the rows as dense as chosen."""
    back = _page_of(name, request.POST.get("query", ""))
    offered = {as_id(each) for each in request.POST.getlist("offered")}
    shown = {as_id(each) for each in request.POST.getlist("column")}
    hidden = [each for each in offered - shown if each]
    is_dense = request.POST.get("density") == "dense"
    choose_columns(by=person(request), name=name, hidden=hidden, is_dense=is_dense)
    return redirect(back)
