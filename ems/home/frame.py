"""What the home page needs to know before it asks for anything else, in one query."""

from dataclasses import dataclass, field
from itertools import compress
from typing import Any

from django.db.models import Exists, JSONField, Subquery
from django.http import HttpRequest
from django.utils import timezone

from core.accounts.models import Role, User
from core.accounts.permissions import person
from core.accounts.queries import holds_role
from core.approvals.models import Substitution
from core.db.counting import how_many
from core.ledger.models import Event
from core.lists.models import HomeChoice
from ems.home.department import TYPED
from engineering.models import DashboardMetrics
from notifications.queries import notices_for


@dataclass(frozen=True, slots=True)
class Frame:
    """The number on the bell, how a person likes the page, whether they stand in for somebody today, and
    the figures of its two cards that somebody typed."""

    unread: int = 0
    order: list[str] = field(default_factory=list)
    hidden: list[str] = field(default_factory=list)
    stands_in: bool = False
    typed: dict[str, Any] = field(default_factory=dict)


def frame_of(request: HttpRequest) -> Frame:
    """The frame of the reader's page; the request then knows the newest event's id, and the reader
    their roles."""
    user = person(request)
    choice = HomeChoice.objects.filter(person=user.pk)
    figures = DashboardMetrics.objects.order_by("id")[:1]
    today = Substitution.objects.on(timezone.localdate())
    row = User.objects.filter(pk=user.pk).values_list(
        Subquery(Event.objects.order_by("-id").values("id")[:1]),
        how_many(notices_for(user).unread()),
        Subquery(choice.values("order"), output_field=JSONField()),
        Subquery(choice.values("hidden"), output_field=JSONField()),
        Exists(today.filter(substitute=user.pk)),
        *(holds_role(role) for role in Role),
        *(Subquery(figures.values(name)) for name in TYPED.values()),
    )
    version, unread, order, hidden, stands_in, *rest = row.get()
    held, typed = rest[: len(Role)], rest[len(Role) :]
    user.role_names = frozenset(compress(Role, held))
    request.ledger_version = version or 0  # type: ignore[attr-defined]
    known = dict(zip(TYPED.values(), typed, strict=True))
    return Frame(
        unread=unread or 0,
        order=order or [],
        hidden=hidden or [],
        stands_in=stands_in,
        typed={name: value for name, value in known.items() if value is not None},
    )
