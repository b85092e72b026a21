"""Changes as people talk about them."""

from django.db.models import Q

from core.talk.subjects import Line, TalkSubject
from core.text.formatting import quantity
from engineering.models import ChangeItem, ChangeNotice


def _concerned(change: ChangeNotice) -> Q:
    return Q(pk__in=[change.requester_id or 0, change.created_by_id or 0])


def _lines(change: ChangeNotice) -> list[Line]:
    rows = change.items.filter(deleted_at=None)
    return [Line(str(row.pk), line_text(row)) for row in rows]


def line_text(item: ChangeItem) -> str:
    """A line of a change in one sentence: in or out, how many, what."""
    sign = "\N{MINUS SIGN}" if item.direction == ChangeItem.Direction.DECREASE else "+"
    words = [f"{sign} {quantity(item.qty)} {item.unit}".strip(), str(item)]
    return " · ".join(dict.fromkeys([*words, item.part_name or str(item)]))


CHANGES = TalkSubject(
    name="change",
    model=ChangeNotice,
    rows=ChangeNotice.objects.alive,
    view="engineering:change_detail",
    number=lambda change: change.number,
    requester=lambda change: change.requester_id or change.created_by_id,
    concerned=_concerned,
    lines=_lines,
)
