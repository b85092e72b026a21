"""A person who is named before the first login hears of it like everybody else."""

from typing import Any

import orjson
import pytest

from activities.services import plan_activity, sign_off
from activities.tests.conftest import NOTHING_KNOWN, a_task, the_task
from core.accounts.models import User
from core.accounts.services import ensure_users, grant_role, sync_directory
from core.integrations import upstreams
from core.ledger.models import Delivery
from notifications.models import NoticeAddress, Notification
from notifications.services import save_wishes
from tests.people import Cast, forget_upstreams

pytestmark = pytest.mark.django_db
KIRANA = {
    "id": 205,
    "username": "kirana",
    "name": "Kirana Puspita",
    "departmentId": 4,
    "isHead": False,
    "phoneNumber": "+62 812-0000-205",
}


@pytest.fixture
def directory(cast: Cast) -> Any:
    """The directory as it was last read: with Kirana, who has never been here."""
    for server in (cast.sandbox.auth, cast.sandbox.meeting):
        server.people.append(dict(KIRANA))
    forget_upstreams()
    return upstreams.people().value


def kiranas_kinds() -> list[str]:
    """What she was told, oldest first."""
    rows = Notification.objects.filter(recipient__ext_id=205).order_by("id")
    return list(rows.values_list("kind", flat=True))


def plan_for(cast: Cast, ext_id: int) -> Any:
    """A task that somebody is put in charge of by number."""
    task = a_task("Gambar SLD") | {"people": [ext_id]}
    fields = {"description": "Panel LVMDP"}
    return plan_activity(
        by=cast.hendi, fields=fields, tasks=[task], facts=NOTHING_KNOWN
    )


def test_the_notice_waits_at_the_first_login(cast: Cast, directory: Any) -> None:
    activity = plan_for(cast, 205)
    browser = cast.browser("kirana")
    (notice,) = Notification.objects.filter(recipient__ext_id=205)
    assert notice.recipient.username == "kirana"
    assert notice.kind == "task.to_do"
    assert (notice.status, notice.is_read) == ("OnGoing", False)
    assert notice.task_id == the_task(activity).pk
    assert "Gambar SLD" in browser.get("/notifications/").content.decode()
    assert User.objects.filter(ext_id=205).count() == 1


def test_nobody_else_is_made_a_person(cast: Cast, directory: Any) -> None:
    assert ensure_users([999_999]) == []
    assert not User.objects.filter(ext_id=999_999).exists()


def test_while_the_directory_never_answered_nobody_is_unknown(cast: Cast) -> None:
    forget_upstreams()  # and nobody has asked since
    plan_for(cast, 205)
    assert User.objects.get(ext_id=205).username == "#205"
    assert kiranas_kinds() == ["task.to_do"]
    sync_directory(upstreams.people().value)
    assert not User.objects.get(ext_id=205).is_active


def test_the_row_opens_no_door(cast: Cast, directory: Any) -> None:
    plan_for(cast, 205)
    user = User.objects.get(ext_id=205)
    assert not user.has_usable_password()
    assert not user.is_superuser
    answer = cast.api().call(
        "POST", "/login", {"username": "#205", "password": "panel-2026"}
    )
    assert answer.status_code == 401


def test_whatsapp_reaches_who_does_not_know_the_bell(
    cast: Cast, directory: Any, settings: Any
) -> None:
    settings.WHATSAPP_SOURCE = "EMS"
    plan_for(cast, 205)
    (owed,) = Delivery.objects.filter(kind="notice.whatsapp")
    sent = orjson.loads(bytes(owed.body))
    assert sent["phone_num"] == ["+628120000205"]
    assert "Gambar SLD" in sent["message"]


def test_a_choice_of_ones_own_stands(cast: Cast, directory: Any, settings: Any) -> None:
    settings.WHATSAPP_SOURCE = "EMS"
    plan_for(cast, 205)
    kirana = User.objects.get(ext_id=205)
    save_wishes(by=kirana, email="", phone="", digest=False, ways={})
    plan_for(cast, 205)
    assert Delivery.objects.filter(kind="notice.whatsapp").count() == 1
    assert NoticeAddress.objects.get(user=kirana).phone == ""


def test_a_role_makes_somebody_an_spv_who_is_asked(cast: Cast, directory: Any) -> None:
    grant_role(user_id=205, role="spv", by=cast.admin)
    task = the_task(plan_for(cast, 12))
    sign_off(task_id=task.pk, stage="pic", by=cast.agus)
    assert kiranas_kinds() == ["role.granted", "task.to_sign"]
