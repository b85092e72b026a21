"""Filters of the list of changes: project, priority, whom it waits for, late."""

from datetime import timedelta

import pytest
from django.utils import timezone

from core.approvals.models import RoundStep
from engineering.services import decide_change
from tests.factories import a_change
from tests.people import Cast

pytestmark = pytest.mark.django_db


def shown(cast: Cast, query: str) -> set[int]:
    """What the list shows."""
    answer = cast.browser("rina").get(f"/changes/?{query}")
    assert answer.status_code == 200
    return {row.pk for row in answer.context["rows"]}


def test_by_project_and_priority(cast: Cast) -> None:
    one = a_change(cast.agus, project_name="Gardu Cikarang", priority=1)
    a_change(cast.agus, project_name="Hotel Sanur", priority=4)
    assert shown(cast, "project=cikarang") == {one.pk}
    assert shown(cast, "priority=1") == {one.pk}
    assert shown(cast, "project=cikarang&priority=4") == set()


def test_by_whom_it_waits_for(cast: Cast) -> None:
    waits, done = a_change(cast.agus), a_change(cast.agus)
    decide_change(change_id=done.pk, by=cast.rina, status=1)
    assert shown(cast, f"decider={cast.rina.ext_id}") == {waits.pk}
    assert shown(cast, f"decider={cast.agus.ext_id}") == set()


def test_late_is_what_should_have_been_decided(cast: Cast) -> None:
    late, soon = a_change(cast.agus), a_change(cast.agus)
    now = timezone.now()
    for change, due in (
        (late, now - timedelta(hours=1)),
        (soon, now + timedelta(days=1)),
    ):
        RoundStep.objects.filter(round__record_id=change.pk).update(due_at=due)
    assert shown(cast, "late=true") == {late.pk}


@pytest.mark.parametrize("query", ["decider=x", "decider=0", "priority=9"])
def test_a_wrong_value_is_refused(cast: Cast, query: str) -> None:
    assert cast.browser("rina").get(f"/changes/?{query}").status_code == 400
