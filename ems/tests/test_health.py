"""Who hears what of the health of the system."""

from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from core.ledger.models import PeriodicJob
from ems.health import kept
from ems.logs import logging_config, with_version
from ems.version import version
from tests.people import Cast, text_of

pytestmark = pytest.mark.django_db


def test_health_says_what_an_operator_needs(
    client: Client, sandbox: Any, settings: Any
) -> None:
    assert client.get("/healthz").json() == {"status": "ok"}
    settings.METRICS_TOKEN = "of the watch"
    watch = {"authorization": "Bearer of the watch"}
    body = client.get("/readyz", headers=watch).json()
    assert body["upstreams"]
    assert (body["status"], body["database"], body["worker"]) == (
        "ready",
        "ok",
        "never seen",
    )
    PeriodicJob.objects.create(name="heartbeat", ran_at=timezone.now())
    kept.clear()
    assert client.get("/readyz", headers=watch).json()["worker"] == "ok"


def test_strangers_hear_only_whether_it_is_ready(
    client: Client, sandbox: Any, cast: Cast, settings: Any
) -> None:
    settings.METRICS_TOKEN = "of the watch"
    assert client.get("/readyz").json() == {"status": "ready"}
    wrong = {"authorization": "Bearer of nobody"}
    assert client.get("/readyz", headers=wrong).json() == {"status": "ready"}
    client.force_login(cast.rina)
    assert client.get("/readyz").json() == {"status": "ready"}


def test_who_asks_often_costs_nothing(
    client: Client, sandbox: Any, django_assert_num_queries: Any
) -> None:
    client.get("/readyz")
    with django_assert_num_queries(0):
        assert client.get("/readyz").status_code == 200


def test_the_version_is_said_where_somebody_looks_for_it(
    cast: Cast, client: Client, settings: Any
) -> None:
    settings.METRICS_TOKEN = "lihat"
    watch = {"Authorization": "Bearer lihat"}
    assert client.get("/readyz", headers=watch).json()["version"] == version()
    assert f"EMS {version()}" in text_of(cast.browser("budi").get("/inbox/"))
    line: Any = logging_config("INFO", is_readable=False)["formatters"]["line"]
    assert with_version in line["foreign_pre_chain"]
    assert with_version(None, "info", {"event": "x"}) == {
        "event": "x",
        "version": version(),
    }
