"""Save, share, remove a view; open a list with it; choose columns. A person's own, each in one call."""

from collections.abc import Collection, Iterable, Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from core.accounts.models import User
from core.errors import DomainError, invalid
from core.lists.models import HomeChoice, ListChoice, SavedView
from core.lists.policies import LISTS, LONGEST_NAME, LONGEST_QUERY, MOST, view_query
from core.lists.queries import visible_view

MOST_COLUMNS = 20


@transaction.atomic
def save_view(
    *, by: User, name: str, label: str, query: str, is_shared: bool = False
) -> SavedView:
    """Save a list's filters and order under a name; one's own of that name is replaced.

    Raises DomainError ``invalid``: no such list, no name, too long, too many.
    """
    _require_list(name)
    own = SavedView.objects.filter(owner=by, list_name=name)
    view = own.filter(name=_label(label)).first()
    if view is None:
        if own.count() >= MOST:
            raise invalid(
                "name",
                _("You have %d views of this list. Remove one before you save another.")
                % MOST,
            )
        view = SavedView(owner=by, list_name=name, name=_label(label))
    view.query = _query(query)
    view.department_ext_id = _department(by) if is_shared else None
    view.save()
    return view


@transaction.atomic
def change_view(
    *,
    view_id: int,
    by: User,
    label: str | None = None,
    query: str | None = None,
    is_shared: bool | None = None,
) -> SavedView:
    """Another name or query of one's own view, or another sharing. Raises as ``save_view``, and what
    ``own_view`` raises."""
    view = own_view(view_id, by)
    if label is not None:
        view.name = _label(label)
        same = SavedView.objects.filter(
            owner=by, list_name=view.list_name, name=view.name
        )
        if same.exclude(pk=view.pk).exists():
            raise invalid("name", _("You have another view of this name."))
    if query is not None:
        view.query = _query(query)
    if is_shared is not None:
        view.department_ext_id = _department(by) if is_shared else None
    view.save()
    return view


@transaction.atomic
def remove_view(*, view_id: int, by: User) -> SavedView:
    """Remove one's own view; who opened the list with it opens the whole list. Raises what ``own_view`` raises."""
    view = own_view(view_id, by)
    view.delete()
    return view


@transaction.atomic
def open_with(*, by: User, name: str, view_id: int | None) -> ListChoice:
    """Open a list with a view that one may see, or with all of it. Raises DomainError ``not_found``."""
    _require_list(name)
    if view_id is not None and visible_view(view_id, by).list_name != name:
        raise invalid("list", _("This view is of another list."))
    choice, _is_new = ListChoice.objects.get_or_create(person=by, list_name=name)
    choice.default_id = view_id
    choice.save(update_fields=["default", "updated_at"])
    return choice


@transaction.atomic
def choose_columns(
    *, by: User, name: str, hidden: Iterable[int], is_dense: bool
) -> ListChoice:
    """Hide columns of a list for oneself, and choose how dense its rows are. Raises DomainError ``invalid``."""
    _require_list(name)
    choice, _is_new = ListChoice.objects.get_or_create(person=by, list_name=name)
    choice.hidden = sorted(each for each in set(hidden) if 1 < each <= MOST_COLUMNS)
    choice.is_dense = is_dense
    choice.save(update_fields=["hidden", "is_dense", "updated_at"])
    return choice


@transaction.atomic
def arrange_home(
    *, by: User, order: Sequence[str], hidden: Collection[str]
) -> HomeChoice:
    """Keep the order of the parts of a person's home page, and which of them are hidden."""
    kept = {"order": list(order), "hidden": sorted(hidden)}
    choice, _is_new = HomeChoice.objects.update_or_create(person=by, defaults=kept)
    return choice


@transaction.atomic
def reset_home(*, by: User) -> None:
    """The home page as it is for everybody."""
    HomeChoice.objects.filter(person=by).delete()


def own_view(view_id: int, by: User) -> SavedView:
    """One's own view. Raises DomainError ``not_found``, or ``forbidden`` for one that somebody shared."""
    view = visible_view(view_id, by)
    if view.owner_id != by.pk:
        raise DomainError(
            _("Only %s, whose view it is, may change it.") % view.owner, "forbidden"
        )
    return view


def _require_list(name: str) -> None:
    if name not in LISTS:
        raise invalid("list", _("No list is called “%s”.") % name[:LONGEST_NAME])


def _label(text: str) -> str:
    label = " ".join(text.split())
    if not label:
        raise invalid("name", _("Give the view a name."))
    if len(label) > LONGEST_NAME:
        raise invalid("name", _("The name has at most %d characters.") % LONGEST_NAME)
    return label


def _query(text: str) -> str:
    query = view_query(text)
    if len(query) > LONGEST_QUERY:
        raise invalid("query", _("These filters are too long to be saved."))
    return query


def _department(by: User) -> int:
    if by.department_ext_id is None:
        raise invalid(
            "shared",
            _(
                "The directory names no department of yours, so there is nobody to share with."
            ),
        )
    return by.department_ext_id
