"""Every route, every method, every role; a refused request changes nothing (docs/threats.md#t25)."""

import copy
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from http import HTTPStatus
from typing import Any

import pytest
from django.contrib.auth.hashers import make_password
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpRequest, HttpResponse
from django.urls import path as url_path
from django.utils import timezone
from model_bakery import baker

from activities.models import Export
from bom.models import BomDefaultPic
from core.accounts.models import Pin, User
from core.approvals.models import ApprovalRule
from core.ledger.models import Delivery, Event
from core.workdays.models import Holiday, WorkingDay
from ems import urls
from engineering.models import ChangeAttachment, DepartmentConfig
from engineering.services import decide_change
from notifications.models import Notification
from supportdocs.models import SupportJob
from tests.contract.paths import PATHS, PDF, Given, sent
from tests.contract.routes import Route, routes, shape
from tests.contract.world import World, make_world, undone
from tests.factories import a_change
from tests.people import ACTORS, Caller, Cast
from tests.security.admin_pages import MODELS
from tests.security.authz import SIGNPOSTS, all_pages
from tests.security.database import is_changed, print_of_database, rows_written
from tests.security.page import Page
from tests.security.switch_pages import old_rows

METHODS = ("GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE")
SAFE = {"GET", "HEAD", "OPTIONS"}
LOGIN = ("/accounts/login/", "/admin/login/")
REFUSED = {401, 403, 404, 405}


@pytest.fixture
def world(cast: Cast, settings: Any) -> World:
    """The small department, and one row for each list of the admin."""
    # It notes each stranger's call, which is a row, but not one that the stranger may write.
    noting = "core.service_accounts.middleware.TokenlessCallsMiddleware"
    settings.MIDDLEWARE = [each for each in settings.MIDDLEWARE if each != noting]
    world = make_world(cast)
    world.ids.update(_rows_of_the_admin(world))
    # The link to decide is hers.
    hashed = make_password("270391")
    Pin.objects.create(user=cast.ratna, hashed=hashed, set_at=timezone.now())
    for name in ACTORS[1:]:
        cast.token(name)
    return world


def _rows_of_the_admin(world: World) -> dict[str, Any]:
    returned = a_change(world.cast.agus)
    decide_change(
        change_id=returned.pk, by=world.cast.rina, status=3, remark="lengkapi"
    )
    made = {
        "returnedId": returned.pk,
        "bom/bomdefaultpic": BomDefaultPic.objects.create(ext_user_id=12).pk,
        "approvals/approvalrule": ApprovalRule.objects.create(kind=0).pk,
        "workdays/holiday": Holiday.objects.create(date=date(2028, 6, 1), name="x").pk,
        "workdays/workingday": WorkingDay.objects.create(weekday=6).pk,
        "django_tasks_database/dbtaskresult": baker.make(
            "django_tasks_database.DBTaskResult",
            args_kwargs={"args": [], "kwargs": {}},
            task_path="core.ledger.tasks.tick",
        ).pk,
        "ledger/delivery": baker.make(Delivery, body=b"{}").pk,
        **old_rows(),
    }
    ids = world.ids
    known = {
        "activities/activity": ids["activityId"],
        "activities/task": ids["taskId"],
        "bom/bomapproval": ids["bomRow"],
        "accounts/user": world.cast.budi.pk,
        "aianalyzer/inquiryaigeneration": ids["recordedId"],
        "accounts/userrole": ids["roleId"],
        "engineering/changenotice": ids["id"],
        "engineering/configuration": ids["configurationId"],
        "engineering/departmentconfig": DepartmentConfig.objects.get().pk,
        "engineering/donepo": ids["doneId"],
        "engineering/engineersupport": ids["supportId"],
        "engineering/outstandingpostpo": ids["outstandingId"],
        "engineering/panelprocess": ids["processId"],
        "engineering/supportdetail": ids["detailId"],
        "supportdocs/supportjob": SupportJob.objects.get().pk,
        "supportdocs/supporttable": ids["documentId"],
        "ledger/event": Event.objects.order_by("pk")[0].pk,
    }
    return (
        made
        | known
        | {
            "exportId": _a_file_of(world.cast.admin),
            "fileId": _a_content_file(),
            "noticeId": Notification.objects.filter(
                recipient=world.cast.rina, is_read=False
            )[0].pk,
        }
    )


def _a_content_file() -> int:
    """The file of the change, as content that can be removed."""
    ChangeAttachment.objects.update(purpose=ChangeAttachment.Purpose.CONTENT)
    return ChangeAttachment.objects.get().pk


def _a_file_of(owner: User) -> int:
    """A finished Excel file."""
    stored = default_storage.save("exports/x.xlsx", ContentFile(b"x"))
    row = Export.objects.create(
        owner=owner,
        report="list",
        language="id",
        state=Export.State.READY,
        name="Activities.xlsx",
        stored_name=stored,
    )
    return row.pk


OPEN = {"/login", "/api/receipt-keys"}  # without login


@dataclass(frozen=True)
class Cell:
    """One actor's one call, and what must come of it."""

    actor: str
    method: str
    path: str
    may: bool
    is_served: bool
    body: Any = None
    leaves: bool = True
    is_api: bool = True
    kind: str = "application/json"
    status: int = 200  # of an example that shows a refusal by the record's state

    def __str__(self) -> str:
        return f"{self.actor} {self.method} {self.path}"


def api_cells(world: World) -> Iterator[Cell]:
    """Every documented path with every method."""
    by_path: dict[str, dict[str, Given]] = {}
    for given in PATHS:
        by_path.setdefault(given.path, {}).setdefault(given.method, given)
    for template, served in by_path.items():
        for actor in ACTORS:
            for method in METHODS:
                yield _api_cell(world, actor, method, template, served)


def _api_cell(
    world: World, actor: str, method: str, template: str, served: dict[str, Given]
) -> Cell:
    wanted = "GET" if method == "HEAD" else method
    given = served.get(wanted)
    body, kind = sent(given, world.ids) if given else (None, "application/json")
    is_page = template == "/login" and method in {"GET", "HEAD"}
    may = method == "OPTIONS" and (actor != "anon" or template in OPEN)
    return Cell(
        actor,
        method,
        world.path(given.url if given else template),
        may=actor in given.who if given else may or is_page,
        is_served=given is not None or method == "OPTIONS" or is_page,
        body=body,
        kind=kind,
        status=given.status if given else 200,
        leaves=given is None or given.name in {"login", "logout"} or method in SAFE,
    )


def page_cells(world: World) -> Iterator[Cell]:
    """Every page with every method."""
    for page in all_pages().values():
        for actor in ACTORS:
            for method in METHODS if actor in {"anon", "admin"} else ("GET", "POST"):
                yield _page_cell(world, actor, method, page)


def _page_cell(world: World, actor: str, method: str, page: Page) -> Cell:
    who = page.reads if method in {"GET", "HEAD"} else page.writes
    # A page need not answer HEAD to whom it lets in; but it must refuse the others.
    is_head = method == "HEAD" and actor in (who or ())
    is_served = who is not None and method in {"GET", "HEAD", "POST"} and not is_head
    return Cell(
        actor,
        method,
        world.path(page.path),
        may=bool(who) and actor in (who or ()),
        is_served=is_served,
        body=_form(page, world) if method == "POST" else None,
        status=page.status,
        leaves=page.leaves or method in SAFE,
        is_api=False,
    )


def _form(page: Page, world: World) -> dict[str, Any]:
    facts = {**world.ids, "digest": world.change.digest}
    form = {
        name: value if value == "{file}" else str(value).format_map(facts)
        for name, value in page.form.items()
    }
    return form | {
        name: SimpleUploadedFile("gambar.pdf", PDF)
        for name, value in form.items()
        if value == "{file}"
    }


def call(caller: Caller, cell: Cell) -> Any:
    """Send it: JSON to the API, a form to a page; nobody stays logged in or out by it."""
    cookies = copy.deepcopy(caller.cookies)
    answer = _sent(caller, cell)
    caller.cookies = cookies
    return answer


def _sent(caller: Caller, cell: Cell) -> Any:
    if cell.is_api or cell.method not in {"POST"}:
        return caller.call(cell.method, cell.path, cell.body, content_type=cell.kind)
    return caller.post(cell.path, cell.body)


def is_refused(answer: Any, cell: Cell) -> bool:
    """401 for a stranger at the API; 403, 404, 405, or a page's way of saying so."""
    if cell.actor == "anon" and cell.is_api:
        return bool(answer.status_code == HTTPStatus.UNAUTHORIZED)
    if answer.status_code in REFUSED:
        return True
    is_redirect = bool(answer.status_code == HTTPStatus.FOUND)
    target = str(answer.headers.get("Location", ""))
    if cell.actor == "anon":
        return is_redirect and target.startswith(LOGIN)
    return is_redirect and not cell.is_api


def faults(callers: dict[str, Caller], cells: Iterator[Cell]) -> list[str]:
    """What did not come as expected, a line per cell."""
    found = []
    before = print_of_database()
    for cell in cells:
        with undone():
            written = rows_written()
            answer = call(callers[cell.actor], cell)
            has_written = is_changed(before, written)
        if reason := _fault(cell, answer, is_changed=has_written):
            found.append(f"{cell}: {answer.status_code}, {reason}")
    assert print_of_database() == before, "a call reached past its transaction"
    return found


def _fault(cell: Cell, answer: Any, *, is_changed: bool) -> str:
    if answer.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return "a crash"
    if not (cell.may and cell.is_served):
        return _fault_of_refusal(cell, answer, is_changed=is_changed)
    is_error = answer.status_code >= HTTPStatus.BAD_REQUEST
    if is_error and not _is_expected(cell, answer):
        return "it was refused"
    if cell.method in SAFE:
        return "reading changed something" if is_changed else ""
    return "" if is_changed or cell.leaves else "it had no effect"


def _fault_of_refusal(cell: Cell, answer: Any, *, is_changed: bool) -> str:
    if is_changed:
        return "refused, and yet something was changed"
    return "it was let in" if cell.is_served and not is_refused(answer, cell) else ""


def _is_expected(cell: Cell, answer: Any) -> bool:
    """The example shows a refusal; or an empty form comes back with its errors: it was let in."""
    is_form = not cell.is_api and cell.leaves
    code = answer.status_code
    return bool(code == cell.status or (is_form and code == HTTPStatus.BAD_REQUEST))


def callers_of(cast: Cast, *, pages: bool) -> dict[str, Caller]:
    """A client per actor."""
    if pages:
        return {
            name: cast.browser(name, raise_request_exception=False) for name in ACTORS
        }
    return {name: cast.api(name, strict=False) for name in ACTORS}


def test_every_path_of_the_api_lets_in_whom_it_should(world: World) -> None:
    callers = callers_of(world.cast, pages=False)
    found = faults(callers, api_cells(world))
    assert not found, "\n".join(found)


def test_every_page_lets_in_whom_it_should(world: World) -> None:
    callers = callers_of(world.cast, pages=True)
    found = faults(callers, page_cells(world))
    assert not found, "\n".join(found)


def unlisted(found: list[Route]) -> list[str]:
    """Routes that no table speaks of."""
    pages = set(all_pages())
    paths = {shape(given.path) for given in PATHS}
    return [
        route.pattern
        for route in found
        if route.pattern not in pages
        and shape(route.pattern) not in paths
        and not _is_signpost(route.pattern)
    ]


def _is_signpost(pattern: str) -> bool:
    bare = re.sub(r"^/admin/\w+/\w+/", "/admin/<model>/", pattern)
    return bare in SIGNPOSTS or bare.startswith(SIGNPOSTS[1])


def test_no_route_is_missing_from_the_tables() -> None:
    assert not unlisted(routes())


def test_no_table_speaks_of_a_route_that_is_gone() -> None:
    patterns = {route.pattern for route in routes()}
    assert set(all_pages()) <= patterns
    models = {
        "/".join(each.split("/")[2:4]) for each in patterns if each.endswith("/add/")
    }
    assert models == set(MODELS)


# --- Negative controls ---------------------------------------------------------


def open_door(request: HttpRequest) -> HttpResponse:
    """A view that somebody forgot to protect."""
    Event.objects.create(record_type="x", record_id=1, seq=1, kind="x", at=NOON)
    return HttpResponse("come in")


NOON = "2026-03-17T05:00:00Z"


@pytest.fixture
def planted(monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    """The same site with that view on it."""
    door = url_path("open-door/", open_door)
    monkeypatch.setattr(urls, "urlpatterns", [door, *urls.urlpatterns])
    settings.ROOT_URLCONF = "ems.urls"  # forgets the cached resolver


@pytest.mark.usefixtures("planted")
def test_a_planted_route_is_seen_by_the_walk() -> None:
    assert unlisted(routes()) == ["/open-door/"]


@pytest.mark.usefixtures("planted")
def test_a_planted_unprotected_view_turns_the_matrix_red(cast: Cast) -> None:
    caller = cast.api("anon", strict=False)
    closed = Cell("anon", "GET", "/open-door/", may=False, is_served=True, is_api=False)
    assert faults({"anon": caller}, iter([closed])) == [
        "anon GET /open-door/: 200, refused, and yet something was changed"
    ]
    read = Cell("anon", "GET", "/help/", may=True, is_served=True, is_api=False)
    assert not faults({"anon": caller}, iter([read]))
    assert faults({"anon": caller}, iter([_but_not(read)]))


def _but_not(cell: Cell) -> Cell:
    door = Cell("anon", "GET", "/healthz", may=False, is_served=True, is_api=False)
    assert cell.path != door.path
    return door
