"""The index of the setup: each person sees what they keep, and old addresses lead on."""

import pytest

from ems.setup_index import MOVED, PLACES
from tests.people import Cast

pytestmark = pytest.mark.django_db


def test_an_administrator_is_led_to_every_table(cast: Cast) -> None:
    browser = cast.browser("admin")
    page = browser.get("/setup/").content.decode()
    for place in PLACES:
        assert f'href="{place.url}"' in page
        assert browser.get(place.url).status_code == 200


def test_a_manager_is_led_only_to_what_they_keep(cast: Cast) -> None:
    browser = cast.browser("rina")
    page = browser.get("/setup/").content.decode()
    for place in PLACES:
        assert (f'href="{place.url}"' in page) == (place.verb == "keep_tables")
    assert cast.browser("agus").get("/setup/").status_code == 403


@pytest.mark.parametrize("slug", MOVED)
def test_an_old_address_leads_on(cast: Cast, slug: str) -> None:
    for rest in ("", "new/", "7/"):
        answer = cast.browser("admin").get(f"/setup/{slug}/{rest}", follow=True)
        assert answer.status_code == 200
        assert answer.redirect_chain[-1][0].startswith("/admin/")


def test_an_unknown_table_is_404(cast: Cast) -> None:
    assert cast.browser("admin").get("/setup/nothing/").status_code == 404
