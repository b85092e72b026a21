"""Two people, or one with two windows, at once on real connections."""

from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest

from core.accounts.models import User
from core.ledger.queries import first_breach
from engineering.tests.test_races import at_once
from supportdocs.models import DocumentVersion, SupportJob, SupportTable
from supportdocs.services import (
    add_document,
    add_job_documents,
    read_waiting,
    upload_document,
    upload_version,
)
from supportdocs.tests.conftest import WORDS

pytestmark = pytest.mark.django_db(transaction=True)


def version(document: SupportTable, by: User) -> Callable[[], object]:
    return lambda: upload_version(
        document_id=document.pk, by=by, file_name="a.pdf", content=BytesIO(WORDS)
    )


def test_versions_at_once_get_numbers_of_their_own(agus: User, hendi: User) -> None:
    document = add_document(by=agus, name="x")
    assert at_once(*[version(document, by) for by in (agus, hendi) * 3]) == ["done"] * 6
    document.refresh_from_db()
    numbers = list(
        document.versions.order_by("number").values_list("number", flat=True)
    )
    assert numbers == [1, 2, 3, 4, 5, 6]
    assert document.current is not None
    assert document.current.number == 6
    assert first_breach() is None


def test_the_quota_is_exact_when_files_come_at_once(agus: User, settings: Any) -> None:
    settings.DOCUMENT_DAILY_BYTES = 3 * len(WORDS)
    calls = [
        lambda: upload_document(by=agus, file_name="a.pdf", content=BytesIO(WORDS))
    ] * 8
    results = at_once(*calls)
    assert sorted(results) == ["done"] * 3 + ["throttled"] * 5
    assert DocumentVersion.objects.count() == 3


def test_a_job_that_is_added_at_once_is_one_row(agus: User, hendi: User) -> None:
    documents = [add_document(by=agus, name=name).pk for name in "abc"]

    def add(place: int) -> Callable[[], object]:
        return lambda: add_job_documents(
            job_id=51, by=hendi, document_ids=[documents[place % 3]], job_name="A"
        )

    assert at_once(*[add(place) for place in range(6)]) == ["done"] * 6
    job = SupportJob.objects.get()
    assert sorted(job.links.values_list("document", flat=True)) == documents


def test_two_workers_read_each_version_once(agus: User) -> None:
    for _place in range(4):
        upload_document(by=agus, file_name="a.pdf", content=BytesIO(WORDS))
    at_once(read_waiting, read_waiting)
    assert set(DocumentVersion.objects.values_list("text_tries", "text_state")) == {
        (1, 1)
    }
