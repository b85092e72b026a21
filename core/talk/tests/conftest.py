"""A change of Agus's, on which Rina may decide, and the words to talk about it."""

from collections.abc import Iterator
from typing import Any

import pytest
import time_machine

from aianalyzer.services import record_generation
from bom.tests.conftest import put_up
from core.accounts.models import User
from core.talk.models import Comment
from core.talk.services import add_comment, ask_question
from core.talk.subjects import Place, place_of
from engineering.models import ChangeNotice
from engineering.tests.conftest import change
from tests.factories import a_document, an_activity

__all__ = ["change"]
NOON = "2026-03-17T05:00:00Z"


@pytest.fixture
def place(change: ChangeNotice) -> Place:
    """The change as a place to talk."""
    return place_of(change)


@pytest.fixture
def clock() -> Iterator[Any]:
    """A clock that stands until it is moved."""
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


def said(place: Place, by: User, text: str = "Sudah dicek.", **more: Any) -> Comment:
    """A comment."""
    return add_comment(place=place, by=by, text=text, **more)


def asked(
    place: Place, by: User, text: str = "Arusnya berapa?", **more: Any
) -> Comment:
    """A question; without a person to the requester."""
    return ask_question(place=place, by=by, text=text, **more)


@pytest.fixture
def bom_place(agus: User, hendi: User, sandbox: Any) -> Place:
    """A BOM that waits for Agus and Hendi."""
    return place_of(put_up(700, agus, hendi))


@pytest.fixture
def every_place(place: Place, bom_place: Place, agus: User) -> dict[str, Place]:
    """One record of each kind, by the kind's name."""
    activity = an_activity(agus)
    task = activity.tasks.order_by("pk")[0]
    analysis = record_generation(by=agus, fields={"file_name": "a.pdf", "content": "x"})
    records = (activity, task, a_document(agus), analysis)
    places = [place, bom_place, *map(place_of, records)]
    return {each.subject.name: each for each in places}
