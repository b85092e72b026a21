"""The demo company: believable, told through the services, and never over real data."""

from typing import Any

import pytest
from django.core.management import call_command
from django.utils import timezone

from activities.queries.live_tasks import overdue_tasks
from core.accounts.models import User, UserRole
from core.ledger.queries import first_breach
from demo import company
from engineering.models import ChangeNotice

pytestmark = pytest.mark.django_db


def test_it_fills_an_empty_database(sandbox: Any) -> None:
    assert company.is_empty()
    assert company.seed(count=30) == 30
    assert not company.is_empty()
    assert UserRole.objects.count() == len(company.ROLES)
    assert set(ChangeNotice.objects.values_list("status", flat=True)) >= {0, 1}
    assert first_breach() is None
    assert overdue_tasks().exists()


def test_its_history_reads_as_if_it_had_happened_then(sandbox: Any) -> None:
    company.seed(count=10)
    oldest = ChangeNotice.objects.order_by("created_at")[0]
    assert (timezone.now() - oldest.created_at).days > 5
    assert all(
        change.date <= timezone.localdate() for change in ChangeNotice.objects.all()
    )


def test_it_leaves_a_filled_database_alone(
    sandbox: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    UserRole.objects.create(user_id=1, role="pic")
    call_command("seed_demo")
    assert "nothing was added" in capsys.readouterr().out
    assert not User.objects.exists()
