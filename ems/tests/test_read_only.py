"""The shadow run: everything can be read, nothing is changed, nothing is sent."""

from typing import Any

import pytest

from core.ledger.models import Event
from ems.jobs import JOBS
from ems.read_only import GO_ON, jobs_now
from engineering.models import ChangeNotice
from engineering.tests.conftest import a_change
from tests.people import PASSWORD, Cast, sign_in, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def change(cast: Cast) -> ChangeNotice:
    """A change of Agus's from before."""
    return a_change(cast.agus)


@pytest.fixture
def shadow(change: ChangeNotice, settings: Any) -> ChangeNotice:
    """The same in a shadow run."""
    settings.EMS_READ_ONLY = True
    return change


def test_every_verb_is_refused_at_each_door_with_a_sentence(
    cast: Cast, shadow: ChangeNotice
) -> None:
    before = Event.objects.count()
    rina, admin, api = cast.browser("rina"), cast.browser("admin"), cast.api("rina")
    shown = {"status": 1, "revision": shadow.revision, "digest": shadow.digest}
    path = f"/engineeringDetailProblems/{shadow.pk}"
    said = api.write(f"{path}/decision", shown, 503)
    assert said["code"] == "unavailable"
    assert "sistem lama" in said["message"]
    assert api.call("DELETE", path).status_code == 503
    for browser, page in (
        (rina, f"/changes/{shadow.pk}/decide/"),
        (rina, "/changes/new/"),
        (admin, "/admin/accounts/userrole/add/"),
        (admin, "/setup/rules/new/"),
    ):
        answer = browser.post(page, shown, headers={"Accept": "text/html"})
        assert answer.status_code == 503, page
        assert "sistem lama" in text_of(answer)
    assert Event.objects.count() == before


def test_one_can_log_in_look_and_choose_a_language(
    cast: Cast, shadow: ChangeNotice
) -> None:
    browser = cast.browser()
    sign_in(browser, "rina", PASSWORD)
    assert browser.post("/accounts/language/", {"language": "en"}).status_code == 302
    page = browser.get(f"/changes/{shadow.pk}/")
    assert "Read only: the old system" in text_of(page)
    assert cast.api("rina").read("/engineeringDetailProblems/")


def test_without_a_shadow_run_nothing_is_said(cast: Cast, change: ChangeNotice) -> None:
    page = text_of(cast.browser("rina").get(f"/changes/{change.pk}/"))
    assert "Hanya baca" not in page
    assert jobs_now() is JOBS


def test_the_worker_leaves_out_what_decides_reminds_or_sends(settings: Any) -> None:
    settings.EMS_READ_ONLY = True
    assert set(jobs_now()) == GO_ON
    assert set(JOBS) > GO_ON
    for name in ("deliver_due", "send_digests", "escalate_approvals", "work_hooks"):
        assert name not in jobs_now()
