"""Notices that a person writes: few, signed, and without links to other places."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from notifications.models import Notification
from notifications.policies import foreign_link
from tests.factories import an_activity
from tests.people import Cast

pytestmark = pytest.mark.django_db
PATH = "/api/notifications"
FOREIGN = (
    "lihat https://evil.example/login",
    "lihat HTTP://EVIL.EXAMPLE",
    "www.evil.example",
    "evil.example/login",
    "masuk di evil.com sekarang",
    "javascript:alert(1)",
    "mailto:a@evil.example",
    "ftp://evil.example/x",
    "http://localhost:8000.evil.example/",
    "http://localhost:8000@evil.example/",
    "\uff48ttps://evil.example",
)
FINE = (
    "SLD rev. B siap, lihat hal. 3",
    "Panel LVMDP-2.1 diganti, 3.200 A",
    "lihat http://localhost:8000/activities/tasks/1/",
    "gambar.pdf sudah diunggah",
    "jam 10.30 s.d. 11.00",
)


@pytest.mark.parametrize("text", FOREIGN)
def test_a_link_to_another_place_is_seen(text: str, settings: Any) -> None:
    settings.PUBLIC_BASE_URL = "http://localhost:8000"
    assert foreign_link(text)


@pytest.mark.parametrize("text", FINE)
def test_ordinary_words_and_our_own_links_are_none(text: str, settings: Any) -> None:
    settings.PUBLIC_BASE_URL = "http://localhost:8000"
    assert foreign_link(text) == ""


def sent(cast: Cast, status: int = 200, name: str = "agus", **more: str) -> Any:
    """One notice about the first task."""
    activity = an_activity(cast.hendi)
    task = activity.tasks.first()
    assert task is not None
    body = {
        "taskId": task.pk,
        "role": "spv",
        "title": "Cek",
        "message": "Tolong",
        **more,
    }
    return cast.api(name).write(PATH, body, status)


@pytest.mark.parametrize("field", ["title", "message"])
def test_it_is_refused_with_the_name_of_the_field(cast: Cast, field: str) -> None:
    answer = sent(cast, 400, **{field: "https://evil.example"})
    assert field in answer["errors"]
    assert not Notification.objects.filter(kind="task.note").exists()


def test_the_title_names_who_writes(cast: Cast) -> None:
    sent(cast)
    notice = Notification.objects.filter(kind="task.note").latest("pk")
    assert notice.title == f"{cast.agus}: Cek"


def test_ten_an_hour_each(cast: Cast) -> None:
    start = timezone.now()
    with time_machine.travel(start):
        for _ in range(10):
            sent(cast)
        answer = sent(cast, 429)
        assert answer["code"] == "throttled"
        sent(cast, name="hendi")
    with time_machine.travel(start + timedelta(minutes=61)):
        sent(cast)
