"""Every field of every form of ours, and every action of the admin, with values that no person types.

The forms are read from the pages themselves, so that a new one is swept with the day it is shown.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from http import HTTPStatus
from typing import Any
from urllib.parse import quote_from_bytes, urljoin

import pytest
from django.contrib import admin
from django.test import RequestFactory

from core.ledger.admin import TableAdmin
from tests.contract.world import World, make_world, undone
from tests.people import Caller, Cast
from tests.security.admin_pages import MODELS
from tests.security.authz import all_pages
from tests.security.test_matrix import _rows_of_the_admin

NUMBERS = ("\u00b2", "9" * 30, "9" * 5000, str(2**64), "abc")
TEXT = "a\0\ud800\u00b2"
VALUES = (*NUMBERS, TEXT)
FORM = "application/x-www-form-urlencoded"
# Leaving is no field; a file is swept in test_documents.py.
SKIPPED = ("/logout", "/login/")
TYPED = {"submit", "file", "image", "reset", "button"}
Fields = list[tuple[str, str]]
WORDS = {"text", "search", "email", "password", "textarea"}


@dataclass
class Form:
    """A form of a page: where it goes, and what it would send."""

    action: str
    fields: Fields = field(default_factory=list)
    words: set[str] = field(default_factory=set)  # names of what takes words


class Forms(HTMLParser):
    """The forms of a page that are posted."""

    def __init__(self, path: str) -> None:
        super().__init__()
        self.path, self.found = path, list[Form]()
        self.form: Form | None = None
        self.select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Fields are taken in the order of the page."""
        given = {name: value or "" for name, value in attrs}
        if tag == "form" and given.get("method", "").lower() == "post":
            self.form = Form(urljoin(self.path, given.get("action") or self.path))
            self.found.append(self.form)
        elif self.form and tag in {"input", "button", "textarea"} and "name" in given:
            kind = given.get("type", "text") if tag == "input" else tag
            if kind not in TYPED or tag == "button":
                self.form.fields.append((given["name"], given.get("value", "")))
            if kind in WORDS and not given.get("inputmode"):
                self.form.words.add(given["name"])
        elif self.form and tag == "select":
            self.select = given.get("name", "")
            self.form.fields.append((self.select, ""))
        elif self.form and tag == "option" and self.select and "value" in given:
            self.form.fields[-1] = (self.select, given["value"])

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.form = None
        elif tag == "select":
            self.select = ""


def body_of(fields: Fields) -> bytes:
    """As a hostile program sends it: a lone surrogate, too."""
    pairs = (
        f"{quote_from_bytes(name.encode())}={quote_from_bytes(value.encode('utf-8', 'surrogatepass'))}"
        for name, value in fields
    )
    return "&".join(pairs).encode()


def forms_of(caller: Caller, path: str) -> list[Form]:
    """The forms on a page; none where it is no page for this person."""
    answer = caller.call("GET", path)
    if answer.status_code != HTTPStatus.OK or answer.streaming:
        return []
    if "html" not in answer.headers.get("Content-Type", ""):
        return []
    parser = Forms(path)
    parser.feed(answer.content.decode())
    return [form for form in parser.found if not form.action.endswith(SKIPPED)]


def spoiled(form: Form, seen: set[tuple[str, str]]) -> Iterator[Fields]:
    """The form with one field spoiled at a time; fields that are alike once in the whole sweep."""
    place = re.sub(r"\d+", "N", form.action)
    names = dict.fromkeys(name for name, _value in form.fields)
    for name in names:
        key = (place, re.sub(r"\d+", "N", name))
        if name == "csrfmiddlewaretoken" or key in seen:
            continue
        seen.add(key)
        others = [pair for pair in form.fields if pair[0] != name]
        for value in (TEXT,) if name in form.words else VALUES:
            yield [*others, (name, value)]


def broken(caller: Caller, form: Form, seen: set[tuple[str, str]]) -> list[str]:
    """Answers of the server's own fault, a line each."""
    found = []
    for fields in spoiled(form, seen):
        with undone():
            answer = caller.call(
                "POST", form.action, body_of(fields), content_type=FORM
            )
        if answer.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR:
            name, value = fields[-1]
            found.append(f"{form.action} {name}={value[:24]!r}: {answer.status_code}")
    return found


def sweep(caller: Caller, paths: list[str], seen: set[tuple[str, str]]) -> list[str]:
    """All forms of these pages."""
    return [
        line
        for path in paths
        for form in forms_of(caller, path)
        for line in broken(caller, form, seen)
    ]


@pytest.fixture
def world(cast: Cast) -> World:
    """The small department, and one row for each list of the admin."""
    world = make_world(cast)
    world.ids.update(_rows_of_the_admin(world))
    return world


def paths_of(world: World) -> list[str]:
    """Every page that somebody may read."""
    pages = [page for page in all_pages().values() if page.reads]
    return [world.path(page.path) for page in pages]


@pytest.mark.slow
@pytest.mark.once
def test_no_value_of_a_form_is_a_crash(world: World) -> None:
    """As administrator, and as manager and SPV what only they are shown."""
    seen: set[tuple[str, str]] = set()
    found = []
    for name in ("admin", "rina", "hendi"):
        caller = world.cast.browser(name, raise_request_exception=False)
        found += sweep(caller, paths_of(world), seen)
    assert len(seen) > 100
    assert not found, "\n".join(found)


def actions_of(world: World, name: str) -> Iterator[tuple[str, str]]:
    """Every list of the admin with every action that this person is offered there."""
    request: Any = RequestFactory().get("/admin/")
    request.user = world.cast.people[name]
    for model, page in admin.site._registry.items():
        path = f"/admin/{model._meta.app_label}/{model._meta.model_name}/"
        for action in page.get_actions(request):
            yield path, action


@pytest.mark.parametrize("name", ["admin", "rina"])
@pytest.mark.parametrize("value", VALUES)
def test_no_choice_of_rows_is_a_crash(world: World, name: str, value: str) -> None:
    caller = world.cast.browser(name, raise_request_exception=False)
    offered = list(actions_of(world, name))
    assert len(offered) >= 6
    for path, action in offered:
        body = body_of([("action", action), ("_selected_action", value)])
        with undone():
            answer = caller.call("POST", path, body, content_type=FORM)
        assert answer.status_code < 500, f"{path} {action}"


def test_every_list_of_the_admin_is_known() -> None:
    known = {
        f"{model._meta.app_label}/{model._meta.model_name}"
        for model in admin.site._registry
    }
    assert known == set(MODELS)


# --- Negative controls ----------------------------------------------------------------


def test_a_careless_form_would_be_seen(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def crash(*_: Any, **__: Any) -> None:
        raise ValueError("planted")

    monkeypatch.setattr(TableAdmin, "save_model", crash)
    caller = world.cast.browser("admin", raise_request_exception=False)
    path = "/admin/engineering/configuration/add/"
    form = Form(path, [("name", "a"), ("value", "1")])
    with undone():
        answer = caller.call("POST", path, body_of(form.fields), content_type=FORM)
    assert answer.status_code == 500
