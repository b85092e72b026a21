"""Substitutions as their page lists them."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Q
from django.utils.translation import gettext as _

from core.accounts.models import User
from core.approvals.models import RecordKind, Substitution

SHOWN = 200


@dataclass(frozen=True, slots=True)
class SubstitutionLine:
    """A substitution in the list; word and tone: whether it holds, is to come or has ended."""

    row: Substitution
    kinds: str
    word: str
    tone: str
    may_end: bool


def substitution_lines(
    user: User, today: date, *, is_admin: bool
) -> list[SubstitutionLine]:
    """A person's substitutions and those in which they stand in, the latest days first; everybody's
    for an administrator."""
    rows = Substitution.objects.select_related("person", "substitute")
    if not is_admin:
        rows = rows.filter(Q(person=user) | Q(substitute=user))
    found = rows.order_by("-last_day", "-id")[:SHOWN]
    return [_line(row, user, today, is_admin=is_admin) for row in found]


def _line(
    row: Substitution, user: User, today: date, *, is_admin: bool
) -> SubstitutionLine:
    word, tone = _state(row, today)
    is_theirs = user.pk in {row.person_id, row.made_by_id}
    return SubstitutionLine(
        row=row,
        kinds=", ".join(str(RecordKind(kind).label) for kind in row.kinds),
        word=word,
        tone=tone,
        may_end=tone != "mute" and (is_theirs or is_admin),
    )


def _state(row: Substitution, today: date) -> tuple[str, str]:
    if row.ended_at is not None or row.last_day < today:
        return _("ended"), "mute"
    if row.first_day > today:
        return _("to come"), "note"
    return _("in force"), "ok"
