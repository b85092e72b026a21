"""The home page as each person likes it: parts hidden and ordered, kept per person, asking little."""

import re
from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client

from activities.tests.conftest import a_task, an_activity
from core.accounts.models import User
from core.lists.models import HomeChoice
from ems.tests.test_page_queries import Counter, count
from engineering.tests.conftest import a_change
from tests.people import text_of

pytestmark = pytest.mark.django_db
Log = Callable[[User], Client]
PART = re.compile(r'id="home-(\w+)"')
# Beside the session, the person, the roles, the menu and the bell, which every page asks for; and where
# nothing is remembered from the page before.
OWN, OWN_COLD = 10, 16


def parts(client: Client) -> list[str]:
    return PART.findall(text_of(client.get("/")))


def do(client: Client, *verbs: str) -> list[str]:
    for verb in verbs:
        answer = client.post("/home/arrange/", {"do": verb})
        assert answer["Location"] == "/?arrange"
    return parts(client)


def test_each_arranges_for_themselves(agus: User, rina: User, as_person: Log) -> None:
    client, usual = as_person(agus), ["waiting", "mine", "moved", "recent"]
    assert parts(client) == usual
    assert do(client, "up:recent") == ["waiting", "mine", "recent", "moved"]
    assert do(client, "down:waiting", "hide:moved") == ["mine", "waiting", "recent"]
    assert parts(as_person(rina)) == usual
    assert do(client, "show:moved") == ["mine", "waiting", "recent", "moved"]
    assert do(client, "reset:") == usual


@pytest.mark.parametrize(
    "verb", ["", "up", "up:", "up:nothing", "burn:mine", "hide:" + "x" * 5000, "up:\0"]
)
def test_what_makes_no_sense_changes_nothing(
    agus: User, as_person: Log, verb: str
) -> None:
    client = as_person(agus)
    before = parts(client)
    assert do(client, verb) == before


def test_the_ends_are_ends_and_an_old_name_is_left_out(
    agus: User, as_person: Log
) -> None:
    client = as_person(agus)
    assert do(client, "up:waiting", "down:recent") == parts(client)
    HomeChoice.objects.update(order=["gone", "recent"], hidden=["gone"])
    assert parts(client) == ["recent", "waiting", "mine", "moved"]


def test_the_buttons_are_there_when_asked_for(agus: User, as_person: Log) -> None:
    client = as_person(agus)
    assert "up:mine" not in text_of(client.get("/"))
    page = text_of(client.get("/?arrange"))
    assert all(f'value="{verb}:mine"' in page for verb in ("up", "down", "hide"))


def test_home_asks_little_and_less_without_a_part(
    agus: User, rina: User, as_person: Log, sandbox: object
) -> None:
    for _each in range(3):
        a_change(agus)
        an_activity(agus, a_task("Gambar SLD", agus, rina))
    client = as_person(rina)
    client.get("/")
    whole = count(client, "/")
    assert whole - count(client, "/help/home/") <= OWN_COLD
    client.get("/")
    assert warm(client, "/") - warm(client, "/help/home/") <= OWN
    do(client, "hide:waiting", "hide:recent")
    assert count(client, "/") < whole


def warm(client: Client, path: str) -> int:
    """The statements of one GET with what the page before has left remembered."""
    counter = Counter()
    with connection.execute_wrapper(counter):
        assert client.get(path).status_code == 200
    return len(counter.statements)
