"""The parts of the home page, one function each: a part can be fetched again by itself."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from operator import attrgetter
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from activities.models import InCharge, Stage, Task
from activities.queries.mine import (
    WaitingTask,
    in_charge_by_task,
    lines,
    pressing_tasks,
)
from activities.queries.signers import stood_in_for
from bom.models import BomApproval
from bom.queries.approval import boms_waiting_for
from core.accounts.models import User
from core.approvals.models import Status, Substitution
from core.approvals.queries.due import due_of_record
from core.approvals.queries.inbox import behalf_names, stands_in_for, waiting_records
from core.talk.queries.questions import open_questions
from ems.home.activity_feed import recent_entries
from ems.home.arranging import columns, places
from ems.home.department import month_card
from ems.home.frame import Frame
from ems.navigation import waiting_counts
from engineering.models import ChangeNotice

# As many as fit on one screen of a laptop.
SHOWN, SHOWN_MINE, SHOWN_NEWS = 5, 4, 6
SHOWN_ALONE = 8  # where nothing stands below
MOST_TASKS = 200
SOONEST = F("due_at").asc(nulls_last=True)


class Home:
    """Values that the parts of one page share, each read from the database once.

    version: the newest event's id; frame: what was read of the person.
    """

    def __init__(self, user: User, version: int, frame: Frame) -> None:
        self.user = user
        self.version = version
        self.frame = frame

    @cached_property
    def standing(self) -> list[Substitution]:
        """Where this person stands in today."""
        return stands_in_for(self.user.pk) if self.frame.stands_in else []

    @cached_property
    def away(self) -> list[User]:
        """The people in whose place this person signs tasks today."""
        return stood_in_for(self.user, self.standing)

    @cached_property
    def counts(self) -> tuple[int, int, int, int]:
        """How many changes, BOMs, tasks and questions wait for this person."""
        return waiting_counts(self.user, self.version, self.standing)

    @cached_property
    def changes(self) -> list[Any]:
        """The soonest due of the changes that wait for this person, and the latest that came back to them
        (``is_returned``)."""
        asked = waiting_records(self.user.pk, ChangeNotice._meta.label, self.standing)
        soon = waiting_rows(asked).order_by(SOONEST, "id")
        back = ChangeNotice.objects.alive().filter(
            requester=self.user, status=Status.RETURNED
        )
        back = back.order_by("-updated_at")
        either = Q(pk__in=soon.values("pk")[:SHOWN_ALONE]) | Q(
            pk__in=back.values("pk")[:SHOWN_MINE]
        )
        rows = with_due(ChangeNotice.objects.filter(either)).annotate(
            is_returned=Q(status=Status.RETURNED)
        )
        return list(rows.order_by(SOONEST, "id"))

    @cached_property
    def tasks(self) -> list[Task]:
        """Tasks that wait for this person: others' to sign, and own ones that are late or due this week."""
        if not self.counts[2]:
            return []
        own = InCharge.objects.filter(
            task=OuterRef("pk"), deleted_at=None, ext_user_id=self.user.ext_id or 0
        )
        rows = pressing_tasks(self.user, self.away).annotate(is_own=Exists(own))
        return list(rows[:MOST_TASKS])

    @cached_property
    def lines(self) -> list[WaitingTask]:
        """The first of the person's own tasks, and the first of those that they sign for others."""
        own = [row for row in self.tasks if row.next_stage == Stage.PIC]
        others = [row for row in self.tasks if row.next_stage != Stage.PIC]
        shown: list[Any] = own[:SHOWN_MINE] + others[:SHOWN_ALONE]
        me = frozenset({self.user.ext_id or 0})
        charges = {row.pk: me if row.is_own else frozenset() for row in shown}
        return lines(shown, self.user, charges, self.away)

    @property
    def signs(self) -> list[WaitingTask]:
        """Tasks of others that wait for this person's signature."""
        return [row for row in self.lines if row.task.next_stage != Stage.PIC]

    @property
    def own(self) -> list[WaitingTask]:
        """The person's own tasks."""
        return [row for row in self.lines if row.task.next_stage == Stage.PIC]


def waiting_rows(ids: Iterable[int]) -> QuerySet[ChangeNotice]:
    """The changes of these ids with the time by which each is to be decided, oldest first."""
    return with_due(ChangeNotice.objects.filter(pk__in=ids).order_by("id"))


def with_due(rows: QuerySet[ChangeNotice]) -> QuerySet[ChangeNotice]:
    """Changes with the time by which each is to be decided."""
    return rows.annotate(due_at=due_of_record(ChangeNotice._meta.label))


def with_behalf(
    user: User, standing: Sequence[Substitution], *lists: Sequence[Any]
) -> None:
    """Give each row the names of those for whom this person decides on it, and whether it is late."""
    names = behalf_names(user.pk, standing) if any(lists) else {}
    for row in (each for rows in lists for each in rows):
        row.behalf = names.get((row._meta.label, row.pk), "")
        row.is_late = row.due_at is not None and row.due_at < timezone.now()


def waiting_boms(user: User, standing: Sequence[Substitution]) -> QuerySet[BomApproval]:
    """The BOMs that wait for this person, oldest first."""
    rows = boms_waiting_for(user, standing).select_related("opened_by")
    rows = rows.annotate(due_at=due_of_record(BomApproval._meta.label))
    return rows.order_by("opened_at", "id")


def task_lines(
    tasks: list[Task], user: User, away: Sequence[User]
) -> list[WaitingTask]:
    """Tasks with the button that this person has on each."""
    return lines(tasks, user, in_charge_by_task(tasks), away) if tasks else []


# --- The parts ---------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Waiting:
    """A row of what waits: a change, a BOM or the line of a task to sign."""

    template: str
    row: Any

    @property
    def due_at(self) -> datetime | None:
        """The time until which somebody is to decide or sign."""
        due: datetime | None = getattr(self.row, "due_at", None)
        return self.row.task.ends_at if hasattr(self.row, "task") else due


def waiting(page: Home) -> dict[str, Any]:
    """What waits for my decision, signature or answer, the soonest due first."""
    few = slice(SHOWN if page.own else SHOWN_ALONE)
    changes = [row for row in page.changes if not row.is_returned][few]
    _changes, boms, _tasks, asked = page.counts
    pics = waiting_boms(page.user, page.standing).order_by(SOONEST, "id")
    shown = list(pics[few]) if boms else []
    with_behalf(page.user, page.standing, changes, shown)
    questions = open_questions(page.user, SHOWN) if asked else []
    return {
        "waiting": soonest(
            [Waiting("ems/_change_line.html", row) for row in changes]
            + [Waiting("bom/_bom_line.html", row) for row in shown]
            + [Waiting("ems/_sign_line.html", line) for line in page.signs]
            + [Waiting("talk/_question_line.html", each) for each in questions]
        )[few],
        "waiting_count": sum(page.counts),
    }


def soonest(rows: list[Waiting]) -> list[Waiting]:
    """The soonest due first, then what is due at no time."""
    dated = sorted((row for row in rows if row.due_at), key=attrgetter("due_at"))
    return dated + [row for row in rows if not row.due_at]


def mine(page: Home) -> dict[str, Any]:
    """My tasks that are late or due this week, and what came back to me for rework."""
    returned = [row for row in page.changes if row.is_returned]
    returned.sort(key=attrgetter("updated_at"), reverse=True)
    return {"lines": page.own, "returned": returned[:SHOWN_MINE]}


def moved(page: Home) -> dict[str, Any]:
    """Two figures of this month against the last."""
    return {
        "months": [
            month_card(kind, page.frame.typed, page.version)
            for kind in (ChangeNotice.Kind.ECN, ChangeNotice.Kind.CCN)
        ]
    }


def recent(page: Home) -> dict[str, Any]:
    """What just happened."""
    return {"entries": recent_entries(SHOWN_NEWS, page.user, page.version)}


PARTS: dict[str, Callable[[Home], dict[str, Any]]] = {
    "waiting": waiting,
    "mine": mine,
    "moved": moved,
    "recent": recent,
}


def greeting(user: User) -> str:
    """Good morning, by the clock of Jakarta."""
    hour = timezone.localtime().hour
    words = ((11, _("Good morning")), (15, _("Good day")), (18, _("Good afternoon")))
    word = next((text for end, text in words if hour < end), _("Good evening"))
    return f"{word}, {str(user).split()[0]}"


def everything(user: User, version: int, frame: Frame) -> dict[str, Any]:
    """All parts that this person wants to see, for the first load."""
    found = places(frame.order, frame.hidden)
    context: dict[str, Any] = {
        "greeting": greeting(user),
        "now": timezone.localtime(),
        "places": found,
        "columns": columns(found),
        "bell_count": frame.unread,
    }
    page = Home(user, version, frame)
    for place in found:
        if not place.is_hidden:
            context |= PARTS[place.name](page)
    return context
