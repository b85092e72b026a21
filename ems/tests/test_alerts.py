"""Every alert, every panel and the page of the machine room stand on a figure that is really there."""

import json
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.conf import settings
from django.utils import timezone
from model_bakery import baker

from core.ledger.models import Delivery, Event, PeriodicJob
from core.ledger.tasks import HistoryBrokenError, run_due, verify_history
from core.ledger.tests.test_events import Unguarded
from ems.backup import BACKUP
from ems.version import version
from engineering.tests.conftest import a_change
from tests.people import Cast, text_of

pytestmark = pytest.mark.django_db
BASE = Path(settings.BASE_DIR)
METRIC = re.compile(r"\b(?:ems|django)_[a-z_]+")
# Of the web processes: there as soon as one has answered.
PATHS = ("/healthz", "/metrics")


def rules() -> list[dict[str, Any]]:
    found = yaml.safe_load((BASE / "deploy/alerts.yaml").read_text())
    return [rule for group in found["groups"] for rule in group["rules"]]


def panels() -> list[str]:
    found = json.loads((BASE / "deploy/grafana.json").read_text())
    return [target["expr"] for each in found["panels"] for target in each["targets"]]


def test_each_alert_and_panel_asks_for_a_figure_that_is_there(cast: Cast) -> None:
    admin = cast.browser("admin")
    for path in PATHS:
        admin.get(path)
    known = set(METRIC.findall(text_of(admin.get("/metrics"))))
    asked = {name for rule in rules() for name in METRIC.findall(rule["expr"])}
    asked |= {name for expr in panels() for name in METRIC.findall(expr)}
    assert len(asked) > 15
    assert asked <= known


def test_the_documented_alerts_are_those_of_the_file() -> None:
    told = (BASE / "docs/operations.md").read_text()
    written = re.findall(r"^\| `(Ems\w+)` \|", told, re.MULTILINE)
    assert written == [rule["alert"] for rule in rules()]
    for rule in rules():
        assert rule["labels"]["severity"] in {"warning", "critical"}
        assert rule["annotations"]["summary"].endswith(".")


def value(page: str, name: str) -> float:
    (line,) = (each for each in page.splitlines() if each.startswith(f"{name} "))
    return float(line.rpartition(" ")[2])


def test_the_figures_follow_what_happens(cast: Cast) -> None:
    admin = cast.browser("admin")
    before = text_of(admin.get("/metrics"))
    assert not re.search(r"^ems_backup_age_seconds ", before, re.MULTILINE)
    assert value(before, "ems_rounds_open") == 0
    a_change(cast.agus)
    long_ago = timezone.now() - timedelta(hours=30)
    PeriodicJob.objects.create(name=BACKUP, ran_at=long_ago)
    PeriodicJob.objects.create(name="send_digests", problem="Tidak bisa.")
    baker.make(Delivery, body=b"{}", state=Delivery.State.PENDING)
    page = text_of(admin.get("/metrics"))
    assert value(page, "ems_rounds_open") == 1
    assert value(page, "ems_backup_age_seconds") > 29 * 3600
    assert value(page, 'ems_job_failing{job="send_digests"}') == 1
    assert value(page, 'ems_deliveries{state="pending"}') == 1
    assert value(page, f'ems_info{{version="{version()}"}}') == 1


def test_a_broken_history_is_a_job_that_fails(cast: Cast) -> None:
    a_change(cast.agus)
    verify_history()
    with Unguarded():
        assert Event.objects.update(note="lain")
    with pytest.raises(HistoryBrokenError, match="event"):
        verify_history()
    PeriodicJob.objects.create(name="verify_history")
    run_due({"verify_history": (verify_history, 60.0)})
    page = text_of(cast.browser("admin").get("/metrics"))
    assert value(page, 'ems_job_failing{job="verify_history"}') == 1


# --- /status/ -------------------------------------------------------------------------


def test_the_page_says_what_stands_and_what_failed(cast: Cast) -> None:
    PeriodicJob.objects.create(name="send_digests", problem="Server surel menolak.")
    PeriodicJob.objects.create(name=BACKUP, ran_at=timezone.now() - timedelta(days=3))
    baker.make(Delivery, key="bom:700:rev:1", body=b"{}", state=Delivery.State.PARKED)
    admin = cast.browser("admin")
    page = text_of(admin.get("/status/"))
    for word in (version(), "Server surel menolak.", "bom:700:rev:1", "send_digests"):
        assert word in page
    assert cast.browser("rina").get("/status/").status_code == 403


def test_every_upstream_has_its_line(cast: Cast) -> None:
    page = text_of(cast.browser("admin").get("/status/"))
    for name in ("PPIC", "CRM"):
        assert name in page
