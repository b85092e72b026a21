"""Pages of service accounts: the list with who called without a token, an account, its tokens."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from core.accounts.permissions import person, require
from core.errors import DomainError
from core.ledger.forms import saves_once
from core.ledger.history import row_history
from core.pages.form_fields import put_refusal
from core.service_accounts.forms import ServiceAccountForm, ServiceTokenForm
from core.service_accounts.models import ServiceAccount
from core.service_accounts.queries import service_accounts, tokenless_calls
from core.service_accounts.services import (
    end_service_account,
    end_service_token,
    make_service_account,
    make_service_token,
)


def _account_url(pk: int) -> str:
    return reverse("service_accounts:account", args=[pk])


@login_required
@require_GET
def account_list(request: HttpRequest) -> HttpResponse:
    """Every account, and who called without a token."""
    require(person(request), "set_up")
    context = {"accounts": service_accounts(), "calls": tokenless_calls()}
    return render(request, "service_accounts/account_list.html", context)


@saves_once(ServiceAccount, _account_url)
@login_required
def account_new(request: HttpRequest) -> HttpResponse:
    """Make an account."""
    require(person(request), "set_up")
    form = ServiceAccountForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            account = make_service_account(**form.cleaned_data, by=person(request))
        except DomainError as error:
            put_refusal(form, error)
        else:
            messages.success(request, _("The account is made. Now make its token."))
            return redirect(_account_url(account.pk))
    status = 400 if form.errors else 200
    context = {"form": form}
    return render(request, "service_accounts/account_new.html", context, status=status)


@saves_once(ServiceAccount, _account_url)
@login_required
def account(request: HttpRequest, pk: int) -> HttpResponse:
    """One account with its tokens and its history; a POST makes a token, which is shown this once."""
    require(person(request), "set_up")
    row = get_object_or_404(ServiceAccount, pk=pk)
    form = ServiceTokenForm(request.POST if request.method == "POST" else None)
    text = _made(request, form, row) if form.is_valid() else ""
    context: dict[str, Any] = {
        "account": row,
        "tokens": row.tokens.all(),
        "form": ServiceTokenForm() if text else form,
        "new_token": text,
        "entries": row_history(row),
    }
    status = 400 if form.errors else 200
    return render(request, "service_accounts/account.html", context, status=status)


def _made(request: HttpRequest, form: ServiceTokenForm, row: ServiceAccount) -> str:
    """The text of the new token; empty where it was refused."""
    try:
        _token, text = make_service_token(
            account_id=row.pk, by=person(request), **form.cleaned_data
        )
    except DomainError as error:
        put_refusal(form, error)
        return ""
    return text


@login_required
@require_POST
def token_end(request: HttpRequest, pk: int) -> HttpResponse:
    """End a token, after the question."""
    token = end_service_token(token_id=pk, by=person(request))
    messages.success(request, _("%s opens nothing any more.") % token)
    return redirect(_account_url(token.account_id))


@login_required
@require_POST
def account_end(request: HttpRequest, pk: int) -> HttpResponse:
    """End an account with its tokens, after the question."""
    row = end_service_account(account_id=pk, by=person(request))
    messages.success(request, _("%s opens nothing any more.") % row)
    return redirect(_account_url(row.pk))
