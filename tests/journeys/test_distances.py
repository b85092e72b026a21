"""A relative time reads the same before and after the page's script has kept it true."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
import time_machine
from django.utils import translation

from core.text import formatting
from core.text.tests.spelled_distances import SPELLED
from tests.journeys.conftest import Visitor

pytestmark = pytest.mark.browser
SPELL = """async (rows) => {
  const { distance } = await import("ems/times");
  return rows.map(([now, then, exact]) => distance(Date.parse(then), exact, Date.parse(now)));
}"""
# New York: what the browser's own clock is set to must not matter.
SOMEWHERE: dict[str, Any] = {"timezone_id": "America/New_York"}


@pytest.mark.parametrize("language", ["id", "en"])
def test_the_browser_spells_distances_as_the_server_does(
    visit: Callable[..., Visitor], language: str
) -> None:
    visitor = visit("agus", **SOMEWHERE)
    cookie = {"name": "django_language", "value": language, "url": visitor.portal.url}
    visitor.page.context.add_cookies([cookie])
    visitor.go("/styleguide/")
    rows, server = [], []
    for now, then, *_words in SPELLED:
        moment = datetime.fromisoformat(then)
        with time_machine.travel(now, tick=False), translation.override(language):
            rows.append([now, then, formatting.moment(moment)])
            server.append(formatting.distance(moment))
    assert visitor.page.evaluate(SPELL, rows) == server


# What the server sent beside what the script has made of it.
JUMPED = """async () => {
  const sent = await (await fetch(location.href, { headers: { Accept: "text/html" } })).text();
  const times = (root) => [...root.querySelectorAll("time[data-relative]")].map((each) => each.textContent);
  const before = times(new DOMParser().parseFromString(sent, "text/html"));
  return times(document).map((text, place) => [before[place], text]).filter(([one, other]) => one !== other);
}"""


def test_no_relative_time_jumps_when_the_script_starts(
    visit: Callable[..., Visitor],
) -> None:
    visitor = visit("rina", **SOMEWHERE)
    for path in ("/", "/changes/", "/bom/", "/documents/1/"):
        visitor.go(path)
        visitor.page.wait_for_load_state("networkidle")
        found = visitor.page.evaluate(JUMPED)
        # A minute may pass between the two.
        assert [pair for pair in found if "minute" not in pair[1]] == [], path
