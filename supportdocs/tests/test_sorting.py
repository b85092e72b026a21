"""The library in every order, page by page: each document once, those without a file last."""

import itertools
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from core.accounts.models import User
from core.db.paging import Page
from supportdocs.models import DocumentVersion, SupportTable
from supportdocs.queries.listing import FILE_SORTS, sorted_documents, sorted_ids

pytestmark = pytest.mark.django_db
SORTS = ["", *(f"{sign}{name}" for sign in ("", "-") for name in ("name", *FILE_SORTS))]


@pytest.fixture
def library(agus: User) -> list[SupportTable]:
    """Twelve documents: some alike, two without a file, one deleted, one with two versions."""
    now = timezone.now()
    made = [SupportTable.objects.create(name=f"D{n % 5}") for n in range(12)]
    for n, document in enumerate(made):
        if n in {3, 8}:
            continue
        for number in (1, 2) if n == 5 else (1,):
            document.current = DocumentVersion.objects.create(
                document=document,
                number=number,
                name="x",
                stored_name=f"documents/{n}-{number}",
                extension=("pdf", "docx")[n % 2],
                size=(n % 3) * 1000 * number,
                uploaded_by=agus,
                uploaded_at=now - timedelta(days=n % 4),
            )
        document.save()
    made[6].deleted_at = now
    made[6].save()
    return made


@pytest.mark.usefixtures("library")
@pytest.mark.parametrize("sort", SORTS)
@pytest.mark.parametrize("size", [1, 4, 5, 50])
def test_pages_together_are_the_list_in_its_order(sort: str, size: int) -> None:
    rows = SupportTable.objects.alive()
    whole = list(sorted_documents(rows, sort).values_list("pk", flat=True))
    pages = [
        sorted_ids(rows, sort, Page(size, offset), 11) for offset in range(0, 11, size)
    ]
    found = list(itertools.chain(*pages))
    bare = set(rows.filter(current=None).values_list("pk", flat=True))
    assert sorted(found) == sorted(whole)
    assert len(set(found)) == 11
    if sort.removeprefix("-") in FILE_SORTS:
        assert set(found[-2:]) == set(whole[-2:]) == bare
        assert found[:-2] == whole[:-2]
    else:
        assert found == whole
    assert sorted_ids(rows, sort, Page(5, 50), 11) == []


@pytest.mark.usefixtures("library")
@pytest.mark.parametrize("sort", ["size", "-size", "-type", "uploaded"])
def test_the_index_of_the_files_is_walked(sort: str) -> None:
    rows = SupportTable.objects.alive()
    with CaptureQueriesContext(connection) as asked:
        sorted_ids(rows, sort, Page(5, 0), 5)
    statement = asked.captured_queries[0]["sql"]
    assert len(asked) == 1
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN QUERY PLAN {statement}")
            plan = " ".join(str(row[3]) for row in cursor.fetchall())
        assert f"USING INDEX version_{sort.removeprefix('-')}" in plan.replace(
            "COVERING ", ""
        )
        assert "TEMP B-TREE" not in plan


@pytest.mark.usefixtures("library")
@pytest.mark.parametrize("query", ["", "&kind=pdf", "&q=d1"])
@pytest.mark.parametrize("sort", SORTS)
def test_the_page_shows_it(
    sort: str, query: str, as_person: Callable[[User], Client], agus: User
) -> None:
    answer: Any = as_person(agus).get(f"/documents/?sort={sort}{query}")
    assert answer.status_code == 200
    assert answer.content.count(b'id="document-') > 2
