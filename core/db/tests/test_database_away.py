"""PostgreSQL that cannot be reached: one thread asks whether it is back, and nobody else waits."""

import threading
from typing import Any

import psycopg
import pytest
from django.db import connection
from django.db.backends.postgresql.base import DatabaseWrapper as PlainWrapper

from core.db.postgres import base
from launcher.tests.project_copy import free_port, wait_until

SECONDS = 10.0


@pytest.fixture
def absence(monkeypatch: pytest.MonkeyPatch) -> base.Absence:
    """Nobody has looked yet, and the thread looks often."""
    found = base.Absence()
    monkeypatch.setattr(base, "absence", found)
    monkeypatch.setattr(base, "PAUSE", 0.01)
    return found


@pytest.fixture
def line(monkeypatch: pytest.MonkeyPatch) -> base.DatabaseWrapper:
    """A connection that cannot be had, since nobody listens there."""
    place = {"HOST": "127.0.0.1", "PORT": str(free_port()), "OPTIONS": {}}
    made = base.DatabaseWrapper(connection.settings_dict | {"USER": "x"} | place)
    monkeypatch.setattr(made, "close_pool", lambda: None)
    return made


def asked(line: base.DatabaseWrapper) -> None:
    line.get_new_connection(line.get_connection_params())


def test_once_it_is_known_to_be_away_nobody_asks(
    absence: base.Absence, line: base.DatabaseWrapper, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(psycopg.OperationalError):
        asked(line)
    assert wait_until(lambda: absence.is_known, SECONDS)
    calls: list[Any] = []
    monkeypatch.setattr(PlainWrapper, "get_new_connection", lambda *_: calls.append(1))
    with pytest.raises(psycopg.OperationalError, match="cannot be reached"):
        asked(line)
    assert calls == []


def test_when_it_is_back_everybody_may_ask_and_the_old_pool_is_gone(
    absence: base.Absence,
) -> None:
    is_back, forgotten = threading.Event(), threading.Event()

    def reach() -> None:
        if not is_back.is_set():
            raise psycopg.OperationalError("no")

    absence.suspect(reach, forgotten.set)
    assert wait_until(lambda: absence.is_known, SECONDS)
    assert not forgotten.is_set()
    is_back.set()
    assert wait_until(lambda: not absence.is_known, SECONDS)
    assert forgotten.is_set()


def test_a_pool_that_is_only_empty_is_no_absence(absence: base.Absence) -> None:
    looked, forgotten = threading.Event(), threading.Event()
    absence.suspect(looked.set, forgotten.set)
    assert looked.wait(SECONDS)
    assert wait_until(lambda: not absence._thread.is_alive(), SECONDS)  # type: ignore[union-attr]
    assert not absence.is_known
    assert not forgotten.is_set()


def test_many_that_got_none_start_one_thread(absence: base.Absence) -> None:
    may_end, looks = threading.Event(), []

    def reach() -> None:
        looks.append(1)
        may_end.wait(SECONDS)

    for _each in range(5):
        absence.suspect(reach, lambda: None)
    assert wait_until(lambda: bool(looks), SECONDS)
    assert len(looks) == 1
    may_end.set()
