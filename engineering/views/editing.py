"""Raise and edit a change."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from core.accounts.permissions import person
from core.errors import DomainError
from core.http.api import STATUS
from core.ledger.forms import saves_once
from core.pages.pasting import Pasted, unless_pasted, without_errors
from core.pages.prefill import Draft, read_draft
from core.text.ids import as_id
from engineering.forms import ChangeForm, Items
from engineering.models import ChangeNotice
from engineering.permissions import may_edit
from engineering.queries.approval import is_only_decider
from engineering.queries.pickers import shown_names
from engineering.queries.thresholds import threshold
from engineering.services import edit_change, raise_change
from engineering.services.content import SIGNED_FIELDS
from engineering.views.pasting import ITEM_SHEET

ITEM_COLUMNS = (
    "id",
    "ext_item_id",
    "part_number",
    "part_name",
    "part_description",
    "manufacturer",
    "unit",
    "qty",
    "snapshot_price",
    "snapshot_date",
    "direction",
)
DRAFT = "change"
DRAFT_FILES = "draft_files"  # the box of the form that takes them along
TEXT_FLAGS = {True: "true", False: "false", None: ""}


def _record_page(pk: int) -> str:
    return reverse("engineering:change_detail", args=[pk])


@saves_once(ChangeNotice, _record_page)
@login_required
def change_new(request: HttpRequest) -> HttpResponse:
    """The form, empty, as another part of EMS filled it in (``?draft=``), or a copy (``?copy=``).

    The requester is me.
    """
    key = request.GET.get("draft", "")
    draft = read_draft(request.session, form=DRAFT, key=key)
    values = dict(draft.values) if draft else _copied(request.GET.get("copy", ""))
    lines = values.pop("items", [])
    data, pasted = unless_pasted(ITEM_SHEET, request.POST)
    form = ChangeForm(
        data or None,
        request.FILES or None,
        initial=_defaults(request) | values,
    )
    items: Any = Items(data or None, prefix="items", initial=lines)
    if pasted:
        return _form_page(request, form, items, None, pasted=pasted)
    if request.method == "POST" and form.is_valid() and items.is_valid():
        try:
            change = _raised(request, form, items, draft)
        except DomainError as error:
            return _form_page(request, form, items, None, error)
        messages.success(request, _("%s is submitted.") % change)
        return redirect("engineering:change_detail", pk=change.pk)
    return _form_page(request, form, items, None)


def _raised(
    request: HttpRequest, form: ChangeForm, items: Any, draft: Draft | None
) -> ChangeNotice:
    """The change, with the files of the form and those that came along from elsewhere."""
    source = draft or Draft({}, "")
    with source.opened_files(is_wanted=DRAFT_FILES in request.POST) as files:
        return raise_change(
            by=person(request),
            fields=form.cleaned_data,
            items=items.lines(),
            files=[*form.named_files(), *files],
            origin=source.origin,
        )


def _copied(text: str) -> dict[str, Any]:
    """First values from another change, with today's date; its files stay with it."""
    change = ChangeNotice.objects.alive().filter(pk=as_id(text) or 0).first()
    if change is None:
        return {}
    kept = {
        name: value
        for name, value in _stored(change).items()
        if name not in {"date", "ext_user_id", "revision"}
    }
    rows = change.items.alive().values(*ITEM_COLUMNS)
    return kept | {"items": [row | {"id": None} for row in rows]}


def _defaults(request: HttpRequest) -> dict[str, Any]:
    return {"ext_user_id": person(request).ext_id}


@saves_once(ChangeNotice, _record_page)
@login_required
def change_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """The filled form; saving makes a new revision."""
    change = get_object_or_404(ChangeNotice.objects.alive(), pk=pk)
    if not may_edit(person(request), change):
        words = _("You can no longer change %s; “Copy into a new change” begins anew.")
        messages.error(request, words % change)
        return redirect("engineering:change_detail", pk=pk)
    data, pasted = unless_pasted(ITEM_SHEET, request.POST)
    form = ChangeForm(
        data or None,
        request.FILES or None,
        initial=_stored(change),
        files=list(change.attachments.signed()),
    )
    lines = list(change.items.alive().values(*ITEM_COLUMNS))
    items = Items(data or None, prefix="items", initial=lines)
    if pasted:
        return _form_page(request, form, items, change, pasted=pasted)
    if request.method == "POST" and form.is_valid() and items.is_valid():
        return _save(request, change, form, items)
    return _form_page(request, form, items, change)


def _stored(change: ChangeNotice) -> dict[str, Any]:
    values = {name: getattr(change, name) for name in SIGNED_FIELDS}
    flags = {name: TEXT_FLAGS[values[name]] for name in ("has_po", "customer_pays")}
    return values | flags | {"revision": change.revision}


def _save(
    request: HttpRequest, change: ChangeNotice, form: ChangeForm, items: Any
) -> HttpResponse:
    try:
        edited = edit_change(
            change_id=change.pk,
            by=person(request),
            fields=form.cleaned_data,
            items=items.lines(),
            files=form.named_files(),
            without_files=form.cleaned_data["without_files"],
            revision=form.cleaned_data["revision"],
        )
    except DomainError as error:
        return _form_page(request, form, items, change, error)
    is_new = edited.revision != change.revision
    words = (
        _("%(number)s is saved as revision %(revision)d.")
        if is_new
        else _("Nothing was changed in %(number)s.")
    )
    messages.success(request, words % {"number": edited, "revision": edited.revision})
    return redirect("engineering:change_detail", pk=change.pk)


def _is_only_decider(request: HttpRequest, form: ChangeForm) -> bool:
    kind = str(form["kind"].value() or 0)
    known = {str(key) for key in ChangeNotice.Kind.values}
    return kind in known and is_only_decider(person(request).pk, int(kind))


def _form_page(
    request: HttpRequest,
    form: ChangeForm,
    items: Any,
    change: ChangeNotice | None,
    refusal: DomainError | None = None,
    pasted: Pasted | None = None,
) -> HttpResponse:
    if refusal:
        form.add_error(None, refusal.sentence)
    if pasted:
        without_errors(form, items)
    limit = threshold()
    key = request.GET.get("draft", "") if not change else ""
    draft = read_draft(request.session, form=DRAFT, key=key)
    context = {
        "form": form,
        "items": items,
        "change": change,
        "draft_files": draft.files if draft else (),
        "keeps_draft_files": not form.is_bound or DRAFT_FILES in request.POST,
        "names": shown_names(form),
        "threshold": limit,
        "refusal": refusal,
        "is_only_decider": not change and _is_only_decider(request, form),
        "file_limit": settings.ATTACHMENT_MAX_BYTES,
        "draft": key,
        "paste": pasted,
        "columns": ITEM_SHEET.columns,
    }
    is_bad = not pasted and bool(
        refusal or form.errors or (items.is_bound and not items.is_valid())
    )
    status = STATUS[refusal.code] if refusal else 400 if is_bad else 200
    return render(request, "engineering/change_form.html", context, status=status)
