"""Each figure of the home page and of the department opens exactly the rows that it counts, on any data."""

import random
import re
from collections.abc import Callable
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from activities.models import Activity, Task
from activities.tests.conftest import a_task, an_activity
from bom.tests.conftest import put_up
from core.accounts.models import User
from engineering.models import ChangeNotice, DashboardMetrics
from engineering.services import decide_change
from engineering.tests.conftest import a_change
from tests.people import Cast, text_of

pytestmark = pytest.mark.django_db
CARD = re.compile(r'<a href="([^"]+)">([^<]+)</a>\s*</span>\s*<b>(\d+)</b>')


@pytest.fixture(params=[1, 2, 3])
def crowd(request: pytest.FixtureRequest, cast: Cast) -> random.Random:
    """Changes of many months, and tasks that are late, signed, mine and others'."""
    dice = random.Random(request.param)  # noqa: S311
    today = timezone.localdate()
    put_up(700, cast.agus, cast.hendi)
    put_up(701, cast.rina)
    for _ in range(30):
        change = a_change(cast.agus, kind=dice.choice([0, 1, 2]))
        day = today - timedelta(days=dice.randint(0, 400))
        ChangeNotice.objects.filter(pk=change.pk).update(date=day)
        if dice.random() < 0.4:
            decide_change(change_id=change.pk, by=cast.rina, status=1)
    for _ in range(15):
        people = dice.choice([cast.agus, cast.hendi, cast.budi])
        an_activity(cast.hendi, a_task("SLD", people), a_task("Layout", cast.agus))
    for task in Task.objects.all():
        task.ends_at = timezone.now() + timedelta(days=dice.randint(-900, 60))
        task.starts_at = task.ends_at - timedelta(days=1)
        signed = [timezone.now()] * dice.choice([0, 0, 1, 2, 3])
        for stage, moment in zip(("pic", "spv", "manager"), signed, strict=False):
            setattr(task, f"completed_date_{stage}", moment)
        task.save()
    gone = dice.sample(sorted(Activity.objects.values_list("pk", flat=True)), 3)
    Activity.objects.filter(pk__in=gone).update(deleted_at=timezone.now())
    return dice


def cards(browser: Client, path: str = "/") -> dict[str, tuple[str, int]]:
    """Address and number of each linked card, by its label."""
    found = CARD.findall(text_of(browser.get(path)))
    return {label.strip(): (unescape(url), int(number)) for url, label, number in found}


def lists_of(browser: Client) -> str:
    """The home page without its feed, which tells of everything once more."""
    lists, feed, _rest = text_of(browser.get("/")).partition('id="home-recent"')
    assert feed
    return lists


def rows_behind(browser: Client, url: str) -> int:
    """How many rows a page lists."""
    context = browser.get(url, follow=True).context
    if url.startswith("/inbox/"):
        kinds = (context.get(name) or [] for name in ("waiting", "boms", "signs"))
        return sum(map(len, kinds)) + int(context["more"])
    if "page" in context and hasattr(context["page"], "paginator"):
        return int(context["page"].paginator.count)
    app = url.split("/")[1]
    totals = browser.get(url.replace(f"/{app}/", f"/{app}/totals/")).context["totals"]
    return int(totals.count)


@pytest.mark.parametrize("who", ["agus", "hendi", "rina"])
def test_each_card_opens_the_rows_that_it_counts(
    crowd: random.Random, cast: Cast, who: str
) -> None:
    browser = cast.browser(who)
    browser.cookies["django_language"] = "en"
    months = {"ECN this month", "CCN this month"}
    all_of_them = months | {"Pending changes", "Pending BOMs", "Overdue tasks"}
    for path, labels in (("/", months), ("/figures/", all_of_them)):
        found = cards(browser, path)
        assert set(found) == labels
        for label, (url, number) in found.items():
            assert rows_behind(browser, url) == number, (label, url)


@pytest.mark.parametrize("who", ["agus", "hendi", "rina"])
def test_what_waits_stands_once_the_soonest_first_and_its_number_counts_the_inbox(
    crowd: random.Random, cast: Cast, who: str
) -> None:
    browser = cast.browser(who)
    context = browser.get("/").context
    assert context["waiting_count"] == rows_behind(browser, "/inbox/")
    shown = [each.row for each in context["waiting"]]
    mine = [line.task for line in context["lines"]]
    assert not {getattr(row, "task", row) for row in shown} & set(mine)
    times = [each.due_at for each in context["waiting"]]
    dated = [moment for moment in times if moment]
    assert times == sorted(dated) + [None] * (len(times) - len(dated))
    inbox = browser.get("/inbox/").context
    due = [row.due_at for row in (*inbox["waiting"], *inbox["boms"])]
    due += [line.task.ends_at for line in inbox["signs"] if line.stage != "pic"]
    assert times == sorted(filter(None, due))[: len(times)] or None in times


def test_each_bar_of_the_chart_opens_the_changes_that_it_counts(
    crowd: random.Random, cast: Cast
) -> None:
    browser = cast.browser("rina")
    months = browser.get("/home/chart.json").json()
    for series in months["series"]:
        assert len(series["urls"]) == len(months["labels"]) == 12
        for number, url in zip(series["values"], series["urls"], strict=True):
            assert rows_behind(browser, url) == number, (series["name"], url)
    assert sum(sum(series["values"]) for series in months["series"]) > 0


def test_tasks_to_do_are_no_decisions_and_stand_once_on_the_page(
    agus: User, as_person: Callable[[User], Client], sandbox: Any
) -> None:
    an_activity(agus, a_task("Gambar SLD", agus))
    browser = as_person(agus)
    task = Task.objects.get()
    assert browser.get("/").context["waiting"] == []
    assert lists_of(browser).count(f'href="/activities/tasks/{task.pk}/"') == 1


def test_what_waits_for_me_is_not_repeated_as_waiting_for_others(
    agus: User, rina: User, as_person: Callable[[User], Client], sandbox: Any
) -> None:
    change = a_change(agus)
    browser = as_person(rina)
    assert lists_of(browser).count(change.number) == 1


def test_a_typed_figure_leads_nowhere(
    rina: User, as_person: Callable[[User], Client], sandbox: Any
) -> None:
    DashboardMetrics.objects.create(
        number_of_ecns_this_month=99, marks={"number_of_ecns_this_month": {}}
    )
    browser = as_person(rina)
    browser.cookies["django_language"] = "en"
    assert "ECN this month" not in cards(browser)
    assert "CCN this month" in cards(browser)


# --- The figures that the guide speaks of ---------------------------------------


@pytest.mark.parametrize("who", ["agus", "hendi", "rina"])
def test_the_numbers_of_the_menu_count_the_rows_that_wait(
    crowd: random.Random, cast: Cast, who: str
) -> None:
    browser = cast.browser(who)
    counts = {item["key"]: item["count"] for item in browser.get("/").context["nav"]}
    assert counts["inbox"] == rows_behind(browser, "/inbox/")
    assert counts["bom"] == len(browser.get("/inbox/").context["boms"])
    tasks = rows_behind(browser, "/inbox/?only=signatures")
    assert counts["activities"] == tasks
    assert counts["inbox"] == tasks + rows_behind(browser, "/inbox/?only=decisions")


@pytest.mark.parametrize("who", ["agus", "rina"])
def test_the_bell_counts_the_notices_that_the_list_shows_as_new(
    crowd: random.Random, cast: Cast, who: str
) -> None:
    browser = cast.browser(who)
    first = browser.get("/notifications/").context["page"]
    pages = [
        browser.get(f"/notifications/?page={number}").context["page"]
        for number in first.paginator.page_range
    ]
    new = sum(not notice.is_read for page in pages for notice in page)
    assert new > 0
    assert browser.get("/notifications/bell/").context["bell_count"] == new


@pytest.mark.parametrize("who", ["hendi", "rina"])
def test_the_number_beside_the_approval_list_counts_its_rows(
    crowd: random.Random, cast: Cast, who: str
) -> None:
    browser = cast.browser(who)
    links = browser.get("/").context["approvals"]
    counted = {each["url"]: each["count"] for each in links}
    paths = [
        f"/admin/{each}/?waiting=me"
        for each in ("engineering/changenotice", "bom/bomapproval")
    ]
    rows = {each: browser.get(each).context["cl"].result_count for each in paths}
    assert {path: count for path, count in rows.items() if count} == counted
