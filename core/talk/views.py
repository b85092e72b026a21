"""Talk on pages: the card on a record, the page of its own, and what is sent from both."""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST
from django.views.decorators.vary import vary_on_headers

from core.accounts.models import User
from core.accounts.permissions import person
from core.accounts.views import page_status
from core.errors import DomainError
from core.files.downloads import Served, serve
from core.ledger.forms import saves_once
from core.pages.list_page import wants_part
from core.talk.forms import FIELDS, CommentForm, EditForm, StrikeForm
from core.talk.models import Comment, CommentFile
from core.talk.queries.card import ON_PAGE, ON_RECORD, TalkCard
from core.talk.queries.people import names_by_id, people_like
from core.talk.services import (
    add_comment,
    answer,
    ask_question,
    edit_comment,
    follow,
    strike_comment,
    unfollow,
)
from core.talk.services.comments import Saying, place_of_comment
from core.talk.subjects import Place, named_place
from core.text.ids import as_id

MOST_NAMES, MOST_LETTERS = 6, 40


def talk_context(
    request: HttpRequest, record: Any, *, is_alive: bool = True
) -> dict[str, Any]:
    """What the card and the follow button on a record's page need."""
    return {
        "talk": TalkCard(record, person(request), is_alive=is_alive),
        "talk_form": CommentForm(),
    }


@login_required
@require_GET
@vary_on_headers("HX-Request")
def record_talk(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """All that was said about a record, and a form with people to tell and lines to quote; ``?reply=``,
    ``?edit=`` and ``?strike=`` name a comment. For an open page only the comments."""
    place = named_place(kind, pk)
    if wants_part(request):
        most = ON_PAGE if "all" in request.GET else ON_RECORD
        card = _card(request, place, most=most)
        return render(request, "talk/_lines.html", {"talk": card})
    for mode, form in (("edit", EditForm), ("strike", StrikeForm)):
        if mode in request.GET:
            comment = _comment(place, as_id(request.GET[mode]))
            initial = {"text": comment.text}
            return _page(request, place, form(initial=initial), mode, comment)
    replied = request.GET.get("reply", "")
    parent = _comment(place, as_id(replied)) if replied else None
    return _page(request, place, None, "say", parent)


def _card(request: HttpRequest, place: Place, **more: Any) -> TalkCard:
    before = as_id(request.GET.get("before", ""))
    return TalkCard(place.found(), person(request), before=before, **more)


def _comment(place: Place, pk: int | None) -> Comment:
    """A comment on this record; 404 otherwise."""
    rows = Comment.objects.select_related("author", "asked")
    return get_object_or_404(rows.about(place.found()), pk=pk or 0)


def _page(
    request: HttpRequest,
    place: Place,
    form: forms.Form | None,
    mode: str,
    comment: Comment | None,
    status: int = 200,
) -> HttpResponse:
    """The page of the talk, with one form: to say something, to change it, to strike it."""
    card = _card(request, place, most=ON_PAGE)
    if form is None:
        initial = {"reply_to": comment.pk if comment else None}
        form = CommentForm(initial=initial, **_choices(place))
    context = {
        "talk": card,
        "talk_form": form,
        "mode": mode,
        "about": comment,
        "may_answer": comment is not None and card.may_answer(comment),
    }
    return render(request, "talk/record.html", context, status=status)


def _choices(place: Place) -> dict[str, Any]:
    return {
        "people": names_by_id(),
        "lines": place.subject.lines(place.found()),
    }


def _to_comment(pk: int) -> str:
    return reverse("talk:comment", args=[pk])


@saves_once(Comment, _to_comment)
@login_required
@require_POST
def say(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """Say, ask or answer; a refusal shows what was typed, beside the reason."""
    place, by = named_place(kind, pk), person(request)
    place.found()
    form = CommentForm(request.POST, **_choices(place))
    comment = None
    if form.is_valid():
        try:
            comment = _said(place, by, form.cleaned_data, _saying(request, form))
        except DomainError as error:
            if error.code == "not_found":
                raise
            return _refused(request, place, form, error)
        words = _("Your question is asked.") if comment.asked_id else _("It is said.")
        messages.success(request, words)
        return redirect(_url(place, comment.pk))
    return _refused(request, place, form, None)


def _saying(request: HttpRequest, form: CommentForm) -> Saying:
    files = [(file.name or "", file) for file in request.FILES.getlist("files")]
    data = form.cleaned_data
    return Saying(data["line"], data["tell"], files)


def _said(place: Place, by: User, data: dict[str, Any], more: Saying) -> Comment:
    said: dict[str, Any] = {"by": by, "text": data["text"], "more": more}
    if data["answers"] and data["reply_to"]:
        return answer(question_id=data["reply_to"], **said)
    if data["ask"] or data["person"]:
        whom = User.objects.filter(pk=data["person"] or 0).first()
        return ask_question(place=place, person=whom, **said)
    return add_comment(place=place, reply_to=data["reply_to"], **said)


def _refused(
    request: HttpRequest, place: Place, form: CommentForm, error: DomainError | None
) -> HttpResponse:
    status = 400
    if error is not None:
        _mark(form, error)
        status = page_status(error)
    if request.FILES:
        form.add_error(None, _("Choose the files again: a browser does not keep them."))
    pk = as_id(request.POST.get("reply_to", ""))
    comment = Comment.objects.about(place.found()).filter(pk=pk or 0).first()
    return _page(request, place, form, "say", comment, status)


def _mark(form: forms.Form, error: DomainError) -> None:
    """The refusal beside its field, or above the form."""
    for name in error.errors or [""]:
        field = FIELDS.get(name, name)
        shown = field if field in form.fields and field != "reply_to" else None
        form.add_error(shown, error.sentence)


def _url(place: Place, pk: int) -> str:
    return f"{place.url}#comment-{pk}"


@login_required
@require_GET
def comment_place(_request: HttpRequest, pk: int) -> HttpResponse:
    """A comment on the page of its record."""
    return redirect(_url(place_of_comment(pk), pk))


@login_required
@require_POST
def comment_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change what oneself wrote, for a while."""
    form = EditForm(request.POST)
    text = form.cleaned_data["text"] if form.is_valid() else ""
    return _changed(
        request,
        pk,
        form,
        "edit",
        lambda by: edit_comment(comment_id=pk, by=by, text=text),
    )


@login_required
@require_POST
def comment_strike(request: HttpRequest, pk: int) -> HttpResponse:
    """Strike a comment; it stays readable."""
    form = StrikeForm(request.POST)
    reason = form.cleaned_data["reason"] if form.is_valid() else ""
    return _changed(
        request,
        pk,
        form,
        "strike",
        lambda by: strike_comment(comment_id=pk, by=by, reason=reason),
    )


def _changed(
    request: HttpRequest, pk: int, form: forms.Form, mode: str, verb: Any
) -> HttpResponse:
    """Do it and go to the comment, or show the form again with what was typed."""
    place = place_of_comment(pk)
    if form.is_valid():
        try:
            verb(person(request))
        except DomainError as error:
            if error.code in {"not_found", "forbidden"}:
                raise
            _mark(form, error)
            status = page_status(error)
            return _page(request, place, form, mode, _comment(place, pk), status)
        return redirect(_url(place, pk))
    return _page(request, place, form, mode, _comment(place, pk), 400)


@login_required
@require_POST
def record_follow(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """Follow a record (``on=1``), or stop."""
    place, by = named_place(kind, pk), person(request)
    if request.POST.get("on") == "1":
        follow(place=place, by=by)
        messages.success(
            request,
            _("You follow it: you hear of decisions, new revisions and comments."),
        )
    else:
        unfollow(place=place, by=by)
        messages.success(
            request,
            _("You no longer follow it. What asks you or names you still comes."),
        )
    return redirect(place.url)


@login_required
@require_GET
def names(request: HttpRequest) -> JsonResponse:
    """Names that begin as ``?q=``, for the box of a comment."""
    text = " ".join(request.GET.get("q", "").split())[:MOST_LETTERS]
    found = people_like(text, MOST_NAMES) if text else []
    return JsonResponse([str(row) for row in found], safe=False)


@login_required
@require_GET
def comment_file(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Download a file of a comment."""
    file = get_object_or_404(CommentFile, pk=pk)
    place_of_comment(file.comment_id)
    shown = Served(file.name, file.stored_name, file.content_type, file.sha256)
    return serve(request, shown)
