"""The life of a portal session: how it is kept, and whether it still holds.

Whatever must know whether a session holds asks here: the pages (``middleware``), the streams, and the
gate that looks before a body is read (``stream``).
"""

import hashlib
import time
from types import SimpleNamespace
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user
from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.core import signing
from django.utils import timezone

from core.accounts.models import User

BEGAN, SEEN = "began_at", "seen_at"
# Seconds between two notes of activity, so that reading costs no write.
WRITE_EVERY = 60
KEY_LENGTH = 40  # as wide as the column: 160 bits of the hash


def stored_key(key: str) -> str:
    """The stored form of a session's key: a hash."""
    return hashlib.sha256(key.encode("utf-8", "replace")).hexdigest()[:KEY_LENGTH]


class SessionStore(DatabaseStore):
    """Sessions in the database, each under the hash of its key.

    Who reads the database, or one of its backups, cannot go on in another person's name.
    """

    def _get_session_from_db(self) -> Any:
        rows = self.model.objects.filter(expire_date__gt=timezone.now())
        row = rows.filter(session_key=stored_key(self.session_key or "")).first()
        if row is None:
            self._session_key = None
        return row

    def exists(self, session_key: str) -> bool:
        """Whether a key is taken."""
        return super().exists(stored_key(session_key))

    def create_model_instance(self, data: dict[str, Any]) -> Any:
        """The row, under the hash."""
        row = super().create_model_instance(data)
        row.session_key = stored_key(row.session_key)
        return row

    def delete(self, session_key: str | None = None) -> None:
        """Remove a session by its key."""
        key = session_key or self.session_key
        if key:
            super().delete(stored_key(key))


def begin(session: SessionBase) -> None:
    """Start both clocks: that of use and that of the day."""
    session[BEGAN] = session[SEEN] = int(time.time())


def is_over(session: SessionBase) -> bool:
    """Whether it lay idle too long, or is older than a session may be."""
    now = int(time.time())
    idle = now - int(session.get(SEEN, now))
    age = now - int(session.get(BEGAN, now))
    return idle > settings.SESSION_IDLE_SECONDS or age > settings.SESSION_COOKIE_AGE


def note_use(session: SessionBase) -> None:
    """Remember that it was used; written once a minute at most."""
    now = int(time.time())
    session.setdefault(BEGAN, now)
    if now - session.setdefault(SEEN, now) >= WRITE_EVERY:
        session[SEEN] = now


class StoredSession(SessionStore):
    """A session by the name it is kept under, which opens nothing in a cookie."""

    # The row was signed by the other class, and Django's salt has the name of the class.
    key_salt = f"django.contrib.sessions.{SessionStore.__qualname__}"

    def _get_session_from_db(self) -> Any:
        rows = self.model.objects.filter(expire_date__gt=timezone.now())
        return rows.filter(session_key=self.session_key or "").first()


def user_of_stored(name: str) -> User | None:
    """The same as ``user_of_session``, by the name that the session is kept under."""
    return _user_of(StoredSession(name)) if name else None


def user_of_session(key: str) -> User | None:
    """The active person of a session that still holds, by the rules of every page.

    Looking is no use: it neither writes nor keeps the session alive.
    """
    return _user_of(SessionStore(key)) if key else None


def _user_of(session: SessionStore) -> User | None:
    if is_over(session):
        return None
    request: Any = SimpleNamespace(session=session)
    user = get_user(request)
    return user if isinstance(user, User) else None


# The frame of a PDF asks for a new address before this one ends, for as long as the session holds.
PREVIEW_SECONDS = 600


def preview_key(salt: str, row: int, session: str) -> str:
    """A signed key for the file of a row that holds as long as the session, whose stored key this is."""
    return signing.dumps({"row": row, "session": session}, salt=salt)


def previewed(salt: str, key: str) -> tuple[int, str] | None:
    """The row and the session that a key names; None when it is too old, or its session is over."""
    try:
        said = signing.loads(key, salt=salt, max_age=PREVIEW_SECONDS)
    except signing.BadSignature:
        return None
    session = str(said.get("session", ""))
    return (said["row"], session) if user_of_stored(session) is not None else None
