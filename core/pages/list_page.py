"""A list of the portal, written once: filtered by its address, a page at a time, its sums afterwards."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar

from django.contrib.auth.mixins import LoginRequiredMixin
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.views import View

from core.db.paging import Page, counted, sliced_ids
from core.pages.filter_chips import Chip, Option, address, others
from core.text.ids import as_id

SIZES = (25, 50, 100)
PAGE_DIGITS = 7
# Keywords of an address that are no filter, and still no mistake.
# What says where somebody is in a list, or what they just did, and nothing of the list itself.
PASSING = {"page", "view", "gone", "pick", "done"}
# No filters either.
OTHERS = PASSING | {"size", "sort", "report"}
# Filled by the app that keeps what a person saved of a list.
KEEPERS: list[Callable[[HttpRequest, str], Any]] = []
PARTS = ("heads", "row", "totals", "count", "empty", "excel")


def wants_part(request: HttpRequest) -> bool:
    """Whether a script asks for the changing part of a page only; never on the way back."""
    headers = request.headers
    return "HX-Request" in headers and not (
        "HX-Boosted" in headers or "HX-History-Restore-Request" in headers
    )


def page_asked(request: HttpRequest) -> Page:
    """Page number and size of the list; an invalid number means the first page."""
    number, size = request.GET.get("page", "1"), request.GET.get("size", "50")
    limit = int(size) if size in {str(each) for each in SIZES} else 50
    page = as_id(number, PAGE_DIGITS) or 1
    return Page(limit, (page - 1) * limit)


def number_set(chips: Sequence[Chip], *, is_named: bool) -> int:
    """How many of the filters are set; the two days of a period with a name (``is_named``) are no more."""
    return sum(bool(chip.value) and not (is_named and chip.is_date) for chip in chips)


class ListPage(LoginRequiredMixin, View):
    """A list whose filters, order and page stand in its address.

    The rows come at once and cost what one page costs; ``part="totals"`` brings sums and the number
    of pages, which cost what the whole list costs. A script that searches gets the changing part.

    A list names its ``app``, its ``name`` (in ids, in the addresses ``{app}:{name}_list`` and
    ``_totals``, and in the templates ``{app}/_{name}_{part}.html`` of ``PARTS``), the topic of the
    live stream that renews it, its number of ``columns`` and their ``column_names`` (empty for one that
    stays), how many of the last have ``sums`` of their own, what it ``sorts`` by (key and name), a
    ``search_hint`` (a lazy text, in the empty search box), and what kind of row its tick boxes ``pick``
    (``core.lists.subjects``), if it has any, and which filters are ``rare``: they stand behind one chip;
    and says what its methods ask.
    """

    http_method_names = ["get", "head", "options"]
    part = "list"
    app: ClassVar[str]
    name: ClassVar[str]
    live: ClassVar[str]
    columns: ClassVar[int]
    search_hint: ClassVar[Any]
    column_names: ClassVar[Sequence[Any]] = ()
    sums: ClassVar[int] = 0
    sorts: ClassVar[Mapping[str, Any]] = {}
    picks: ClassVar[str] = ""
    rare: ClassVar[frozenset[str]] = frozenset()
    kept: Any = None

    def filtered(self) -> tuple[Any, QuerySet[Any]]:
        """The ``FilterSet`` of the address, and its rows in order."""
        raise NotImplementedError

    def ids(
        self,
        rows: QuerySet[Any],
        page: Page,
        total: int,
        *,
        is_narrowed: bool,
    ) -> list[int]:
        """The primary keys of one page."""
        return sliced_ids(rows, page, total)

    def lines(self, ids: list[int]) -> Sequence[Any]:
        """Values of these rows for the page; the number of queries must not grow with them."""
        raise NotImplementedError

    def chips(self, chosen: Any) -> list[Chip]:
        """The filters as chips."""
        raise NotImplementedError

    def totals(self, rows: QuerySet[Any]) -> Any:
        """Sums over the whole list, with ``count``."""
        raise NotImplementedError

    def version(self) -> int:
        """A value that changes whenever the list may have changed: the newest event's id."""
        raise NotImplementedError

    def more(self) -> dict[str, Any]:
        """Further values for this list's templates."""
        return {}

    def get(self, request: HttpRequest) -> HttpResponse:
        """The page, its changing part, or its sums; a bare address opens the person's default view."""
        self.kept = next((keeper(request, self.live) for keeper in KEEPERS), None)
        start = getattr(self.kept, "start", "")
        if start and not request.META.get("QUERY_STRING") and self.part == "list":
            return redirect(f"{request.path}?{start}")
        answer = self._sums() if self.part == "totals" else self._page()
        patch_vary_headers(answer, ["HX-Request"])
        return answer

    def _page(self) -> HttpResponse:
        chosen, rows = self.filtered()
        page = page_asked(self.request)
        total = counted(rows, self.version()) if page.offset > 0 else page.limit
        is_narrowed = any(self.request.GET.get(name) for name in chosen.filters)
        wanted = Page(page.limit + 1, page.offset)
        ids = self.ids(rows, wanted, total, is_narrowed=is_narrowed)
        lines = self.lines(ids[: page.limit])
        found = self.chips(chosen)
        is_named = any(chip.name == "period" and chip.value for chip in found)
        rare = [chip for chip in found if chip.name in self.rare]
        context = self._place(page, len(lines)) | {
            "filter": chosen,
            "chips": [chip for chip in found if chip.name not in self.rare],
            "rare_chips": rare,
            "rare_on": number_set(rare, is_named=is_named),
            "kept": others(self.request.GET, "q"),
            "rows": lines,
            "has_next": len(ids) > page.limit,
            "is_filtered": is_narrowed,
            "strange": self.strange(chosen),
            "offers": self.offers(),
            "sorts": self.sort_links(),
            "filters_on": number_set(found, is_named=is_named),
        }
        template = (
            "components/list_rows.html"
            if wants_part(self.request)
            else f"{self.app}/{self.name}_list.html"
        )
        status = 200 if chosen.is_valid() else 400
        context |= self.more()
        return render(self.request, template, context, status=status)

    def strange(self, chosen: Any) -> list[str]:
        """What the address asks for and this list does not have: a saved view may be older than the list."""
        names = self.request.GET.keys() - chosen.filters.keys() - OTHERS
        sort = self.request.GET.get("sort", "").removeprefix("-")
        return sorted(names) + ([sort] if sort and sort not in self.sorts else [])

    def sort_links(self) -> list[Option]:
        """The orders of the list, for a screen that shows no heads."""
        now = self.request.GET.get("sort", "")
        return [
            Option(
                f"{name} {sign}", address(self.request.GET, "sort", each), each == now
            )
            for key, name in self.sorts.items()
            for each, sign in ((key, "\u2191"), (f"-{key}", "\u2193"))
        ]

    def offers(self) -> list[tuple[int, Any, bool]]:
        """The columns that can be hidden: number from 1, name, whether it is shown. The first one stays."""
        hidden: frozenset[int] = getattr(self.kept, "hidden", frozenset())
        return [
            (place, name, place not in hidden)
            for place, name in enumerate(self.column_names, 1)
            if place > 1 and name
        ]

    def _table(self) -> dict[str, Any]:
        """Classes of the table for hidden columns and density, and how wide the first cell of its foot is."""
        kept: frozenset[int] = getattr(self.kept, "hidden", frozenset())
        hidden = {place for place in kept if place <= self.columns}
        lead = self.columns - self.sums
        classes = [f"hide-{place}" for place in sorted(hidden)]
        if getattr(self.kept, "is_dense", False):
            classes.append("dense")
        return {
            "table_classes": " ".join(classes),
            "span": max(1, lead - sum(place <= lead for place in hidden)),
        }

    def _sums(self) -> HttpResponse:
        _chosen, rows = self.filtered()
        page, totals = page_asked(self.request), self.totals(rows)
        context = self._place(page, 0) | {
            "totals": totals,
            "sizes": SIZES,
            "shown": Paginator(range(totals.count), page.limit).get_page(
                page.offset // page.limit + 1
            ),
        }
        return render(self.request, "components/list_totals.html", context)

    def _place(self, page: Page, shown: int) -> dict[str, Any]:
        """Name of the list, and the place of the page in it."""
        return {
            "list": self.name,
            "live": self.live,
            "columns": self.columns,
            "kept_list": self.kept,
            "everything": self._everything(),
            **self._table(),
            "search_hint": self.search_hint,
            "picks": self.picks,
            "home": reverse(f"{self.app}:{self.name}_list"),
            "totals_url": reverse(f"{self.app}:{self.name}_totals"),
            "parts": {part: f"{self.app}/_{self.name}_{part}.html" for part in PARTS},
            "page": page,
            "number": page.offset // page.limit + 1,
            "first": page.offset + 1,
            "last": page.offset + shown,
        }

    def _everything(self) -> str:
        """The address of the whole list, also where a default view is set."""
        home = reverse(f"{self.app}:{self.name}_list")
        return f"{home}?view=all" if getattr(self.kept, "start", "") else home
