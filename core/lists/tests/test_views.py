"""Saved views, shared views, the view a list opens with, columns and density."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from core.accounts.models import User
from core.errors import DomainError
from core.lists.models import ListChoice, SavedView
from core.lists.policies import MOST, view_query
from core.lists.queries import visible_views
from core.lists.services import (
    change_view,
    choose_columns,
    open_with,
    remove_view,
    save_view,
)
from tests.factories import a_change
from tests.people import Cast, told

pytestmark = pytest.mark.django_db
OPEN = "status=0&kind=1"


def in_department(*people: User, key: int = 7) -> None:
    for person in people:
        person.department_ext_id = key
        person.save(update_fields=["department_ext_id"])


def a_view(by: User, label: str = "Terbuka", **more: bool) -> SavedView:
    return save_view(by=by, name="changes", label=label, query=OPEN, **more)


@pytest.mark.parametrize(
    ("query", "kept"),
    [
        ("status=0&kind=1&page=3", "kind=1&status=0"),
        ("view=all&gone=5&pick=1&pick=2", ""),
        ("q=MCCB+250&sort=-net&size=100", "q=MCCB+250&size=100&sort=-net"),
        ("status=", ""),
    ],
)
def test_a_view_keeps_what_is_of_the_list(query: str, kept: str) -> None:
    assert view_query(query) == kept


def test_the_same_name_is_the_same_view(agus: User) -> None:
    first = a_view(agus)
    again = save_view(by=agus, name="changes", label=" Terbuka ", query="status=1")
    assert again.pk == first.pk
    assert SavedView.objects.get().query == "status=1"


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"label": "  "}, "name"),
        ({"label": "x" * 61}, "name"),
        ({"name": "nothing"}, "list"),
        ({"query": "q=" + "x" * 3000}, "query"),
    ],
)
def test_what_makes_no_view_is_refused_with_its_field(
    agus: User, given: dict[str, str], field: str
) -> None:
    values = {"name": "changes", "label": "a", "query": OPEN} | given
    with pytest.raises(DomainError) as refused:
        save_view(by=agus, **values)  # type: ignore[arg-type]
    assert field in refused.value.errors
    assert not SavedView.objects.exists()


def test_views_are_not_endless(agus: User) -> None:
    for number in range(MOST):
        a_view(agus, f"v{number}")
    with pytest.raises(DomainError):
        a_view(agus, "one more")
    a_view(agus, "v0")  # the same name is none more


def test_a_shared_view_is_seen_in_the_department_only_and_kept_by_its_owner(
    agus: User, hendi: User, rina: User
) -> None:
    in_department(agus, hendi)
    view = a_view(agus, is_shared=True)
    assert list(visible_views(hendi)) == [view]
    assert not visible_views(rina).exists()
    with pytest.raises(DomainError) as refused:
        remove_view(view_id=view.pk, by=hendi)
    assert refused.value.code == "forbidden"
    with pytest.raises(DomainError) as refused:
        change_view(view_id=view.pk, by=hendi, label="Punya saya")
    assert refused.value.code == "forbidden"
    with pytest.raises(DomainError) as refused:
        remove_view(view_id=view.pk, by=rina)
    assert refused.value.code == "not_found"


def test_without_a_department_nobody_is_there_to_share_with(rina: User) -> None:
    rina.department_ext_id = None
    with pytest.raises(DomainError) as refused:
        a_view(rina, is_shared=True)
    assert "shared" in refused.value.errors


def test_a_list_opens_with_the_default_view_and_with_everything_on_demand(
    cast: Cast,
) -> None:
    agus = cast.agus
    open_with(by=agus, name="changes", view_id=a_view(agus).pk)
    browser = cast.browser("agus")
    answer = browser.get("/changes/")
    assert (answer.status_code, answer["Location"]) == (
        302,
        "/changes/?kind=1&status=0",
    )
    assert browser.get("/changes/?view=all").status_code == 200
    page = browser.get("/changes/?kind=1&status=0").content.decode()
    assert 'href="/changes/?view=all"' in page  # clear all
    assert cast.browser("hendi").get("/changes/").status_code == 200
    # A script that refreshes the rows is never sent away.
    assert browser.get("/changes/totals/").status_code == 200


def test_a_default_view_that_is_shared_no_longer_opens_everything(cast: Cast) -> None:
    agus = cast.agus
    hendi = cast.hendi
    in_department(agus, hendi)
    view = a_view(agus, is_shared=True)
    open_with(by=hendi, name="changes", view_id=view.pk)
    change_view(view_id=view.pk, by=agus, is_shared=False)
    assert cast.browser("hendi").get("/changes/").status_code == 200
    remove_view(view_id=view.pk, by=agus)
    assert ListChoice.objects.get(person=hendi).default is None


def test_a_view_that_names_a_field_that_is_gone_says_so_and_shows_the_rest(
    cast: Cast,
) -> None:
    agus = cast.agus
    query = "colour=red&status=0&sort=-weight"
    save_view(by=agus, name="changes", label="Lama", query=query)
    answer = cast.browser("agus").get(f"/changes/?{query}")
    assert answer.status_code == 200
    page = answer.content.decode()
    assert "colour, weight" in page
    assert page.count("Lama") >= 1


@pytest.mark.parametrize("path", ["/changes/", "/bom/", "/activities/", "/documents/"])
def test_every_list_offers_views_and_columns(cast: Cast, path: str) -> None:
    page = cast.browser("agus").get(path).content.decode()
    assert "/lists/" in page
    assert 'name="column"' in page


def test_hidden_columns_and_dense_rows_are_the_persons_own(cast: Cast) -> None:
    agus = cast.agus
    sent = {"offered": ["2", "3", "6"], "column": ["2"], "density": "dense"}
    browser = cast.browser("agus")
    assert browser.post("/lists/changes/columns/", sent).status_code == 302
    choice = ListChoice.objects.get()
    assert (choice.hidden, choice.is_dense) == ([3, 6], True)
    a_change(agus)
    assert "hide-3 hide-6 dense" in browser.get("/changes/").content.decode()
    assert 'colspan="4"' in browser.get("/changes/totals/").content.decode()
    assert "hide-3" not in cast.browser("hendi").get("/changes/").content.decode()


@pytest.mark.parametrize("column", ["0", "1", "99", "-3", "x", "9" * 40])
def test_a_column_that_is_none_hides_nothing(cast: Cast, column: str) -> None:
    sent = {"offered": [column]}
    assert cast.browser("agus").post("/lists/changes/columns/", sent).status_code == 302
    assert ListChoice.objects.get().hidden == []


def test_the_first_column_stays(agus: User) -> None:
    choice = choose_columns(by=agus, name="changes", hidden=[1, 2], is_dense=False)
    assert choice.hidden == [2]


def test_the_forms_of_the_page_save_share_open_and_remove(cast: Cast) -> None:
    agus = cast.agus
    in_department(agus)
    browser = cast.browser("agus")
    saved = browser.post(
        "/lists/changes/views/", {"name": "Terbuka", "query": OPEN, "default": "on"}
    )
    assert saved["Location"] == f"/changes/?{OPEN}"
    view = SavedView.objects.get()
    assert ListChoice.objects.get().default == view
    for verb in ("share", "default", "remove"):
        browser.post(f"/lists/views/{view.pk}/", {"verb": verb})
    assert not SavedView.objects.exists()
    assert browser.post("/lists/nothing/views/", {"name": "x"}).status_code == 404
    assert browser.post("/lists/changes/views/", {"name": ""}).status_code == 302


def test_the_api_saves_changes_and_removes(cast: Cast) -> None:
    agus = cast.agus
    in_department(agus, cast.people["hendi"])
    api = cast.api("agus")
    sent = {"list": "changes", "name": "Terbuka", "query": OPEN, "shared": True}
    made = api.write("/api/views", sent | {"default": True}, 201)
    assert (made["default"], made["mine"], made["url"]) == (
        True,
        True,
        "/changes/?kind=1&status=0",
    )
    path = f"/api/views/{made['id']}"
    (seen,) = told(cast.api("hendi").call("GET", "/api/views?list=changes"))
    assert (seen["mine"], seen["default"], seen["owner"]) == (False, False, agus.name)
    mine = told(cast.api("hendi").call("PUT", path, {"default": True}))
    assert mine["default"] is True
    assert cast.api("hendi").call("PUT", path, {"name": "x"}).status_code == 403
    assert (
        told(api.call("PUT", path, {"name": "Lain", "shared": False}))["name"] == "Lain"
    )
    assert cast.api("hendi").call("PUT", path, {"default": True}).status_code == 404
    assert api.call("DELETE", path).status_code == 204
    assert told(api.call("GET", "/api/views")) == []


@pytest.mark.parametrize(
    ("name", "page"),
    [
        ("jobs", "/documents/jobs/"),
        ("inquiries", "/analyzer/"),
        ("answers", "/analyzer/answers/"),
    ],
)
def test_a_list_of_its_own_kind_keeps_views_too(
    name: str, page: str, agus: User, as_person: Callable[[User], Client], sandbox: Any
) -> None:
    client = as_person(agus)
    form = {"name": "Punya saya", "query": "q=lvmdp", "default": "on"}
    client.post(f"/lists/{name}/views/", form)
    assert client.get(page)["Location"] == f"{page}?q=lvmdp"
    shown = client.get(f"{page}?q=lvmdp").content.decode()
    assert "Punya saya" in shown
    assert f'href="{page}?q=lvmdp"' in shown
    assert client.get(f"{page}?view=all").status_code == 200
