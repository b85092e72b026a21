"""Notices as their reader sees them: worded anew, and those about one record together."""

from collections.abc import Iterable
from dataclasses import dataclass

from notifications.models import Notification
from notifications.queries.texts import message_of, title_of


def own_rows(rows: Iterable[Notification]) -> list[Notification]:
    """The notices with title and message in the reader's language; nothing is saved."""
    found = list(rows)
    for notice in found:
        notice.title = title_of(notice.kind, notice.facts)
        notice.message = message_of(notice.kind, notice.facts)
    return found


@dataclass(frozen=True, slots=True)
class Group:
    """The notices about one record, the newest first; ``earlier`` are folded."""

    newest: Notification
    earlier: list[Notification]

    @property
    def is_unread(self) -> bool:
        """Whether one of them is."""
        return any(not each.is_read for each in (self.newest, *self.earlier))


def grouped(rows: Iterable[Notification]) -> list[Group]:
    """Notices of a page by their record, in the order of the newest of each; without a record each by itself."""
    groups: dict[object, Group] = {}
    for notice in own_rows(rows):
        record = (notice.record_type, notice.record_id)
        key: object = record if notice.record_id is not None else notice.pk
        if key in groups:
            groups[key].earlier.append(notice)
        else:
            groups[key] = Group(notice, [])
    return list(groups.values())
