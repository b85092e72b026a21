"""The list of BOM approvals: found, filtered, counted, as Excel; and putting one up."""

from typing import Any, ClassVar

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from bom import exports
from bom.filters import BomFilter
from bom.forms import OpenForm, is_person_id
from bom.models import BomApproval
from bom.permissions import may_invite
from bom.queries.listing import BomLine, BomTotals, bom_lines, bom_totals, sorted_boms
from bom.services import open_bom
from core.accounts.permissions import person, require
from core.accounts.queries import everybody, people_choices
from core.errors import DomainError
from core.http.api import STATUS
from core.integrations import upstreams
from core.ledger.queries import version_of
from core.pages.excel_heads import above_list
from core.pages.filter_chips import Chip, chips, chips_of
from core.pages.list_page import ListPage
from core.pages.periods import period_chips

CHIPS = ("status", "mine", "source", "snapshot")


def filtered(request: HttpRequest) -> tuple[BomFilter, QuerySet[BomApproval]]:
    """The filter and its rows; an invalid filter finds nothing and says so."""
    rows = BomApproval.objects.alive()
    chosen = BomFilter(request.GET, queryset=rows, request=request)
    found = chosen.qs if chosen.is_valid() else rows.none()
    return chosen, sorted_boms(found, request.GET.get("sort", ""))


class BomList(ListPage):
    """BOM approvals, found and filtered."""

    app, name, live, columns = "bom", "bom", "boms", 6
    search_hint = gettext_lazy("Name or PPIC number…")
    column_names = (
        "BOM",
        gettext_lazy("Job"),
        gettext_lazy("Status"),
        gettext_lazy("Still missing"),
        gettext_lazy("Opened"),
        gettext_lazy("Snapshot"),
    )
    picks = "bom"
    rare = frozenset({"source", "snapshot", "since", "until"})
    sorts: ClassVar = {
        "name": "BOM",
        "status": gettext_lazy("Status"),
        "opened": gettext_lazy("Opened"),
        "revision": gettext_lazy("Revision"),
    }

    def filtered(self) -> tuple[BomFilter, QuerySet[BomApproval]]:
        """The filter and its rows."""
        return filtered(self.request)

    def lines(self, ids: list[int]) -> list[BomLine]:
        """The approvals with their words, who is missing, and where the snapshot stands."""
        return bom_lines(ids, person(self.request))

    def chips(self, chosen: BomFilter) -> list[Chip]:
        query = self.request.GET
        found = chips(query, chosen, CHIPS)
        people = {"decider": people_choices()}
        found += chips_of(query, chosen, people, frozenset(people))
        return [*found, *period_chips(query, chosen, "since", "until")]

    def totals(self, rows: QuerySet[BomApproval]) -> BomTotals:
        """Number of approvals by state."""
        return bom_totals(rows)

    def version(self) -> int:
        return version_of(self.request)

    def more(self) -> dict[str, Any]:
        """Whether I may put one up."""
        return {"may_open": may_invite(person(self.request))}


@login_required
@require_GET
def bom_excel(request: HttpRequest) -> HttpResponseBase:
    """The filtered list as Excel."""
    chosen, rows = filtered(request)
    shown = BomList(request=request).chips(chosen)
    above = above_list(request, _("BOM approvals"), shown)
    return exports.list_file(rows, person(request), above)


@login_required
def bom_new(request: HttpRequest) -> HttpResponse:
    """Put a BOM of PPIC up for approval, or invite more people to the one that stands."""
    by = person(request)
    require(by, "open_bom_approval")
    form = OpenForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            open_bom(ext_bom_id=given["bom"], by=by, pic_ids=given["people"])
        except DomainError as error:
            form.add_error(None, error.sentence)
            return _new_page(request, form, STATUS[error.code])
        messages.success(request, _("The BOM is up for approval."))
        return redirect("bom:bom_detail", bom_id=given["bom"])
    return _new_page(request, form, 400 if form.errors else 200)


def _new_page(request: HttpRequest, form: OpenForm, status: int) -> HttpResponse:
    boms = upstreams.ppic().boms()
    chosen = request.POST.getlist("people")
    context = {
        "form": form,
        "boms": sorted(boms.value.values(), key=lambda bom: bom.name),
        "is_stale": boms.is_failing,
        "everybody": everybody(),
        "chosen": {int(text) for text in chosen if is_person_id(text)},
        "bom": form.data.get("bom", request.GET.get("bom", "")),
    }
    return render(request, "bom/bom_new.html", context, status=status)
