"""Distances in time are spelled by one rule; tests/journeys/test_distances.py holds the browser to it."""

from datetime import datetime

import pytest
import time_machine
from django.template import Context, Template
from django.utils import translation

from core.text.formatting import distance
from core.text.tests.spelled_distances import NOW, SPELLED


@pytest.mark.parametrize(("now", "then", "indonesian", "english"), SPELLED)
def test_the_server_spells_a_distance(
    now: str, then: str, indonesian: str, english: str
) -> None:
    with time_machine.travel(now, tick=False):
        for language, words in (("id", indonesian), ("en", english)):
            with translation.override(language):
                spelled = distance(datetime.fromisoformat(then))
                assert spelled.replace("\u00a0", " ") == words


def test_a_date_is_not_said_twice() -> None:
    source = "{% load ui %}{{ at|moment }}{% ago at before=' · ' %}"
    with time_machine.travel(NOW, tick=False), translation.override("en"):
        near = Context({"at": datetime.fromisoformat("2026-11-28T09:00:00+07:00")})
        assert "28 Nov 2026 09:00 · <time" in Template(source).render(near)
        far = Context({"at": datetime.fromisoformat("2026-11-02T09:00:00+07:00")})
        assert Template(source).render(far) == "02 Nov 2026 09:00"
