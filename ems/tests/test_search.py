"""One box for everything."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from activities.tests.conftest import a_task, an_activity
from ems.search import search_everywhere
from supportdocs.services import add_document
from tests.factories import a_change
from tests.people import Cast

pytestmark = pytest.mark.django_db


def test_each_area_is_searched_by_every_word(cast: Cast) -> None:
    change = a_change(cast.agus, engineering="Ganti busbar riser Kertajati")
    activity = an_activity(cast.hendi, a_task(), description="Hitung busbar Kertajati")
    document = add_document(by=cast.agus, name="Kertajati busbar layout")
    page = cast.browser("agus").get("/search/?q=busbar+kertajati").content.decode()
    for address in (
        f"/changes/{change.pk}/",
        f"/activities/{activity.pk}/",
        f"/documents/{document.pk}/",
        "/changes/?q=busbar+kertajati",
    ):
        assert address in page
    assert "/changes/" not in "".join(
        find.url for area in search_everywhere("busbar nowhere") for find in area.finds
    )


def test_inquiries_and_boms_are_found_by_their_numbers(cast: Cast) -> None:
    cast.api("hendi").write(
        "/bomapprovals", {"extBomLeveledId": 702, "pics": [{"extUserId": 12}]}
    )
    assert "/bom/702/" in cast.browser("agus").get("/search/?q=702").content.decode()
    page = cast.browser("agus").get("/search/?q=INQ-2026-0380").content.decode()
    assert "/analyzer/inquiries/380/" in page


def test_a_blank_search_finds_nothing_and_asks_nothing() -> None:
    with CaptureQueriesContext(connection) as asked:
        assert search_everywhere("  ") == []
    assert len(asked) == 0


@pytest.mark.parametrize("text", ["%", "'", '"', "*", "a" * 200, "\\", "(", "NEAR("])
def test_odd_signs_are_only_signs(cast: Cast, text: str) -> None:
    answer = cast.browser("agus").get("/search/", {"q": text})
    assert answer.status_code == 200
