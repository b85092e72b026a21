"""The upstreams as the settings name them."""

import os
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from core.integrations import upstreams
from core.integrations.errors import Reason, UpstreamError
from core.integrations.persistent_cache import DirectoryStore, NoStore, Stores


@pytest.fixture
def named(monkeypatch: pytest.MonkeyPatch) -> Iterator[SimpleNamespace]:
    """Settings in which nothing is set, and upstreams that are built from them."""
    empty = SimpleNamespace()
    monkeypatch.setattr(upstreams, "settings", empty)
    upstreams.reset()
    yield empty
    upstreams.reset()


def test_without_settings_every_upstream_says_so(named: SimpleNamespace) -> None:
    del named
    crm, ppic = upstreams.crm(), upstreams.ppic()
    readings = (
        crm.purchase_orders(),
        crm.inquiries(),
        ppic.items(),
        upstreams.people(),
    )
    for reading in readings:
        assert reading.error is not None
        assert reading.error.reason is Reason.UNREACHABLE
        assert "not configured" in str(reading.error)
    with pytest.raises(UpstreamError, match="not configured"):
        upstreams.auth().login("a", "b")
    with pytest.raises(UpstreamError, match="not configured"):
        upstreams.estimator().process_pdf(b"", "gpt4")
    with pytest.raises(UpstreamError, match="not configured"):
        upstreams.ppic().relay.send("POST", "/snapshot-bom/1", json={})


def test_each_is_built_once(named: SimpleNamespace) -> None:
    del named
    for build in (
        upstreams.auth,
        upstreams.crm,
        upstreams.ppic,
        upstreams.meeting,
        upstreams.estimator,
    ):
        assert build() is build()


def test_each_has_its_row_of_the_table(named: SimpleNamespace) -> None:
    del named
    login, directory = upstreams.auth().clients
    assert (login.limits, directory.limits) == (
        upstreams.AUTH_LOGIN,
        upstreams.AUTH_DIRECTORY,
    )
    assert {client.limits for client in upstreams.crm().clients} == {upstreams.CRM}
    client, relay = upstreams.ppic().clients
    assert (client.limits, relay.limits) == (upstreams.PPIC, upstreams.PPIC_RELAY)
    assert upstreams.estimator().clients[0].limits is upstreams.AI


def test_settings_lead_to_the_upstreams(
    named: SimpleNamespace, box: Any, tmp_path: Path
) -> None:
    named.AUTH_SERVER_URL, named.PPIC_URL = box.auth.url, box.ppic.url
    named.CRM_URL = named.CRM_INQUIRIES_URL = box.crm.url
    named.UPSTREAM_CACHE_DIR = str(tmp_path)
    assert upstreams.auth().login("rina", box.auth.password).ext_id == 3
    assert upstreams.ppic().items().value
    assert upstreams.crm().inquiries().value
    assert len(list(tmp_path.iterdir())) == 2


def test_a_restart_begins_warm_from_the_directory(
    named: SimpleNamespace, box: Any, tmp_path: Path
) -> None:
    named.PPIC_URL, named.UPSTREAM_CACHE_DIR = box.ppic.url, str(tmp_path)
    before = upstreams.ppic().items()
    upstreams.reset()
    box.ppic.faults.set("/", "refuse")
    after = upstreams.ppic().items()
    assert (after.value, after.as_of) == (before.value, before.as_of)
    upstreams.reset()
    named.UPSTREAM_CACHE_DIR = ""
    assert upstreams.ppic().items().value == {}


def test_the_directory_of_people_is_the_meeting_servers_if_there_is_one(
    named: SimpleNamespace, box: Any
) -> None:
    named.AUTH_SERVER_URL = box.auth.url
    assert upstreams.people().value[3].department_name is None
    assert upstreams.departments().value
    upstreams.reset()
    named.MEETING_URL = box.meeting.url
    assert upstreams.people().value[3].department_name is not None
    assert upstreams.departments().value


def test_the_stores_are_those_of_the_settings(
    named: SimpleNamespace, tmp_path: Path
) -> None:
    assert isinstance(upstreams._store(), NoStore)
    upstreams.reset()
    named.UPSTREAM_CACHE_DIR, named.REDIS_URL = str(tmp_path), "redis://127.0.0.1:1/0"
    store = upstreams._store()
    assert isinstance(store, Stores)
    kinds = [type(each).__name__ for each in store._stores]
    assert kinds == [DirectoryStore.__name__, "RedisStore"]


def test_health_names_every_upstream_without_asking_any(
    named: SimpleNamespace, box: Any
) -> None:
    named.PPIC_URL = box.ppic.url
    rows = {row.name: row for row in upstreams.health()}
    expected = {
        "PPIC items",
        "PPIC relay",
        "CRM inquiries",
        "auth server login",
        "PPIC material requests",
        "estimator",
    }
    assert expected <= rows.keys()
    assert box.ppic.calls == []
    assert not rows["PPIC relay"].is_stale


def test_a_forked_child_builds_its_own(named: SimpleNamespace) -> None:
    del named
    mine = upstreams.ppic()
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        is_own = upstreams.ppic() is not mine
        os.write(writer, b"own" if is_own else b"shared")
        os._exit(0)
    assert os.read(reader, 10) == b"own"
    os.waitpid(child, 0)
    os.close(reader)
    os.close(writer)
    assert upstreams.ppic() is mine


def test_each_is_forgotten_by_a_reset(named: SimpleNamespace) -> None:
    del named
    before = [build() for build in upstreams.BUILT]
    upstreams.reset()
    after = [build() for build in upstreams.BUILT]
    assert all(new is not old for new, old in zip(after, before, strict=True))
    cached = {each for each in vars(upstreams).values() if hasattr(each, "cache_clear")}
    assert cached == set(upstreams.BUILT)
