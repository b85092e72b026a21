"""Pages that belong to no single app: home, figures, style guide, health."""

from collections.abc import Callable
from functools import wraps
from hmac import compare_digest
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import is_valid_path, resolve
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET
from django_prometheus.exports import ExportToDjangoView
from prometheus_client import generate_latest

from core.accounts.permissions import person, require
from core.errors import DomainError
from core.ledger.queries import version_of
from core.pages.styleguide import samples
from ems.errors import page_not_found
from ems.figures_of_service import REGISTRY
from ems.health import known_readiness
from ems.home import parts as home_parts
from ems.home.department import charts, department_cards, totals
from ems.home.figures import figures
from ems.home.forms import FiguresForm
from ems.home.frame import frame_of
from engineering.services import type_figures


@login_required
@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """What waits for me, my work, two figures, and what just happened."""
    frame = frame_of(request)
    found = home_parts.everything(person(request), version_of(request), frame)
    found["arranges"] = "arrange" in request.GET
    return render(request, "ems/home.html", found)


@login_required
@require_GET
def home_part(request: HttpRequest, part: str) -> HttpResponse:
    """One part of the home page, for a page that is open."""
    if part not in home_parts.PARTS:
        raise Http404
    frame = frame_of(request)
    page = home_parts.Home(person(request), version_of(request), frame)
    context = home_parts.PARTS[part](page)
    return render(request, f"ems/_home_{part}.html", context)


@login_required
@require_GET
def chart_data(request: HttpRequest) -> JsonResponse:
    """ECN and CCN per month, for the chart of an open page."""
    return JsonResponse(charts(version_of(request)))


@login_required
@require_GET
def department(request: HttpRequest) -> HttpResponse:
    """The department's figures."""
    context = department_cards(version_of(request))
    context |= totals(person(request), context["found"])
    return render(request, "ems/department.html", context)


@login_required
def figures_form(request: HttpRequest) -> HttpResponse:
    """Type figures over the computed ones (the *Update metrics* button)."""
    require(person(request), "update_metrics")
    found = figures()
    form = FiguresForm(request.POST or None, initial=found.typed)
    if request.method == "POST" and form.is_valid():
        try:
            type_figures(data=form.cleaned_data, by=person(request))
        except DomainError as error:
            form.add_error(None, error.sentence)
        else:
            messages.success(request, _("The figures are saved."))
            return redirect("department")
    context = {"form": form, "found": found}
    return render(
        request, "ems/figures.html", context, status=400 if form.errors else 200
    )


@require_GET
def styleguide(request: HttpRequest) -> HttpResponse:
    """Each component once; for staff, and for anybody while developing."""
    if not (settings.DEBUG or getattr(request.user, "is_staff", False)):
        raise Http404
    return render(request, "styleguide.html", {"guide": samples()})


def login_redirect(api: Callable[..., Any]) -> Callable[..., Any]:
    """``/login``: a person's GET goes to the login page, a program's POST to the API."""

    @csrf_exempt
    @wraps(api)  # also what the API's document reads
    def door(request: HttpRequest) -> Any:
        if request.method in {"GET", "HEAD"}:
            return redirect("accounts:login")
        return api(request)

    return door


def login_first(page: Callable[..., Any]) -> Callable[..., Any]:
    """A browser without a login goes to the login page and comes back; a program hears 401."""

    @wraps(page)
    def door(request: HttpRequest) -> Any:
        is_browser = "text/html" in request.headers.get("Accept", "")
        has_token = "Authorization" in request.headers
        if is_browser and not has_token and not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        return page(request)

    return door


@csrf_exempt  # nothing is changed, and a program shall hear of its wrong path
def unknown(request: HttpRequest) -> HttpResponse:
    """A page that was asked for without its slash, or a path that does not exist."""
    is_page = (
        is_valid_path(f"{request.path_info}/")
        and resolve(f"{request.path_info}/").func is not unknown
    )
    if is_page and request.method in {"GET", "HEAD"}:
        return redirect(request.get_full_path(force_append_slash=True), permanent=False)
    return page_not_found(request)


@require_GET
def healthz(request: HttpRequest) -> JsonResponse:
    """The process is alive; no database, no upstream."""
    return JsonResponse({"status": "ok"})


@require_GET
def readyz(request: HttpRequest) -> JsonResponse:
    """The process can serve; what it stands on is no business of strangers."""
    found = known_readiness()
    body = {"status": "ready" if found.is_ready else "not ready"}
    if settings.DEBUG or _watches(request):
        body |= found.checks
    return JsonResponse(body, status=200 if found.is_ready else 503)


@require_GET
def metrics(request: HttpRequest) -> HttpResponse:
    """Figures for Prometheus: to an administrator, or with the scrape token of the settings."""
    if not _watches(request):
        raise Http404
    answer: HttpResponse = ExportToDjangoView(request)
    # After what the processes have counted: how the service as a whole is doing.
    answer.content += generate_latest(REGISTRY)
    return answer


def _watches(request: HttpRequest) -> bool:
    """An administrator, or a program with the token of the settings."""
    sent = request.headers.get("Authorization", "").removeprefix("Bearer ")
    has_token = bool(settings.METRICS_TOKEN) and compare_digest(
        sent.encode(), settings.METRICS_TOKEN.encode()
    )
    return has_token or bool(getattr(request.user, "is_superuser", False))
