"""Notices are read when they are opened, or when a list that showed them says so."""

from collections.abc import Callable

import pytest
from django.test import Client

from core.accounts.models import User
from engineering.models import ChangeNotice
from engineering.tests.conftest import a_change

pytestmark = pytest.mark.django_db
Log = Callable[[User], Client]


@pytest.fixture
def record(agus: User, rina: User) -> ChangeNotice:
    """A pending change, of which Rina is told."""
    return a_change(agus, project_name="Gardu Cikarang")


def test_a_notice_opens_its_record_and_is_read(
    record: ChangeNotice, rina: User, as_person: Log
) -> None:
    client = as_person(rina)
    notice = rina.notices.get()
    answer = client.post(f"/notifications/{notice.pk}/open/")
    assert answer["Location"] == f"/changes/{record.pk}/"
    notice.refresh_from_db()
    assert notice.is_read
    a_change(record.requester)  # type: ignore[arg-type]
    client.get("/notifications/")
    later = a_change(record.requester)  # type: ignore[arg-type]
    client.post("/notifications/read/")
    # What came after the list was shown stays unread.
    assert [each.url for each in rina.notices.filter(is_read=False)] == [
        f"/changes/{later.pk}/"
    ]
    newest = rina.notices.latest("pk").pk
    client.post("/notifications/read/", {"newest": newest})
    assert not rina.notices.filter(is_read=False).exists()
