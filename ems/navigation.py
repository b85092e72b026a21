"""The words on the left."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from activities.queries.signers import stood_in_for, tasks_asking
from bom.queries.approval import boms_waiting_for
from core.accounts.models import User
from core.accounts.permissions import may
from core.approvals.models import Substitution
from core.approvals.queries.inbox import stands_in_for
from core.approvals.queries.stuck import stuck_count
from core.db.counting import how_many
from core.db.memoize import cached_until
from core.ledger.queries import last_event_id, version_of
from core.talk.models import Comment
from engineering.queries.approval import changes_waiting_for

HOT = {"inbox", "nobody"}


@dataclass(frozen=True, slots=True)
class NavigationItem:
    """One entry: what it is called, its picture, where it leads, whether a phone shows it."""

    key: str
    label: str
    icon: str
    view: str
    prefix: str
    is_primary: bool = False


PLACES = (
    NavigationItem("home", gettext_noop("Home"), "home", "home", "/", is_primary=True),
    NavigationItem(
        "inbox",
        gettext_noop("Waiting for me"),
        "inbox",
        "inbox",
        "/inbox/",
        is_primary=True,
    ),
    NavigationItem(
        "changes",
        gettext_noop("ECN / CCN"),
        "changes",
        "engineering:change_list",
        "/changes/",
        is_primary=True,
    ),
    NavigationItem("bom", gettext_noop("BOM"), "bom", "bom:bom_list", "/bom/"),
    NavigationItem(
        "activities",
        gettext_noop("Activities"),
        "activities",
        "activities:activity_list",
        "/activities/",
        is_primary=True,
    ),
    NavigationItem(
        "documents",
        gettext_noop("Documents"),
        "documents",
        "supportdocs:document_list",
        "/documents/",
    ),
    NavigationItem(
        "reports", gettext_noop("Reports"), "reports", "reports:index", "/reports/"
    ),
    NavigationItem(
        "analyzer",
        gettext_noop("Analyzer"),
        "analyzer",
        "aianalyzer:inquiry_list",
        "/analyzer/",
    ),
    NavigationItem(
        "nobody",
        gettext_noop("Nobody can decide"),
        "warning",
        "nobody_can_decide",
        "/setup/nobody/",
    ),
    NavigationItem("setup", gettext_noop("Setup"), "setup", "setup", "/setup/"),
    NavigationItem("help", gettext_noop("Guide"), "help", "help", "/help/"),
)


def navigation(request: HttpRequest, user: User) -> list[dict[str, Any]]:
    """The places with their counts; the present one is marked."""
    version = version_of(request)
    changes, boms, tasks, questions = waiting_counts(user, version)
    counts = {
        "inbox": changes + boms + tasks + questions,
        "bom": boms,
        "activities": tasks,
        "nobody": stuck_count(version) if user.is_superuser else 0,
    }
    return [
        {
            "key": place.key,
            "label": _(place.label),
            "icon": place.icon,
            "url": reverse(place.view),
            "count": counts.get(place.key, 0),
            "hot": place.key in HOT,
            "active": _is_here(request.path, place),
            "primary": place.is_primary,
        }
        for place in PLACES
        if _is_shown(place.key, user, counts)
    ]


def _is_shown(key: str, user: User, counts: dict[str, int]) -> bool:
    """What nobody can decide has a place in the menu only while there is something."""
    if key == "nobody":
        return counts[key] > 0
    return key != "setup" or may(user, "keep_tables")


def decisions_waiting(user: User, version: int | None = None) -> tuple[int, int, int]:
    """Changes, BOMs and tasks that wait for this person."""
    known = last_event_id() if version is None else version
    changes, boms, tasks, _questions = waiting_counts(user, known)
    return changes, boms, tasks


def approval_lists(user: User, version: int) -> list[dict[str, Any]]:
    """The approval lists of the administration in which something waits, each with its number.

    Where nothing waits, the list of changes.
    """
    changes, boms, _tasks = decisions_waiting(user, version)
    lists = [
        (_("ECN / CCN"), "engineering_changenotice", changes),
        (_("BOM"), "bom_bomapproval", boms),
    ]
    return [
        {
            "name": name,
            "url": f"{reverse(f'admin:{model}_changelist')}?waiting=me",
            "count": count,
        }
        for name, model, count in lists
        if count
    ] or [_empty_list()]


def _empty_list() -> dict[str, Any]:
    url = reverse("admin:engineering_changenotice_changelist")
    return {"name": "", "url": f"{url}?waiting=me", "count": 0}


def waiting_counts(
    user: User, version: int, known: list[Substitution] | None = None
) -> tuple[int, int, int, int]:
    """Changes, BOMs, tasks and questions that wait for this person, counted in one query until something
    happens. known: where they stand in today, if it was read already."""

    def count() -> tuple[int, int, int, int]:
        standing = stands_in_for(user.pk) if known is None else known
        sums = User.objects.filter(pk=user.pk).values_list(
            changes_waiting_for(user.pk, standing),
            how_many(boms_waiting_for(user, standing)),
            how_many(tasks_asking(user, stood_in_for(user, standing))),
            how_many(Comment.objects.questions().filter(asked=user)),
        )
        row = next(iter(sums), (0, 0, 0, 0))
        changes, boms, tasks, questions = (number or 0 for number in row)
        return changes, boms, tasks, questions

    return cached_until(f"all that waits {user.pk}", version, count)


def _is_here(path: str, place: NavigationItem) -> bool:
    if place.prefix == "/":
        return path == "/"
    is_of_another = place.key == "setup" and path.startswith("/setup/nobody/")
    return path.startswith(place.prefix) and not is_of_another
