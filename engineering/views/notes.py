"""Engineering notes: the list, one of them, writing and changing it."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST
from django.views.decorators.vary import vary_on_headers

from core.accounts.permissions import person
from core.db.search import words_of
from core.errors import DomainError
from core.files.downloads import Served, serve
from core.http.api import STATUS
from core.ledger.forms import saves_once
from core.ledger.history import entry_of, history_of
from core.pages.list_page import page_asked, wants_part
from core.pages.prefill import Draft, read_draft
from engineering.forms import NoteForm
from engineering.models import EngineeringNote
from engineering.services import change_note, remove_note, write_note
from engineering.services.notes import may_change_note
from engineering.views.editing import DRAFT_FILES

DRAFT = "note"
SEARCHED = ("text", "customer", "project_name", "po_number")


def _record_page(pk: int) -> str:
    return reverse("engineering:note_detail", args=[pk])


def _found(pk: int) -> EngineeringNote:
    rows = EngineeringNote.objects.alive().select_related("created_by")
    return get_object_or_404(rows, pk=pk)


@login_required
@require_GET
@vary_on_headers("HX-Request")
def note_list(request: HttpRequest) -> HttpResponse:
    """Every note, newest first, found by its words."""
    rows = EngineeringNote.objects.alive().select_related("created_by")
    for word in words_of(request.GET.get("q", "")):
        held = (Q(**{f"{name}__plain__contains": word}) for name in SEARCHED)
        rows = rows.filter(next(held) | next(held) | next(held) | next(held))
    asked = page_asked(request)
    number = asked.offset // asked.limit + 1
    page = Paginator(rows.order_by("-pk"), asked.limit).get_page(number)
    template = "_note_rows" if wants_part(request) else "note_list"
    context = {"page": page, "is_filtered": bool(request.GET.get("q"))}
    return render(request, f"engineering/{template}.html", context)


@login_required
@require_GET
def note_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """The note, its document and its history."""
    note = _found(pk)
    context = {
        "note": note,
        "may_change": may_change_note(person(request), note),
        "history": history_of(note, entry_of),
    }
    return render(request, "engineering/note_detail.html", context)


@saves_once(EngineeringNote, _record_page)
@login_required
def note_new(request: HttpRequest) -> HttpResponse:
    """The form, empty or as another part of EMS filled it in (``?draft=``)."""
    key = request.GET.get("draft", "")
    draft = read_draft(request.session, form=DRAFT, key=key) or Draft({}, "")
    form = NoteForm(request.POST or None, initial=dict(draft.values))
    if request.method == "POST" and form.is_valid():
        is_kept = DRAFT_FILES in request.POST
        try:
            with draft.opened_files(is_wanted=is_kept) as files:
                note = write_note(
                    by=person(request),
                    fields=form.cleaned_data,
                    files=files,
                    origin=draft.origin,
                )
        except DomainError as error:
            return _form_page(request, form, None, draft, error)
        messages.success(request, _("The note is kept."))
        return redirect(_record_page(note.pk))
    return _form_page(request, form, None, draft)


@login_required
def note_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """The filled form; the history keeps what the note said before."""
    note = _found(pk)
    if not may_change_note(person(request), note):
        messages.error(request, _("This note cannot be changed by you."))
        return redirect(_record_page(pk))
    initial = {name: getattr(note, name) for name in NoteForm.base_fields}
    form = NoteForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            change_note(note_id=pk, by=person(request), fields=form.cleaned_data)
        except DomainError as error:
            return _form_page(request, form, note, Draft({}, ""), error)
        messages.success(request, _("The note is kept."))
        return redirect(_record_page(pk))
    return _form_page(request, form, note, Draft({}, ""))


def _form_page(
    request: HttpRequest,
    form: NoteForm,
    note: EngineeringNote | None,
    draft: Draft,
    refusal: DomainError | None = None,
) -> HttpResponse:
    if refusal:
        form.add_error(None, refusal.sentence)
    context: dict[str, Any] = {
        "form": form,
        "note": note,
        "draft": bool(draft.values),
        "draft_files": draft.files,
        "keeps_draft_files": not form.is_bound or DRAFT_FILES in request.POST,
    }
    status = STATUS[refusal.code] if refusal else 400 if form.errors else 200
    return render(request, "engineering/note_form.html", context, status=status)


@login_required
@require_POST
def note_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Take it out of the lists."""
    remove_note(note_id=_found(pk).pk, by=person(request))
    messages.success(request, _("The note is removed."))
    return redirect("engineering:note_list")


@login_required
@require_GET
def note_file(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The document that it was written from."""
    note = _found(pk)
    if not note.stored_name:
        raise DomainError(_("This note has no file."), "not_found")
    return serve(
        request,
        Served(note.file_name, note.stored_name, note.content_type, note.sha256),
    )
