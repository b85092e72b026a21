"""Notices by record, the panel of the bell, one's own over the API, ways that can be sent."""

from typing import Any

import pytest

from engineering.services import decide_change
from notifications.models import NoticeAddress, NoticeSetting, Notification
from notifications.queries import stored_wishes
from notifications.services import save_wishes
from tests.factories import a_change
from tests.people import Cast, told

pytestmark = pytest.mark.django_db


def test_notices_about_one_record_are_one_group(cast: Cast) -> None:
    first, second = a_change(cast.agus), a_change(cast.agus)
    for change in (first, second):
        decide_change(change_id=change.pk, by=cast.rina, status=2, remark="Ulangi.")
    page = cast.browser("rina").get("/notifications/")
    groups = page.context["groups"]
    assert [group.newest.record_id for group in groups][:2] == [second.pk, first.pk]
    assert len({group.newest.record_id for group in groups}) == len(groups)


def test_an_earlier_notice_of_a_group_opens_as_well(cast: Cast) -> None:
    a_change(cast.agus)
    notice = cast.rina.notices.latest("pk")
    Notification.objects.create(
        recipient=cast.rina,
        kind=notice.kind,
        record_type=notice.record_type,
        record_id=notice.record_id,
        facts=notice.facts,
    )
    browser = cast.browser("rina")
    for path in ("/notifications/", "/notifications/panel/"):
        page = browser.get(path).content.decode()
        form = page.split(f'action="/notifications/{notice.pk}/open/"')[1]
        assert "csrfmiddlewaretoken" in form.split("</form>")[0]


def test_unread_ones_are_bold_and_the_title_opens(cast: Cast) -> None:
    a_change(cast.agus, engineering="Ganti busbar")
    browser = cast.browser("rina")
    notice = cast.rina.notices.latest("pk")
    page = browser.get("/notifications/").content.decode()
    assert 'class="notice unread"' in page
    assert f"/notifications/{notice.pk}/open/" in page
    browser.post(f"/notifications/{notice.pk}/open/")
    later = browser.get("/notifications/").content.decode()
    unread = 'class="notice unread"'
    assert later.count(unread) == page.count(unread) - 1


def test_the_bell_opens_a_panel_of_the_newest(cast: Cast) -> None:
    browser = cast.browser("rina")
    assert "data-panel" in browser.get("/").content.decode()
    a_change(cast.agus)
    panel = browser.get("/notifications/panel/").content.decode()
    assert panel.count("as-link") == cast.rina.notices.count()
    assert "<html" not in panel


def test_ones_own_of_every_kind_over_the_api(cast: Cast) -> None:
    change = a_change(cast.agus)
    api = cast.api("rina")
    row, *rest = told(api.call("GET", "/api/notifications/mine"))
    assert len(rest) == cast.rina.notices.count() - 1
    assert (row["url"], row["isRead"]) == (f"/changes/{change.pk}/", False)
    assert row["kind"].startswith("change.")
    cast.browser("rina").post(f"/notifications/{row['id']}/open/")
    left = told(api.call("GET", "/api/notifications/mine?unread=true"))
    assert [each["id"] for each in left] == [each["id"] for each in rest]
    assert len(told(api.call("GET", "/api/notifications/mine?limit=1"))) == 1


def test_only_ways_that_can_be_sent_are_offered_and_the_others_stay(
    cast: Cast, settings: Any
) -> None:
    both = frozenset({"email", "whatsapp"})
    save_wishes(
        by=cast.rina,
        email="rina@example.com",
        phone="62811111111",
        digest=True,
        ways={"changes": both},
    )
    settings.EMAIL_HOST, settings.WHATSAPP_SOURCE = "", ""
    browser, path = cast.browser("rina"), "/notifications/settings/"
    page = browser.get(path).content.decode()
    assert 'value="email"' not in page
    assert 'name="phone"' not in page
    assert browser.post(path, {"changes": ["bell"]}).status_code == 302
    kept = NoticeSetting.objects.get(user=cast.rina, group="changes")
    assert (kept.bell, kept.email, kept.whatsapp) == (True, True, True)
    address = NoticeAddress.objects.get(user=cast.rina)
    assert (address.email, address.digest) == ("rina@example.com", True)


def test_the_addresses_come_from_the_directory_until_one_says_others(
    cast: Cast,
) -> None:
    assert stored_wishes(cast.rina)["phone"] == "628000000003"
    save_wishes(by=cast.rina, email="", phone="62811111111", digest=False, ways={})
    assert stored_wishes(cast.rina)["phone"] == "62811111111"
