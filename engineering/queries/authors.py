"""The authors of a change's content, read from its history.

The history is written once and never changed, so nobody stops being an author by editing again.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings

from core.approvals.policies import Authors
from core.ledger.models import Event
from engineering.models import ChangeNotice
from engineering.permissions import ChangeUnderRule

EDITED = "change.edited"
REQUESTER = "ext_user_id"


@dataclass(slots=True)
class Authorship:
    """The people who ever asked for a change, and the last writer of each part of its content.

    ``raised``: user ids of the person who raised it and of the present requester; ``asked``: auth server ids
    of every requester there ever was, who may not have logged in yet; ``wrote``: the last writer of
    each part that was edited; ``named``: (user id, auth server id of the requester that this person named).
    """

    raised: frozenset[int]
    asked: set[int]
    wrote: dict[str, int] = field(default_factory=dict)
    named: set[tuple[int, int]] = field(default_factory=set)

    def is_requester(self, user_id: int, ext_id: int | None) -> bool:
        """Whether this person raised the change or ever asked for it."""
        return user_id in self.raised or ext_id in self.asked

    def is_author(self, user_id: int, ext_id: int | None) -> bool:
        """Whether this person asked for it, or wrote something of it that still stands."""
        return self.is_requester(user_id, ext_id) or user_id in self.wrote.values()

    def among(self, people: Iterable[int], ext_ids: Mapping[int, int]) -> Authors:
        """Those of these people (user ids) who are authors, as the policy wants them."""
        asked = {each for each in people if self.is_requester(each, ext_ids.get(each))}
        named = {
            (writer, person)
            for writer, ext_id in self.named
            for person in asked
            if ext_ids.get(person) == ext_id
        }
        return Authors(
            frozenset() if settings.REQUESTER_MAY_DECIDE else frozenset(asked),
            frozenset(self.wrote.values()) - asked,
            frozenset(named),
        )

    def add_edit(self, event: Event) -> None:
        """Take one edit into account; a part belongs to its last writer."""
        was, now, by = event.before or {}, event.after or {}, event.actor_id or 0
        for name in was.keys() - {"items", "files"}:
            self.wrote[name] = by
        self._add_lines(was.get("items", {}), now.get("items", {}), event)
        was_files, files = was.get("files", {}), now.get("files", {})
        for key in was_files.keys() ^ files.keys():
            self.wrote[f"{event.seq}:file {key}"] = by
        if REQUESTER in was:
            self.asked |= {was[REQUESTER], now.get(REQUESTER)} - {None}
            self.named.add((by, now.get(REQUESTER) or 0))

    def _add_lines(
        self, was: Mapping[str, Any], now: Mapping[str, Any], event: Event
    ) -> None:
        by = event.actor_id or 0
        for key in was.keys() | now.keys():
            if key not in was:  # a new line has no id of its own in its first event
                self.wrote[f"{event.seq}:{key}"] = by
            elif key not in now:
                self._forget_line(key)
                self.wrote[key] = by
            else:
                for name in now[key]:
                    if was[key].get(name) != now[key][name]:
                        self.wrote[f"{key}.{name}"] = by

    def _forget_line(self, key: str) -> None:
        """Forget the writers of a line that was removed."""
        for part in [part for part in self.wrote if part.startswith(f"{key}.")]:
            del self.wrote[part]


def authorship_of(changes: Iterable[ChangeUnderRule]) -> dict[int, Authorship]:
    """Authorship by id of the change; one query, and none while nothing was edited."""
    rows = list(changes)
    found = {row.pk: _raised(row) for row in rows}
    edited = [row.pk for row in rows if row.revision > 1]
    if edited:
        events = Event.objects.filter(
            record_type=ChangeNotice._meta.label, record_id__in=edited, kind=EDITED
        )
        for event in events.order_by("record_id", "seq"):
            found[event.record_id].add_edit(event)
    return found


def _raised(row: ChangeUnderRule) -> Authorship:
    raised = {row.requester_id, row.created_by_id} - {None}
    asked = {row.ext_user_id} - {None}
    return Authorship(frozenset(raised), asked)  # type: ignore[arg-type]
