"""Pages of a simple table: its rows with a search, one row with its history, and its removal."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import Model, Q, QuerySet, TextField
from django.db.models.functions import Cast
from django.forms import BaseModelForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path, reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from core.accounts.permissions import person, require
from core.db.models import SoftDeleted, field_label
from core.errors import DomainError
from core.ledger.forms import saves_once
from core.ledger.history import row_history
from core.ledger.services import remove_row, save_row
from core.pages.list_page import page_asked
from core.text.formatting import NOTHING, value_words
from core.text.normal_form import plain_text


@dataclass(frozen=True, slots=True)
class TableCell:
    """One value of a row as words; numbers stand on the right."""

    head: str
    text: str
    is_number: bool

    @property
    def is_empty(self) -> bool:
        """Nothing was typed there."""
        return self.text == NOTHING


@dataclass(frozen=True, slots=True)
class TablePages:
    """The pages of a table that SPV and managers keep; rows are written with their events.

    slug: its place in the address; columns: fields that the list shows and searches; lead: a text
    to be translated; verb: the line of the permission table; order: of the list; beside: the name of
    another page of the table's and the words that lead there; saves, removes: the services that
    write a row, where the table has rules beyond its own values. The app includes ``urls()`` under
    the namespace ``<app>_setup``.
    """

    slug: str
    form: type[BaseModelForm[Any]]
    columns: tuple[str, ...]
    lead: str
    verb: str = "keep_tables"
    order: str = "-pk"
    beside: tuple[str, str] | None = None
    saves: Callable[..., Model] = save_row
    removes: Callable[..., None] = remove_row

    @property
    def model(self) -> type[Model]:
        return self.form._meta.model

    @property
    def title(self) -> str:
        return str(capfirst(self.model._meta.verbose_name_plural))

    def urls(self) -> list[URLPattern]:
        """The addresses of these pages, named as the admin names its own."""
        name, row = self.model._meta.model_name, f"{self.slug}/<int:pk>/"
        listed = login_required(require_GET(self.list_page))
        form = login_required(self.row_page)
        remove = login_required(require_POST(self.remove))
        return [
            path(f"{self.slug}/", listed, name=f"{name}_list"),
            path(f"{self.slug}/new/", form, name=f"{name}_new"),
            path(row, form, name=f"{name}_row"),
            path(f"{row}remove/", remove, name=f"{name}_remove"),
        ]

    def url(self, page: str, *args: int) -> str:
        """The address of ``list``, ``new``, ``row`` or ``remove``."""
        meta = self.model._meta
        return reverse(f"{meta.app_label}_setup:{meta.model_name}_{page}", args=args)

    def rows(self, text: str = "") -> QuerySet[Any]:
        """The live rows that hold the text in any of the columns shown."""
        rows: QuerySet[Any] = self.model._default_manager.order_by(self.order)
        if issubclass(self.model, SoftDeleted):
            rows = rows.filter(deleted_at=None)
        if not text.strip():
            return rows
        found = Q()
        for name in self.columns:
            shown = f"{name}_text"
            rows = rows.annotate(**{shown: Cast(name, TextField())})
            found |= Q(**{f"{shown}__plain__contains": plain_text(text)})
        return rows.filter(found)

    def cells(self, row: Model) -> list[TableCell]:
        """What the list shows of a row."""
        return [self._cell(row, name) for name in self.columns]

    def _cell(self, row: Model, name: str) -> TableCell:
        value = getattr(row, name)
        chosen = getattr(row, f"get_{name}_display", None)
        return TableCell(
            field_label(self.model, name),
            str(chosen()) if chosen else value_words(value),
            is_number=isinstance(value, int | Decimal) and not chosen,
        )

    def title_of(self, row: Model) -> str:
        """The first words of a row."""
        words = [cell.text for cell in self.cells(row)[:2] if not cell.is_empty]
        return " · ".join(words) or str(row)

    def list_page(self, request: HttpRequest) -> HttpResponse:
        """The rows, a page at a time."""
        require(person(request), self.verb)
        text = request.GET.get("q", "").replace("\0", "")[:200]
        page = page_asked(request)
        shown = Paginator(self.rows(text), page.limit).get_page(
            page.offset // page.limit + 1
        )
        context = {
            "q": text,
            "lines": [
                (self.url("row", row.pk), self.cells(row)) for row in shown.object_list
            ],
            "shown": shown,
            "heads": [field_label(self.model, name) for name in self.columns],
        }
        return self._page(request, "ledger/table_list.html", context)

    def row_page(self, request: HttpRequest, pk: int | None = None) -> HttpResponse:
        """One row, or a new one: its values and its history."""
        require(person(request), self.verb)
        once = saves_once(self.model, lambda _pk: self.url("list"))
        return once(self._row)(request, pk)

    def _row(self, request: HttpRequest, pk: int | None) -> HttpResponse:
        row = get_object_or_404(self.rows(), pk=pk) if pk else None
        title = self.title_of(row) if row else _("New row")
        form: Any = self.form(request.POST or None, instance=row)
        if request.method == "POST" and form.is_valid() and self._save(request, form):
            return redirect(self.url("list"))
        context = {
            "form": form,
            "title": title,
            "remove_url": self.url("remove", row.pk) if row else "",
            "entries": row_history(row) if row else [],
        }
        status = 400 if form.errors else 200
        return self._page(request, "ledger/table_row.html", context, status)

    def _save(self, request: HttpRequest, form: Any) -> bool:
        """Call the service; a refusal stands in the form."""
        data = {**form.cleaned_data, "id": form.instance.pk}
        try:
            saved = self.saves(
                model=self.model, data=data, by=person(request), verb=self.verb
            )
        except DomainError as error:
            form.add_error(None, error.sentence)
            return False
        messages.success(request, _("%s is saved.") % self.title_of(saved))
        return True

    def remove(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Remove a row, after the question."""
        by = person(request)
        require(by, self.verb)
        row = get_object_or_404(self.rows(), pk=pk)
        title = self.title_of(row)
        try:
            self.removes(row=row, by=by, verb=self.verb)
        except DomainError as error:
            messages.error(request, error.sentence)
            return redirect(self.url("row", pk))
        messages.success(request, _("%s is removed.") % title)
        return redirect(self.url("list"))

    def _beside(self) -> tuple[str, str] | None:
        """Address and words of the other page."""
        if self.beside is None:
            return None
        view, words = self.beside
        return reverse(view), _(words)

    def _page(
        self,
        request: HttpRequest,
        template: str,
        context: dict[str, Any],
        status: int = 200,
    ) -> HttpResponse:
        place = {
            "table_title": self.title,
            "table_lead": _(self.lead),
            "list_url": self.url("list"),
            "new_url": self.url("new"),
            "beside": self._beside(),
        }
        return render(request, template, place | context, status=status)
