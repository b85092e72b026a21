"""Pages about the person: log in, log out, language, the PIN for signatures."""

from http import HTTPStatus

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login, logout
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render, resolve_url
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from core.accounts.forms import PinForm, SignInForm
from core.accounts.permissions import person
from core.accounts.queries import pin_of
from core.accounts.services import end_sessions, remove_pin, set_pin
from core.errors import DomainError
from core.http.api import STATUS

YEAR = 365 * 24 * 3600
THEME_COOKIE = "ems_theme"


@never_cache
@sensitive_post_parameters("password")
def sign_in_page(request: HttpRequest) -> HttpResponse:
    """The login page; the password goes to the auth server and nowhere else."""
    if request.user.is_authenticated:
        return redirect(safe_next(request))
    form = SignInForm(request, request.POST or None)
    if request.method == "POST" and form.is_valid():
        login(request, form.get_user())
        return redirect(safe_next(request))
    context = {
        "form": form,
        "next": request.POST.get("next") or request.GET.get("next", ""),
    }
    return render(request, "accounts/login.html", context, status=_status(form))


def _status(form: SignInForm) -> int:
    if not form.is_bound:
        return 200
    return STATUS[form.refusal.code] if form.refusal else 400


def safe_next(request: HttpRequest) -> str:
    """The address to go on to, if it is a page of this site (docs/threats.md#t42)."""
    target = request.POST.get("next") or request.GET.get("next", "")
    is_ours = target.startswith("/") and url_has_allowed_host_and_scheme(
        target, allowed_hosts=None
    )
    return target if is_ours else resolve_url(settings.LOGIN_REDIRECT_URL)


@require_POST
def sign_out(request: HttpRequest) -> HttpResponseRedirect:
    logout(request)
    return redirect(settings.LOGOUT_REDIRECT_URL)


@require_POST
@login_required
def sign_out_everywhere(request: HttpRequest) -> HttpResponseRedirect:
    """End every session and token of this person, this one included."""
    by = person(request)
    end_sessions(user=by, by=by)
    logout(request)
    return redirect(settings.LOGOUT_REDIRECT_URL)


@require_POST
def choose_language(request: HttpRequest) -> HttpResponseRedirect:
    """Remember Indonesian or English on this browser for a year."""
    language = request.POST.get("language", "")
    is_known = language in dict(settings.LANGUAGES)
    return _remembering(
        request, settings.LANGUAGE_COOKIE_NAME, language if is_known else ""
    )


@require_POST
def choose_theme(request: HttpRequest) -> HttpResponseRedirect:
    """Remember light or dark on this browser for a year; empty follows the system again."""
    theme = request.POST.get("theme", "")
    return _remembering(
        request, THEME_COOKIE, theme if theme in {"light", "dark"} else ""
    )


@never_cache
@sensitive_post_parameters("pin", "again", "password")
@login_required
def pin_page(request: HttpRequest) -> HttpResponse:
    """Set, change or remove my PIN for signatures."""
    by, form = person(request), PinForm(request.POST or None)
    status = 200
    if request.method == "POST":
        status = 400
        if form.is_valid():
            try:
                set_pin(
                    by=by,
                    pin=form.cleaned_data["pin"],
                    password=form.cleaned_data["password"],
                    address=request.META.get("REMOTE_ADDR", ""),
                )
            except DomainError as error:
                form.add_error(next(iter(error.errors), None), error.sentence)
                status = page_status(error)
            else:
                messages.success(request, _("Your PIN is set."))
                return redirect("accounts:pin")
    context = {"form": form, "pin": pin_of(by)}
    return render(request, "accounts/pin.html", context, status=status)


@require_POST
@login_required
def pin_remove(request: HttpRequest) -> HttpResponseRedirect:
    """Do without a PIN."""
    remove_pin(by=person(request))
    messages.success(request, _("Your PIN is removed. You sign with your password."))
    return redirect("accounts:pin")


def page_status(error: DomainError) -> int:
    """The status of a page that shows a refusal.

    A script would take 401 for a session that has ended, and only the password is wrong.
    """
    return 400 if STATUS[error.code] == HTTPStatus.UNAUTHORIZED else STATUS[error.code]


def _remembering(request: HttpRequest, cookie: str, value: str) -> HttpResponseRedirect:
    response = redirect(safe_next(request))
    if value:
        response.set_cookie(
            cookie, value, max_age=YEAR, samesite="Lax", secure=settings.SECURE_SSL
        )
    else:
        response.delete_cookie(cookie, samesite="Lax")
    return response
