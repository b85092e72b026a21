"""The page behind the link of a message: read what is decided, and decide with the PIN."""

from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render, resolve_url
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from core.accounts.queries import pin_of
from core.accounts.services.throttle import require_room_for_address
from core.accounts.views import page_status
from core.approvals.forms import LinkDecisionForm
from core.approvals.models import Decision, DecisionLink
from core.approvals.queries.ballots import ballot_of
from core.approvals.queries.links import (
    earlier_remarks,
    link_of,
    require_usable,
    unknown_link,
)
from core.approvals.queries.places import place_of
from core.approvals.queries.route import route_of
from core.approvals.services.links import DOOR, count_guess, decide_by_link
from core.approvals.subjects import SUBJECTS
from core.approvals.views.asking import said_words
from core.errors import DomainError
from core.pages.form_fields import sentence_of

STOPS = {"not_found", "gone", "locked", "illegal_transition", "stale_revision"}


@csrf_exempt  # no cookie is believed here: token and PIN both stand in what is sent
@sensitive_post_parameters("pin")
@require_http_methods(["GET", "HEAD", "POST"])
def decide_page(request: HttpRequest, token: str) -> HttpResponse:
    """What is decided, to whom the message went. Only a POST with the PIN decides anything: programs
    that look at the links of a message change nothing."""
    chosen = request.GET.get("language", "")
    language = chosen if chosen in dict(settings.LANGUAGES) else None
    with translation.override(language or translation.get_language()):
        response = _answer(request, token)
        response.headers["Content-Language"] = translation.get_language() or ""
    # The address is a key: it goes to no other site, into no store and no search engine.
    response["Referrer-Policy"] = "no-referrer"
    response["Cache-Control"] = "no-store, private"
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response


def _answer(request: HttpRequest, token: str) -> HttpResponse:
    address = request.META.get("REMOTE_ADDR", "")
    try:
        require_room_for_address(DOOR, address)
        link = _own_link(request, token)
    except DomainError as error:
        return _stopped(request, error)
    form = LinkDecisionForm(request.POST or None)
    if request.method != "POST":
        return _page(request, link, form)
    if not form.is_valid():
        return _page(request, link, form, DomainError(sentence_of(form)))
    try:
        decision = decide_by_link(token=token, address=address, **form.cleaned_data)
    except DomainError as error:
        is_over = error.code in STOPS
        return (
            _stopped(request, error) if is_over else _page(request, link, form, error)
        )
    return _done(request, link, decision)


def _own_link(request: HttpRequest, token: str) -> DecisionLink:
    """The link, if it may still be used by this reader."""
    link = link_of(token)
    if link is None:
        if request.method == "POST":
            count_guess(request.META.get("REMOTE_ADDR", ""))
        raise unknown_link()
    if request.user.is_authenticated and request.user.pk != link.person_id:
        raise DomainError(
            _(
                "This link was sent to somebody else. You are logged in under your own name: what waits"
                " for you is in your inbox."
            ),
            "forbidden",
        )
    require_usable(link)
    return link


def _page(
    request: HttpRequest,
    link: DecisionLink,
    form: LinkDecisionForm,
    refusal: DomainError | None = None,
) -> HttpResponse:
    found = link.assignment.round
    subject = SUBJECTS[found.record_type]
    record = subject.model._default_manager.get(pk=found.record_id)
    told = subject.describe([found.record_id])[found.record_id]
    ballot = ballot_of(record)
    other = None if link.is_own else link.assignment.person
    try:
        place = place_of(record, ballot, link.person, other.ext_id if other else None)
    except DomainError as error:
        return _stopped(request, error)
    if place is None:
        sentence = _("You raised or wrote this; somebody else must decide on it.")
        return _stopped(request, DomainError(sentence, "self_approval"))
    pin = pin_of(link.person)
    context = {
        "link": link,
        "form": form,
        "refusal": refusal,
        "told": told,
        "round": found,
        "on_behalf_of": other,
        "route": route_of(ballot),
        "remarks": earlier_remarks(link),
        "template": subject.template,
        "has_pin": pin is not None,
        "is_pin_locked": pin is not None and pin.locked_at is not None,
        "pin_url": _after_login(reverse("accounts:pin")),
        "record_url": _after_login(told.url),
        **subject.shown(record, link.person),
    }
    status = page_status(refusal) if refusal else 200
    return render(request, "approvals/decide_by_link.html", context, status=status)


def _after_login(url: str) -> str:
    """The login page, which leads on to this page; a reader who is logged in goes straight there."""
    return f"{resolve_url(settings.LOGIN_URL)}?{urlencode({'next': url})}"


def _stopped(request: HttpRequest, error: DomainError) -> HttpResponse:
    """The refusal, and nothing of the record."""
    context = {
        "refusal": error,
        "inbox_url": _after_login(reverse("inbox")),
    }
    response = render(
        request, "approvals/link_refused.html", context, status=page_status(error)
    )
    if error.retry_after is not None:
        response["Retry-After"] = str(error.retry_after)
    return response


def _done(request: HttpRequest, link: DecisionLink, decision: Decision) -> HttpResponse:
    found = link.assignment.round
    told = SUBJECTS[found.record_type].describe([found.record_id])[found.record_id]
    context: dict[str, Any] = {
        "decision": decision,
        "sentence": said_words(decision.status) % told.number,
        "record_url": _after_login(told.url),
    }
    return render(request, "approvals/link_used.html", context)
