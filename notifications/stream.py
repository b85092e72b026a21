"""``/live``: a bare ASGI endpoint that tells open pages what to refresh.

A message is ``{"id": last event, "topics": [...]}``; the page fetches the parts it shows. A
connection costs a queue of one entry: hints that pile up are merged.
"""

import asyncio
import json
import random
import threading
from collections import Counter
from dataclasses import dataclass, field
from urllib.parse import parse_qs

from core.accounts.sessions import user_of_session
from core.accounts.stream import session_key
from core.http.server_sent_events import (
    HEARTBEAT,
    SESSION_CHECK,
    Receive,
    Scope,
    Send,
    header,
    in_thread,
    refuse,
    send_piece,
    start,
    until_gone,
)
from core.text.ids import as_id
from notifications.watcher import Hint, hint_for, watch

PER_PERSON = 8
PER_PROCESS = 2_000


@dataclass(eq=False)
class Subscriber:
    """One open page."""

    user_id: int
    waiting: asyncio.Event = field(default_factory=asyncio.Event)
    last_id: int = 0
    topics: set[str] = field(default_factory=set)

    def put(self, hint: Hint) -> None:
        """Merge a hint into what waits to be sent."""
        last_id, topics, people = hint
        self.last_id = max(self.last_id, last_id)
        self.topics |= topics
        if self.user_id in people or topics & {"changes", "all"}:
            self.topics.add("bell")
        self.waiting.set()

    def take(self) -> bytes:
        """The merged message; empties the queue."""
        body = json.dumps({"id": self.last_id, "topics": sorted(self.topics)})
        self.topics.clear()
        self.waiting.clear()
        return f"id: {self.last_id}\ndata: {body}\n\n".encode()


class Hub:
    """The open pages of this process, and the thread that watches the database for them."""

    def __init__(self) -> None:
        self.subscribers: set[Subscriber] = set()
        self.per_person: Counter[int] = Counter()
        self.stop = threading.Event()
        self.thread: threading.Thread | None = None

    def has_room(self, user_id: int) -> bool:
        """Whether one more page of this person may listen (docs/threats.md#t54b)."""
        return (
            len(self.subscribers) < PER_PROCESS
            and self.per_person[user_id] < PER_PERSON
        )

    def join(self, subscriber: Subscriber) -> None:
        """Listen; the first one starts the watcher."""
        self.subscribers.add(subscriber)
        self.per_person[subscriber.user_id] += 1
        if self.thread is None:
            loop = asyncio.get_running_loop()
            # The watcher is a thread, and the queues belong to the loop.
            tell = lambda hint: loop.call_soon_threadsafe(self.broadcast, hint)  # noqa: E731
            self.thread = threading.Thread(
                target=watch, args=(tell, self.stop), name="live-watcher", daemon=True
            )
            self.thread.start()

    def leave(self, subscriber: Subscriber) -> None:
        self.subscribers.discard(subscriber)
        self.per_person[subscriber.user_id] -= 1

    def broadcast(self, hint: Hint) -> None:
        """Give a hint to every page of this process."""
        for subscriber in self.subscribers:
            subscriber.put(hint)


hub = Hub()


async def live(scope: Scope, receive: Receive, send: Send) -> None:
    """Serve one stream until the page goes away or the session ends."""
    key = session_key(scope)
    user = await in_thread(user_of_session, key)
    if user is None:
        await refuse(send, 401)
    elif not hub.has_room(user.pk):
        await refuse(send, 429)
    else:
        await stream(scope, receive, send, Subscriber(user.pk), key)


async def stream(
    scope: Scope, receive: Receive, send: Send, subscriber: Subscriber, key: str
) -> None:
    """Start the answer, replay what was missed, then send hints as they come."""
    # Before what was missed is read: an event between the two would be told to nobody.
    hub.join(subscriber)
    gone = asyncio.create_task(until_gone(receive))
    try:
        await start(send)
        retry = random.randint(3000, 10_000)  # noqa: S311  (spreads reconnects)
        await send_piece(send, f"retry: {retry}\n\n".encode())
        if hint := await in_thread(hint_for, last_seen(scope)):
            subscriber.put(hint)
        await send_hints(send, subscriber, gone, key)
    finally:
        hub.leave(subscriber)
        gone.cancel()


async def send_hints(
    send: Send, subscriber: Subscriber, gone: "asyncio.Task[None]", key: str
) -> None:
    """One message per hint, a heartbeat every 15 s, the session checked every 60 s."""
    checked = asyncio.get_running_loop().time()
    while not gone.done():
        wait = asyncio.create_task(subscriber.waiting.wait())
        await asyncio.wait(
            {wait, gone}, timeout=HEARTBEAT, return_when="FIRST_COMPLETED"
        )
        wait.cancel()
        if gone.done():
            return
        await send_piece(send, subscriber.take() if subscriber.topics else b": \n\n")
        now = asyncio.get_running_loop().time()
        if now - checked > SESSION_CHECK:
            checked = now
            if await in_thread(user_of_session, key) is None:
                return


def last_seen(scope: Scope) -> int:
    """The last event that the page saw: ``Last-Event-ID`` of a reconnecting browser, or
    ``?since=``; beyond every event when it is a new page."""
    query = parse_qs(scope.get("query_string", b"").decode("latin-1"))
    text = header(scope, b"last-event-id") or query.get("since", [""])[0]
    seen = as_id(text)
    return 2**62 if seen is None else seen
