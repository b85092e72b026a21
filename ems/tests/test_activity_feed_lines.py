"""Each line of the feed leads to its record, and what one person repeats is one line."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import transaction

from bom.tests.conftest import put_up
from core.accounts.services import grant_role
from core.approvals.services import StepWanted, save_rule
from core.ledger.models import Event
from core.ledger.queries import last_event_id
from core.ledger.services import create_delivery, record
from ems.home.activity_feed import recent_entries
from engineering.models import ChangeNotice
from engineering.services import (
    choose_departments,
    edit_change,
    type_figures,
    withdraw_change,
)
from supportdocs.services import add_job_documents
from tests.factories import a_change, a_document, an_activity
from tests.people import Cast

pytestmark = pytest.mark.django_db
FRIDAY = datetime(2026, 7, 17, 3, tzinfo=UTC)
LINK = re.compile(r'<a href="([^"]+)">')


def edited(change: ChangeNotice, by: Any, words: str) -> None:
    """A new revision."""
    edit_change(change_id=change.pk, by=by, fields={"engineering": words})


def test_what_one_person_repeats_on_a_record_is_one_line(cast: Cast) -> None:
    change, other = a_change(cast.agus), a_change(cast.agus)
    for words in ("satu", "dua", "tiga"):
        edited(change, cast.agus, words)
    edited(other, cast.agus, "lain")
    edited(change, cast.hendi, "empat")
    lines = recent_entries(8, cast.rina, last_event_id())
    told = [(line.who, line.about, line.times) for line in lines[:3]]
    assert told == [
        (str(cast.hendi), change.number, 0),
        (str(cast.agus), other.number, 0),
        (str(cast.agus), change.number, 3),
    ]
    page = cast.browser("rina").get("/home/recent/").content.decode()
    assert page.count("3 \N{MULTIPLICATION SIGN}") == 1


def test_another_day_is_another_line_with_its_own_time(cast: Cast) -> None:
    change = a_change(cast.agus)
    for hours in (1, 2, 24):
        with time_machine.travel(FRIDAY + timedelta(hours=hours), tick=False):
            edited(change, cast.agus, f"setelah {hours} jam")
    lines = recent_entries(8, cast.rina, last_event_id())
    moments = {line.at: line.times for line in lines if line.at.year == 2026}
    assert moments[FRIDAY + timedelta(hours=24)] == 0
    assert moments[FRIDAY + timedelta(hours=2)] == 2
    assert FRIDAY + timedelta(hours=1) not in moments


def test_what_is_folded_leaves_room_for_older_lines(cast: Cast) -> None:
    first = a_change(cast.agus)
    busy = a_change(cast.agus)
    for number in range(12):
        edited(busy, cast.agus, f"kali {number}")
    lines = recent_entries(4, cast.rina, last_event_id())
    assert first.number in {line.about for line in lines}


def happened(cast: Cast) -> None:
    """One of everything that has a page."""
    change = a_change(cast.agus)
    activity = an_activity(cast.hendi, change)
    approval = put_up(700, cast.hendi, cast.agus)
    document = a_document(cast.agus)
    add_job_documents(
        job_id=1, by=cast.agus, document_ids=[document.pk], job_name="MCC"
    )
    grant_role(user_id=101, role="pic", by=cast.admin)
    step = StepWanted(mode="any", role="manager", people=frozenset())
    save_rule(rule_id=None, by=cast.admin, fields={"kind": 0}, steps=[step])
    choose_departments(department_ids=[4], by=cast.admin)
    type_figures(by=cast.rina, data={"total_boms": 7})
    for about in (activity, approval):
        with transaction.atomic():
            paid = create_delivery(
                about,
                key=f"k{about.pk}",
                kind="x",
                method="POST",
                path="/x",
                payload={},
                by=None,
            )
            record(paid, "delivery.parked", by=None, after={"key": paid.key})


@pytest.mark.parametrize("who", ["admin", "rina", "agus"])
def test_every_line_leads_to_a_page_that_its_reader_may_open(
    cast: Cast, who: str
) -> None:
    happened(cast)
    lines = recent_entries(50, getattr(cast, who), last_event_id())
    kinds = Event.objects.values("kind", "record_type").distinct().count()
    assert len(lines) >= kinds > 9
    browser = cast.browser(who)
    for line in lines:
        if line.url:
            assert browser.get(line.url).status_code == 200, line
    nowhere = {line.what for line in lines if not line.url}
    assert len(nowhere) == {"admin": 0, "rina": 4, "agus": 5}[who], nowhere


def test_the_page_links_the_names(cast: Cast) -> None:
    change = a_change(cast.agus)
    page = cast.browser("rina").get("/home/recent/").content.decode()
    assert f"/changes/{change.pk}/" in LINK.findall(page)


def test_a_record_that_is_gone_has_no_link(cast: Cast) -> None:
    change = a_change(cast.agus)
    withdraw_change(change_id=change.pk, by=cast.agus)
    line = recent_entries(1, cast.rina, last_event_id())[0]
    assert (line.about, line.url) == (change.number, "")
