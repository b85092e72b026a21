"""Every door that signs asks for the password or the PIN, and writes nothing without it.

The doors are found in the source: one that is new fails until it stands here (docs/threats.md#t12).
"""

import ast
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings

from activities.models import Activity, Task
from activities.tests.conftest import a_task, an_activity
from bom.tests.conftest import put_up
from core.accounts.services import set_pin
from core.approvals.models import Decision
from core.approvals.services import note_opening
from engineering.tests.conftest import a_change
from tests.people import PASSWORD, Cast
from tests.security.database import print_of_database

BASE = Path(django_settings.BASE_DIR)
SIGNING = {
    "decide_change",
    "save_change",
    "decide_bom",
    "save_bom",
    "sign_off",
    "save_activity",
    "save_task",
}
# Rules, data that is made up, and measuring: no doors.
NO_DOORS = {"services", "tests", "demo", "benchmarks", ".venv", "node_modules"}
PIN = "270391"
Press = Callable[[dict[str, str]], Any]


def used_in(file: Path) -> Iterator[str]:
    """The signing verbs that a file names, other than to import them."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Name) and node.id in SIGNING:
            yield node.id


def doors_in_the_source() -> set[tuple[str, str]]:
    found = set()
    for file in BASE.rglob("*.py"):
        path = file.relative_to(BASE)
        if not NO_DOORS & set(path.parts):
            found |= {(str(path), verb) for verb in used_in(file)}
    return found


class World:
    """A change, a BOM and a task that wait, and a way through each door."""

    def __init__(self, cast: Cast) -> None:
        self.cast = cast
        self.change = a_change(cast.agus)
        self.bom = put_up(700, cast.agus, cast.hendi)
        note_opening(record=self.bom, by=cast.agus)
        note_opening(record=self.change, by=cast.rina)
        self.activity = an_activity(cast.hendi, a_task("Gambar", cast.agus))
        self.task = Task.objects.get()
        self.rina, self.agus = cast.browser("rina"), cast.browser("agus")
        self.api = {name: cast.api(name) for name in ("rina", "agus")}

    def shown(self, record: Any) -> dict[str, str]:
        return {
            "status": "1",
            "revision": str(record.revision),
            "digest": record.digest,
        }

    def row(self, record: Any) -> dict[str, str]:
        return {
            "status": "1",
            "shown": f"{record.pk}:{record.revision}:{record.digest}",
        }

    def press(self, who: str, path: str, form: dict[str, str]) -> Press:
        browser = {"rina": self.rina, "agus": self.agus}[who]
        return lambda more: browser.post(path, form | more)

    def post(self, who: str, path: str, body: dict[str, Any]) -> Press:
        return lambda more: self.api[who].call("POST", path, body | more)

    def doors(self) -> dict[tuple[str, str], Press]:
        return self.of_changes() | self.of_boms() | self.of_tasks()

    def of_changes(self) -> dict[tuple[str, str], Press]:
        change, api = self.change, "/engineeringDetailProblems"
        page, admin = f"/changes/{change.pk}/", "/admin/engineering/changenotice/"
        shown, row = self.shown(change), self.row(change)
        posted = {"id": change.pk, "status": 1}
        return {
            ("engineering/views/changes.py", "decide_change"): self.press(
                "rina", f"{page}decide/", shown
            ),
            ("engineering/views/bulk.py", "decide_change"): self.press(
                "rina",
                "/lists/rows/",
                {"verb": "approve", "pick": f"change:{change.pk}"},
            ),
            ("engineering/admin.py", "decide_change"): self.press(
                "rina", f"{admin}decide/", row
            ),
            ("engineering/api/decisions.py", "decide_change"): self.post(
                "rina", f"{api}/{change.pk}/decision", shown
            ),
            ("engineering/api/changes.py", "save_change"): self.post(
                "rina", api, posted
            ),
        }

    def of_boms(self) -> dict[tuple[str, str], Press]:
        shown, row = self.shown(self.bom), self.row(self.bom)
        own = {"extBomLeveledId": 700, "pics": [{"extUserId": 12, "status": 1}]}
        seen = {name: shown[name] for name in ("revision", "digest")}
        return {
            ("bom/views/records.py", "decide_bom"): self.press(
                "agus", "/bom/700/decide/", shown
            ),
            ("bom/views/bulk.py", "decide_bom"): self.press(
                "agus",
                "/lists/rows/",
                {"verb": "approve", "pick": f"bom:{self.bom.pk}"},
            ),
            ("bom/admin.py", "decide_bom"): self.press(
                "agus", "/admin/bom/bomapproval/decide/", row
            ),
            ("bom/api.py", "decide_bom"): self.post(
                "agus", "/bomapprovals/700/decision", shown
            ),
            ("bom/api.py", "save_bom"): self.post("agus", "/bomapprovals", own | seen),
        }

    def of_tasks(self) -> dict[tuple[str, str], Press]:
        task, activity = self.task.pk, self.activity.pk
        chosen = {"action": "sign_next", "_selected_action": str(task)}
        done = {"completedDatePic": "2026-03-17T09:00:00", "completedByPicId": 12}
        posted = {"id": activity, "tasks": [{"id": task} | done]}
        new = {"description": "Uji", "inCharges": [{"extUserId": 12}]}
        return {
            ("activities/views/tasks.py", "sign_off"): self.press(
                "agus", f"/activities/tasks/{task}/sign/", {"stage": "pic"}
            ),
            ("activities/views/bulk.py", "sign_off"): self.press(
                "agus", "/lists/rows/", {"verb": "sign", "pick": f"task:{task}:pic"}
            ),
            ("activities/admin.py", "sign_off"): self.press(
                "agus", "/admin/activities/task/", chosen
            ),
            ("activities/api.py", "save_activity"): self.post(
                "agus", "/api/dashboard/activities", posted
            ),
            ("activities/api.py", "save_task"): self.post(
                "agus", "/api/tasks", {"engineeringActivityId": activity} | new | done
            ),
            ("notifications/api.py", "sign_off"): self.post(
                "agus", "/api/notifications/done", {"taskId": task, "role": "pic"}
            ),
        }


NAMES = [
    ("engineering/views/changes.py", "decide_change"),
    ("engineering/views/bulk.py", "decide_change"),
    ("engineering/admin.py", "decide_change"),
    ("engineering/api/decisions.py", "decide_change"),
    ("engineering/api/changes.py", "save_change"),
    ("bom/views/records.py", "decide_bom"),
    ("bom/views/bulk.py", "decide_bom"),
    ("bom/admin.py", "decide_bom"),
    ("bom/api.py", "decide_bom"),
    ("bom/api.py", "save_bom"),
    ("activities/views/tasks.py", "sign_off"),
    ("activities/views/bulk.py", "sign_off"),
    ("activities/admin.py", "sign_off"),
    ("activities/api.py", "save_activity"),
    ("activities/api.py", "save_task"),
    ("notifications/api.py", "sign_off"),
]


@pytest.fixture
def world(cast: Cast) -> World:
    return World(cast)


def signatures() -> int:
    """The number of signatures that stand."""
    tasks = Task.objects.exclude(completed_date_pic=None).count()
    return tasks + Decision.objects.count()


def test_every_door_stands_here(world: World) -> None:
    assert doors_in_the_source() == set(NAMES) == set(world.doors())


@pytest.mark.parametrize("door", NAMES, ids=" ".join)
def test_t12_no_door_signs_without_password_or_pin(
    world: World, settings: Any, door: tuple[str, str]
) -> None:
    settings.SIGNATURE_REAUTH = "each"
    press, before = world.doors()[door], print_of_database()
    for more in ({}, {"password": ""}):
        answer = press(more)
        if "/api" in door[0] or door[0].endswith("api.py"):
            assert (answer.status_code, answer.json()["code"]) == (
                401,
                "reauth_required",
            )
        assert (signatures(), Activity.objects.count()) == (0, 1)
        assert print_of_database() == before
    press({"password": "salah"})
    assert signatures() == 0
    press({"password": PASSWORD})
    assert signatures() == 1


@pytest.mark.parametrize("door", NAMES, ids=" ".join)
def test_the_pin_opens_every_door(
    world: World, settings: Any, door: tuple[str, str]
) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.SIGNATURE_REAUTH = "each"
    for by in (world.cast.rina, world.cast.agus):
        set_pin(by=by, pin=PIN, password=PASSWORD, address="10.0.0.1")
    world.doors()[door]({"password": PIN})
    assert signatures() == 1
