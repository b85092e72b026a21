"""Notices that something was committed, by whichever process; one watcher per process.

PostgreSQL tells through LISTEN/NOTIFY; SQLite's ``PRAGMA data_version`` changes when another
connection commits. Nothing depends on it: a page that misses a hint asks again by itself.
"""

import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import psycopg
import structlog
from django.db import close_old_connections, connection

from core.ledger.queries import last_event_id
from core.ledger.services import LIVE_CHANNEL
from notifications.queries import events_after, recipients_of

log = structlog.get_logger(__name__)
SQLITE_SECONDS = 0.1
POSTGRES_SECONDS = 5.0
RETRY_SECONDS = 1.0
MAX_EVENTS = 500
LOOK_BACK = 200  # events; more transactions than that are never open at once
TOPICS = {
    "engineering.ChangeNotice": ("changes", "inbox", "home"),
    "bom.BomApproval": ("boms", "inbox", "home"),
    "activities.Activity": ("activities", "inbox", "home"),
    "activities.Task": ("activities", "inbox", "home"),
    "aianalyzer.InquiryAiGeneration": ("analyses",),
    "supportdocs.SupportTable": ("documents",),
    "talk.Comment": ("talk", "inbox", "home"),
    "ledger.Delivery": ("deliveries", "boms", "activities"),
    "engineering.DashboardMetrics": ("home",),
}
Hint = tuple[int, frozenset[str], frozenset[int]]


def hint_for(after: int) -> Hint | None:
    """The events after one: the last id, the topics, and the people who got a notice.

    More than 500 events are answered by the topic ``all``: refresh everything.
    """
    events = events_after(after, MAX_EVENTS + 1)
    return _hint(events, events[-1][0]) if events else None


def _hint(events: list[tuple[int, str]], last: int) -> Hint:
    topics = {topic for _id, kind in events for topic in TOPICS.get(kind, ())}
    if len(events) > MAX_EVENTS:
        topics = {"all"}
    ids = [event_id for event_id, _kind in events]
    return last, frozenset(topics), recipients_of(ids)


class Reader:
    """Reads on from the last event; an event may commit after one with a higher id, so it looks
    back a little each time and leaves out what it has told of."""

    def __init__(self, last: int) -> None:
        self.last = last
        self.told = {pk for pk, _kind in events_after(last - LOOK_BACK, LOOK_BACK)}

    def news(self) -> Hint | None:
        """What was committed since it was asked before."""
        rows = events_after(self.last - LOOK_BACK, LOOK_BACK + MAX_EVENTS + 1)
        new = [row for row in rows if row[0] not in self.told]
        if not new:
            return None
        self.last = max(self.last, new[-1][0])
        edge = self.last - LOOK_BACK
        self.told = {pk for pk in (*self.told, *(row[0] for row in new)) if pk > edge}
        return _hint(new, self.last)


def watch(tell: Callable[[Hint], None], stop: threading.Event) -> None:
    """Tell of every commit until stopped; outlives a database that goes away."""
    reader: Reader | None = None
    while not stop.is_set():
        try:
            reader = reader or Reader(last_event_id())
            for _pulse in pulses(stop):
                while hint := reader.news():
                    tell(hint)
        except Exception:
            log.exception("live_watcher_failed")
            stop.wait(RETRY_SECONDS)
        finally:
            close_old_connections()


def pulses(stop: threading.Event) -> Iterator[None]:
    """One pulse per commit of anybody, or every few seconds."""
    return (
        _postgres_pulses(stop)
        if connection.vendor == "postgresql"
        else _sqlite_pulses(stop)
    )


def _sqlite_pulses(stop: threading.Event) -> Iterator[None]:
    path = connection.settings_dict["NAME"]
    uri = str(path).startswith("file:")
    with sqlite3.connect(path, uri=uri, check_same_thread=False) as own:
        seen = -1
        while not stop.wait(SQLITE_SECONDS):
            version = own.execute("PRAGMA data_version").fetchone()[0]
            if version != seen:
                seen = version
                yield


def _postgres_pulses(stop: threading.Event) -> Iterator[None]:
    # Within a transaction PostgreSQL would hold the notices back until its end.
    own = psycopg.connect(**_connect_parameters(), autocommit=True)
    with own:
        own.execute(f"LISTEN {LIVE_CHANNEL}")
        while not stop.is_set():
            for _notice in own.notifies(timeout=POSTGRES_SECONDS, stop_after=1):
                time.sleep(0)
            yield


def _connect_parameters() -> dict[str, Any]:
    """The connection's own parameters, without the pool and its time limits."""
    known = connection.get_connection_params()
    wanted = ("dbname", "user", "password", "host", "port", "sslmode")
    return {name: known[name] for name in wanted if known.get(name)}
