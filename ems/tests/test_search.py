"""One box for everything."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from activities.tests.conftest import a_task, an_activity
from ems.search import search_everywhere
from engineering.services import withdraw_change
from supportdocs.services import add_document, delete_document
from tests.factories import a_change
from tests.people import Cast, told

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


def found(text: str) -> list[tuple[str, str, str]]:
    """Kind, title and what fits, in the order of the palette."""
    return [
        (area.kind, find.title, find.match.name)
        for area in search_everywhere(text)
        for find in area.finds
    ]


def test_the_exact_number_leads_then_the_beginning_then_words(cast: Cast) -> None:
    a_change(cast.agus, engineering="Panel lama dengan ganti busbar")
    begins = a_change(cast.agus, engineering="Ganti busbar riser")
    numbered = a_change(cast.agus, engineering="Lain sama sekali")
    assert found("ganti bus") == [
        ("change", "Ganti busbar riser", "NAME"),
        ("change", "Panel lama dengan ganti busbar", "WORDS"),
    ]
    assert found(numbered.number.lower())[0][1:] == ("Lain sama sekali", "NUMBER")
    assert found(begins.number[:-1])[0][2] == "NUMBER"


def test_the_kind_that_fits_best_comes_first(cast: Cast) -> None:
    a_change(cast.agus, engineering="Ganti kabel Wayangkulit")
    add_document(by=cast.agus, name="Wayangkulit: gambar")
    assert [kind for kind, _title, _match in found("wayangkulit")] == [
        "document",
        "change",
    ]


def test_what_is_withdrawn_or_deleted_is_not_found(cast: Cast) -> None:
    change = a_change(cast.agus, engineering="Ganti busbar riser")
    document = add_document(by=cast.agus, name="Ganti busbar")
    assert {title for _kind, title, _match in found("ganti bus")} == {
        "Ganti busbar riser",
        "Ganti busbar",
    }
    withdraw_change(change_id=change.pk, by=cast.agus)
    delete_document(document_id=document.pk, by=cast.agus)
    assert found("ganti bus") == []
    assert found(change.number) == []


def test_a_few_signs_find_beginnings(cast: Cast) -> None:
    a_change(cast.agus, engineering="Qy busbar riser")
    assert found("qy") == [("change", "Qy busbar riser", "NAME")]


def test_actions_and_pages_are_those_of_the_role(cast: Cast) -> None:
    for name, may_submit in (("agus", False), ("rina", True)):
        start = cast.browser(name).get("/search/palette/").content.decode()
        assert "/changes/new/" in start
        assert ("/bom/new/" in start) is may_submit
        setup = cast.browser(name).get("/search/palette/?q=setup").content.decode()
        assert ('href="/setup/"' in setup) is may_submit


def test_verbs_are_found_in_both_languages(cast: Cast) -> None:
    client = cast.browser("agus")
    assert "/changes/new/" in client.get("/search/palette/?q=raise").content.decode()
    client.cookies["django_language"] = "id"
    for word in ("raise", "buat"):
        page = client.get("/search/palette/", {"q": word}).content.decode()
        assert "/changes/new/" in page, word


def test_the_palette_always_offers_the_search_page(cast: Cast) -> None:
    page = cast.browser("agus").get("/search/palette/?q=qzxv").content.decode()
    assert page.count('role="option"') == 1
    assert "/search/?q=qzxv" in page


def test_the_api_groups_and_ranks(cast: Cast) -> None:
    change = a_change(cast.agus, engineering="Ganti busbar riser")
    (area,) = told(cast.api("agus").call("GET", f"/api/search?q={change.number}"))
    assert area["kind"] == "change"
    assert [(find["id"], find["match"]) for find in area["finds"]] == [
        (change.pk, "number")
    ]
    assert told(cast.api("agus").call("GET", "/api/search")) == []


@pytest.mark.parametrize("text", ["%", "'", '"', "*", "a" * 200, "\\", "(", "NEAR("])
def test_odd_signs_are_only_signs(cast: Cast, text: str) -> None:
    answer = cast.browser("agus").get("/search/", {"q": text})
    assert answer.status_code == 200
    assert cast.browser("agus").get("/search/palette/", {"q": text}).status_code == 200
