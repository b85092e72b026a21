"""A page asks the database at most twelve times, however many rows there are."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client

from activities.tests.conftest import a_task, an_activity, signed, the_task
from aianalyzer.services import record_generation
from bom.models import BomApproval
from bom.tests.conftest import put_up
from core.accounts.models import User
from engineering.services import decide_change
from engineering.tests.conftest import a_change
from supportdocs.services import add_job_documents, list_document
from tests.factories import a_document

pytestmark = pytest.mark.django_db
CEILING = 12
PLANNED = CEILING + 3  # the working calendar, which is remembered, and leave
# What the reader keeps of a list: how they like it, and their views.
LIST = CEILING + 2
PAGES = {
    "/changes/": LIST,
    "/changes/?q=ganti": LIST,
    "/changes/?page=2&size=25": LIST + 1,  # the rows before it are counted, too
    "/changes/?mine=waiting": LIST + 4,  # whose turn it is hangs on the approval rules
    "/changes/?sort=-net&status=0&kind=0&year=2026": LIST,
    "/changes/totals/": CEILING,
    # Rows in which somebody is asked; the menu counts also what waits for whom one stands in for.
    "/bom/": LIST + 1,
    "/bom/?q=bom&sort=-opened&status=0": LIST + 1,
    "/bom/totals/": CEILING,
    "/bomapprovals?limit=50": CEILING,
    "/analyzer/": LIST,
    "/analyzer/?q=lvmdp&analysed=no": LIST,
    "/analyzer/answers/": LIST,
    "/analyzer/inquiries/301/": CEILING,
    "/api/generations?limit=50": CEILING,
    "/admin/bom/bomapproval/?waiting=all": CEILING + 1,
    "/documents/": LIST,
    # PostgreSQL asks for the ids that fit first; the menu, for whom one stands in.
    "/documents/?q=ganti&sort=-size": LIST + 1,
    "/documents/totals/": CEILING,
    # The menu counts also what waits for whom one stands in for.
    "/documents/jobs/": LIST + 2,
    "/supporttables?limit=50": CEILING,
    "/api/support-engineering-documents?limit=50": CEILING,
    "/inbox/": CEILING + 3,
    "/setup/panel-processes/": CEILING,
    "/reports/done/": CEILING,
    "/reports/tasks/": CEILING,
    "/reports/changes/": CEILING,
    "/reports/waiting/": CEILING,
    "/setup/support-details/?q=a": CEILING,
    "/notifications/": CEILING,
    # Six areas, each by number, by beginning and by words until enough is found; each by an index.
    "/search/?q=ganti": CEILING + 8,
    "/engineeringDetailProblems?limit=50": CEILING,
    "/engineeringDetailProblems/byPoId/1": CEILING,
    "/engineering-notes": CEILING,
    "/admin/engineering/changenotice/?waiting=all": CEILING,
    "/activities/": LIST,
    "/activities/?q=gambar&status=open&sort=-to&kind=0": LIST,
    "/activities/totals/": CEILING,
    "/activities/calendar/": PLANNED,
    "/activities/gantt/": PLANNED,
    "/activities/workload/": PLANNED,
    "/activities/manpower/": PLANNED,
    "/activities/overdue/": CEILING,
    "/admin/activities/task/?waiting=all": CEILING,
    "/api/dashboard/activities?limit=50": CEILING,
    "/api/dashboard/activities/task?limit=50": CEILING,
    "/api/notifications/active?role=pic&limit=50": CEILING,
}


class Counter:
    """Counts statements, past the log that each request empties."""

    def __init__(self) -> None:
        self.statements: list[str] = []

    def __call__(self, execute: Any, sql: str, *rest: Any) -> Any:
        self.statements.append(sql)
        return execute(sql, *rest)


def count(client: Client, path: str, *, is_cold: bool = True) -> int:
    """The statements of one GET, with cold caches unless said otherwise."""
    if is_cold:
        cache.clear()
    counter = Counter()
    with connection.execute_wrapper(counter):
        answer: Any = client.get(path)
        if answer.streaming:
            list(answer.streaming_content)
    assert answer.status_code == 200, path
    return sum(
        not sql.startswith(("SAVEPOINT", "RELEASE")) for sql in counter.statements
    )


@pytest.mark.parametrize("path", PAGES)
def test_the_count_stays_low_and_does_not_grow_with_rows(
    path: str, agus: User, rina: User, as_person: Callable[[User], Client], sandbox: Any
) -> None:
    client = as_person(rina)
    fill(agus, rina, 28, path)  # the second page has rows from the start
    client.get(path)  # warms the upstreams' caches
    few = count(client, path)
    fill(agus, rina, 30, path)
    many = count(client, path)
    assert many <= few
    assert many <= PAGES[path]


def test_home_asks_ten_times_and_half_of_it_when_nothing_happened(
    agus: User,
    hendi: User,
    rina: User,
    as_person: Callable[[User], Client],
    sandbox: Any,
) -> None:
    """A manager for whom changes, a BOM and tasks wait: session, person, frame, counts, three lists,
    the two figures, the feed and the names in it."""
    client = as_person(rina)
    fill(agus, rina, 28, "/inbox/")
    put_up(9000, agus, rina)
    for _each in range(2):
        signed(the_task(an_activity(agus, a_task("FAT", agus))), agus, hendi)
    page = client.get("/").content.decode()
    assert all(word in page for word in ("FAT", "/bom/9000/", "ECN-"))
    assert count(client, "/") <= 10
    assert count(client, "/", is_cold=False) <= 6


# What a list asks for beside what every page asks for: session, person, roles, menu, bell.
OWN = 8


@pytest.mark.parametrize(
    "path",
    ["/changes/", "/bom/", "/activities/", "/documents/", "/activities/overdue/"],
)
def test_a_list_asks_at_most_eight_of_its_own(
    path: str, agus: User, rina: User, as_person: Callable[[User], Client], sandbox: Any
) -> None:
    client = as_person(rina)
    fill(agus, rina, 6, path)
    client.get(path)
    assert count(client, path) - count(client, "/help/home/") <= OWN


def fill(agus: User, rina: User, number: int, path: str = "") -> None:
    """Changes, every second one decided, and activities; or documents, each with its job."""
    if path.startswith(("/activities", "/api/", "/inbox", "/admin/activities")):
        for _each in range(number // 2):
            an_activity(agus, a_task("Gambar SLD", agus), a_task("Layout", agus))
    for place in range(number):
        if "bom" in path:
            put_up(5000 + BomApproval.objects.count(), agus, rina)
            continue
        if "document" in path or "support" in path:
            document = a_document(agus, f"Ganti {place}")
            list_document(document_id=document.pk, by=rina, is_listed=place < 2)
            add_job_documents(
                job_id=document.pk, by=agus, document_ids=[document.pk], job_name="A"
            )
            continue
        fields = {"file_name": "a.pdf", "content": "x", "ext_inquiry_id": 301 + place}
        record_generation(by=agus, fields=fields)
        record_generation(by=agus, fields=fields | {"ext_inquiry_id": 301})
        change = a_change(agus, ext_purchase_order_id=1)
        if place % 2:
            decide_change(change_id=change.pk, by=rina, status=1)


def test_a_query_per_row_would_be_seen(agus: User, rina: User) -> None:
    """Sabotage: what the counter must see."""
    for _each in range(4):
        a_change(agus)
    counter = Counter()
    with connection.execute_wrapper(counter):
        from engineering.models import ChangeNotice  # noqa: PLC0415

        for change in ChangeNotice.objects.all():
            list(change.items.all())
    assert len(counter.statements) == 5
