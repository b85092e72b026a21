"""What the old client keeps quiet about is told in the bell."""

from typing import Any

import pytest
from django.core.cache import cache

from engineering.tests.conftest import a_change
from notifications.models import Notification
from notifications.services import old_client, tell_of_refusal
from tests.people import Cast

pytestmark = pytest.mark.django_db
OLD = {"X-EMS-Old-Client": "1"}


@pytest.fixture(autouse=True)
def _empty_cache() -> None:
    cache.clear()


def told() -> list[Any]:
    return list(Notification.objects.filter(kind="old_client.refused"))


def test_a_refused_save_is_told_with_its_time_and_reason(cast: Cast) -> None:
    change, agus = a_change(cast.agus), cast.api("agus")
    decided = {"id": change.pk, "status": 1}
    refused = agus.write("/engineeringDetailProblems", decided, 403, headers=OLD)
    (notice,) = told()
    assert notice.recipient == cast.agus
    assert notice.facts["why"] == refused["message"]
    assert notice.facts["at"] in notice.title
    assert refused["message"] in notice.message


def test_what_was_saved_and_what_was_read_is_not(cast: Cast) -> None:
    agus = cast.api("agus")
    agus.read("/engineeringDetailProblems/999", 404, **OLD)
    assert agus.call("GET", "/bomapprovals", headers=OLD).status_code == 200
    change = a_change(cast.agus)
    agus.write("/engineeringDetailProblems", {"id": change.pk, "status": 1}, 403)
    cast.api().write("/engineeringDetailProblems", {}, 401, headers=OLD)
    assert not told()


def test_the_same_reason_is_told_once_a_minute_and_thirty_an_hour(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert tell_of_refusal(person=cast.agus, sentence="Tidak boleh.")
    assert not tell_of_refusal(person=cast.agus, sentence="Tidak boleh.")
    assert tell_of_refusal(person=cast.rina, sentence="Tidak boleh.")
    assert tell_of_refusal(person=cast.agus, sentence="")
    monkeypatch.setattr(old_client, "PER_HOUR", 3)
    assert tell_of_refusal(person=cast.agus, sentence="Yang ketiga.")
    assert not tell_of_refusal(person=cast.agus, sentence="Yang keempat.")
    assert len(told()) == 4
