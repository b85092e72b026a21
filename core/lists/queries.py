"""What a person keeps of a list, and what became of the rows that they worked at once."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from core.accounts.models import User
from core.errors import DomainError
from core.lists.models import HomeChoice, ListChoice, SavedView
from core.lists.policies import LISTS, view_query


@dataclass(frozen=True, slots=True)
class ViewLine:
    """A view as its reader sees it; ``is_on``: the list shows it now."""

    view: SavedView
    url: str
    is_mine: bool
    is_shared: bool
    is_default: bool
    is_on: bool


@dataclass(frozen=True, slots=True)
class Kept:
    """What a person keeps of a list; ``start`` is the query with which it opens."""

    list_name: str
    views: list[ViewLine] = field(default_factory=list)
    hidden: frozenset[int] = frozenset()
    is_dense: bool = False
    start: str = ""


def visible_views(by: User, name: str = "") -> QuerySet[SavedView]:
    """A person's own views and those that somebody shared with their department."""
    seen = Q(owner=by)
    if by.department_ext_id is not None:
        seen |= Q(department_ext_id=by.department_ext_id)
    rows = SavedView.objects.filter(seen).select_related("owner")
    return rows.filter(list_name=name) if name else rows


def visible_view(key: int, by: User) -> SavedView:
    """One of them. Raises DomainError ``not_found``."""
    found = visible_views(by).filter(pk=key).first()
    if found is None:
        raise DomainError(_("There is no such view."), "not_found")
    return found


def view_lines(
    views: QuerySet[SavedView], by: User, default: int | None, here: str = ""
) -> list[ViewLine]:
    """The views with what their reader needs; ``here`` is the query of the page that is open."""
    now = view_query(here)
    return [
        ViewLine(
            view=view,
            url=f"{reverse(LISTS[view.list_name])}?{view.query or 'view=all'}",
            is_mine=view.owner_id == by.pk,
            is_shared=view.department_ext_id is not None,
            is_default=view.pk == default,
            is_on=bool(view.query) and view.query == now,
        )
        for view in views
        if view.list_name in LISTS
    ]


def choice_of(by: User, name: str) -> ListChoice:
    """How a person likes a list; an unsaved row where they never said."""
    found = ListChoice.objects.filter(person=by, list_name=name)
    return found.first() or ListChoice(person=by, list_name=name)


def home_choice(by: User) -> HomeChoice:
    """How a person likes the home page; an unsaved row where they never said."""
    return HomeChoice.objects.filter(person=by).first() or HomeChoice(person=by)


def default_views(by: User) -> set[int]:
    """The views with which a person's lists open."""
    rows = ListChoice.objects.filter(person=by).exclude(default=None)
    return {key for key in rows.values_list("default_id", flat=True) if key}


def kept_of(request: HttpRequest, name: str) -> Kept:
    """What the reader of a page keeps of its list; two queries."""
    by = request.user
    if name not in LISTS or not isinstance(by, User):
        return Kept(name)
    choice = choice_of(by, name)
    here = request.META.get("QUERY_STRING", "")
    lines = view_lines(visible_views(by, name), by, choice.default_id, here)
    return Kept(
        list_name=name,
        views=lines,
        hidden=_numbers(choice.hidden),
        is_dense=choice.is_dense,
        start=_start(lines),
    )


def kept_on_page(request: HttpRequest, name: str) -> Kept:
    """The same, read once for a request."""
    found = getattr(request, "kept_list", None)
    if not isinstance(found, Kept) or found.list_name != name:
        found = kept_of(request, name)
        request.kept_list = found  # type: ignore[attr-defined]
    return found


def _numbers(kept: Any) -> frozenset[int]:
    return frozenset(each for each in kept if isinstance(each, int))


def _start(lines: list[ViewLine]) -> str:
    """Only of a view that its reader may still see: its owner may have ended the sharing."""
    return next((line.view.query for line in lines if line.is_default), "")


# --- Many rows at once -------------------------------------------------------------

RESULT = "bulk"  # the key in the session


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one row; ``sentence``: why it was refused."""

    label: str
    url: str
    is_done: bool = False
    sentence: str = ""


@dataclass(frozen=True, slots=True)
class Result:
    """What became of the ticked rows, or why nothing was done; ``ticked``: those that stay ticked."""

    outcomes: list[Outcome] = field(default_factory=list)
    error: str = ""
    ticked: tuple[str, ...] = ()
    token: str = ""

    def kept(self) -> dict[str, Any]:
        """As the session keeps it."""
        return asdict(self)

    @property
    def refused(self) -> list[Outcome]:
        """The rows that were refused."""
        return [each for each in self.outcomes if not each.is_done]

    @property
    def done(self) -> list[Outcome]:
        """The rows that were done."""
        return [each for each in self.outcomes if each.is_done]


def result_of(session: Mapping[str, Any], token: str) -> Result | None:
    """The result that an address names, if it is the last one of this session."""
    kept = session.get(RESULT) if token else None
    if not kept or kept["token"] != token:
        return None
    outcomes = [Outcome(**each) for each in kept["outcomes"]]
    return Result(outcomes, kept["error"], tuple(kept["ticked"]), token)
