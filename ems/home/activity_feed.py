"""The feed of recent events, one line each."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models.fields.json import KT
from django.utils import timezone
from django.utils.translation import get_language

from core.accounts.models import User
from core.db.memoize import cached_until
from core.ledger.history import KINDS, Entry, news_of
from core.ledger.models import Event
from ems.home.record_pages import Key, RecordPage, record_pages

LOOKED_AT = 100  # events; what is folded away leaves room for older ones
COLUMNS = ("kind", "actor_name", "at", "note", "record_type", "record_id")


@dataclass(slots=True)
class FeedLine:
    """One person's acts on one record on one day, counted, with the latest time."""

    kind: str
    who: str
    key: Key
    number: str  # of a change, which may be withdrawn meanwhile
    at: datetime
    note: str
    times: int = 1


def recent_entries(count: int, user: User, version: int) -> list[Entry]:
    """The latest lines as the timeline takes them, newest first, with the pages of their records.

    Remembered until something happens: ``version`` is the newest event's id.
    """
    name = f"feed {user.pk} {get_language()} {count}"
    rows = cached_until(name, version, lambda: _latest(count, user))
    return [Entry(**row | {"at": datetime.fromisoformat(row["at"])}) for row in rows]


def _latest(count: int, user: User) -> list[dict[str, Any]]:
    quiet = [kind.name for kind in KINDS.values() if kind.is_quiet]
    rows = Event.objects.exclude(kind__in=quiet).order_by("-id").values(*COLUMNS)
    lines = _grouped(rows.annotate(number=KT("after__number"))[:LOOKED_AT])[:count]
    pages = record_pages([line.key for line in lines], user)
    return [_entry(line, pages.get(line.key, RecordPage(""))) for line in lines]


def _grouped(rows: Iterable[dict[str, Any]]) -> list[FeedLine]:
    """Equal acts of one person on one record and day are one line, where the latest stands."""
    found: dict[tuple[Any, ...], FeedLine] = {}
    for row in rows:
        key = (row["record_type"], row["record_id"])
        day = timezone.localdate(row["at"])
        line = FeedLine(
            row["kind"],
            row["actor_name"],
            key,
            row["number"] or "",
            row["at"],
            row["note"],
        )
        first = found.setdefault((line.kind, line.who, key, day), line)
        if first is not line:
            first.times += 1
    return list(found.values())


def _entry(line: FeedLine, page: RecordPage) -> dict[str, Any]:
    """The values of an ``Entry``, with its time as text."""
    return {
        "who": line.who or "EMS",
        "what": str(news_of(line.kind)),
        "about": str(page.name or line.number),
        "url": page.url,
        "times": line.times if line.times > 1 else 0,
        "at": line.at.isoformat(),
        "note": line.note,
    }
