"""The cost of one request, from anybody: lists on the wire, claims of a form."""

import subprocess
import sys
from time import process_time
from typing import Any

import pytest
from django.conf import settings
from django.contrib import admin
from django.forms.formsets import BaseFormSet
from django.http import QueryDict
from django.test import Client, RequestFactory
from django.urls import reverse
from rest_framework import serializers

from activities.forms import Tasks
from core.accounts.models import User
from core.approvals.forms import StepForms
from core.http.parsers import SMALL
from core.http.wire import MAX_LIST, WireList, WireValues
from engineering.forms import Items
from notifications.policies import foreign_link
from tests.people import Cast

CLAIM = "9999999999"
MANY = 9_000
LISTS = {
    "items of a change": ("/engineeringDetailProblems", {"items": [{}] * MANY}),
    "approvals of a change": ("/engineeringDetailProblems", {"approvals": [{}] * MANY}),
    "pics of a BOM": ("/bomapprovals", {"extBomLeveledId": 60, "pics": [{}] * MANY}),
    "tasks": ("/api/dashboard/activities", {"tasks": [{}] * MANY}),
    "people of a task": (
        "/api/dashboard/activities",
        {"tasks": [{"inCharges": [{}] * MANY}]},
    ),
    "departments": ("/api/deptconfigs", [{}] * MANY),
    "documents of a job": (
        "/api/support-engineering-documents",
        {"jobId": 1, "supportTableIds": [1] * MANY},
    ),
}


@pytest.mark.parametrize("name", LISTS)
def test_a_long_list_is_refused_before_its_members_are_read(
    cast: Cast, name: str, monkeypatch: Any
) -> None:
    path, body = LISTS[name]
    read: list[object] = []
    child = serializers.ListSerializer.run_child_validation

    def counting(self: Any, data: Any) -> Any:
        read.append(data)
        return child(self, data)

    monkeypatch.setattr(serializers.ListSerializer, "run_child_validation", counting)
    refused = cast.api("admin").write(path, body, 400)
    assert refused["code"] == "invalid"
    assert len(read) <= 1


def test_departments_are_no_business_of_who_may_not(cast: Cast) -> None:
    refused = cast.api("agus").write("/api/deptconfigs", [{"departmentId": "x"}], 403)
    assert refused["code"] == "forbidden"


def test_every_list_on_the_wire_has_a_length() -> None:
    assert vars(WireList(child=serializers.IntegerField()))["max_length"] == MAX_LIST
    assert WireValues(child=serializers.IntegerField()).max_length == MAX_LIST


@pytest.mark.parametrize("path", ["/login", "/hooks/ppic/bom-changed"])
def test_strangers_have_a_small_limit(cast: Cast, path: str) -> None:
    refused = cast.api().write(path, {"username": "x" * SMALL}, 413)
    assert refused["code"] == "too_large"


# --- Forms that claim more than they send ------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "more"),
    [(Items, {}), (Tasks, {}), (StepForms, {"form_kwargs": {"people": ()}})],
)
def test_a_claim_makes_no_forms(
    kind: type[BaseFormSet[Any]], more: dict[str, Any]
) -> None:
    sent = {
        "rows-TOTAL_FORMS": CLAIM,
        "rows-INITIAL_FORMS": "0",
        "rows-1-description": "x",
    }
    formset = kind(QueryDict(mutable=True) | sent, prefix="rows", **more)
    assert len(formset.forms) == 2
    assert not formset.is_valid()


def test_each_formset_of_the_portal_has_an_end() -> None:
    for kind in (Items, Tasks, StepForms):
        assert kind.absolute_max <= 600


@pytest.mark.django_db
def test_each_inline_of_the_administration_has_an_end() -> None:
    request = RequestFactory().get("/")
    request.user = User(is_superuser=True)
    inlines = [
        inline
        for model_admin in admin.site._registry.values()
        for inline in model_admin.get_inline_instances(request)
    ]
    assert inlines
    for inline in inlines:
        formset = inline.get_formset(request)
        assert formset.absolute_max <= 600, inline
        assert "_AsSent" in {base.__name__ for base in formset.__mro__}, inline


@pytest.mark.parametrize(
    ("who", "route", "prefix"),
    [
        ("agus", "engineering:change_new", "items"),
        ("agus", "activities:activity_new", "tasks"),
        ("admin", "approvals:rule_new", "steps"),
    ],
)
def test_a_page_answers_a_claim_with_a_short_page(
    cast: Cast, client: Client, who: str, route: str, prefix: str
) -> None:
    client.force_login(getattr(cast, who))
    sent = {f"{prefix}-TOTAL_FORMS": CLAIM, f"{prefix}-INITIAL_FORMS": "0"}
    answer = client.post(reverse(route), sent)
    assert answer.status_code in {200, 400}
    assert len(answer.content) < 300_000


@pytest.mark.parametrize(
    "text", ["1." * 40_000, "a" * 80_000, "-" * 80_000, "a-." * 27_000]
)
def test_looking_for_links_is_linear(text: str) -> None:
    began = process_time()
    assert foreign_link(text) == ""
    assert process_time() - began < 5


def test_a_host_of_many_parts_is_a_link() -> None:
    assert foreign_link("see " + "a." * 30 + "example.com now")
    assert foreign_link("x" * 100 + ".evil.com/a")


@pytest.mark.slow
@pytest.mark.once
def test_photos_one_after_the_other_cost_three_times_one_at_most() -> None:
    """Over HTTP, in the memory of the server's process: what is left of each counts as well."""
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.photo_memory", "--tries", "3"],
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count("28 MB") == 6
