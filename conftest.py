"""The ground of every test: settings and databases of its own, no network."""

import functools
import gc
import importlib
import ipaddress
import os
import shutil
import socket
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import django
import django.conf
import environ
import hypothesis
import pytest

# --- The environment, before Django reads it ------------------------------------

HERE = Path(__file__).resolve().parent
MEMORY = Path("/dev/shm")  # noqa: S108 - a folder of our own in it
ROOM = 4 << 30


def scratch_folder() -> Path:
    """Make a folder of our own; in memory where there is much of it, since tests fsync a lot."""
    is_roomy = MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > ROOM
    return Path(tempfile.mkdtemp(prefix="ems-tests-", dir=MEMORY if is_roomy else None))


SCRATCH = scratch_folder()
PLAIN_STATIC = "django.contrib.staticfiles.storage.StaticFilesStorage"
DATABASE_URL = os.environ.get("TEST_DATABASE_URL") or f"sqlite:///{SCRATCH}/ems.sqlite3"


def own_environment() -> None:
    """Forget the person's settings, and set what tests need."""
    # By string: a typed assignment to a method is no business of mypy's.
    setattr(environ.Env, "read_env", lambda *_, **__: None)  # noqa: B010
    for line in (HERE / ".env.example").read_text(encoding="utf-8").splitlines():
        os.environ.pop(line.lstrip("#").partition("=")[0], None)
    os.environ |= {
        "SECRET_KEY": "only-for-tests-0123456789-abcdefghijklmnop",
        "DATABASE_URL": DATABASE_URL,
        "DEBUG": "false",
        "SECURE_SSL": "false",
        "MEDIA_ROOT": str(SCRATCH / "media"),
        "UPSTREAM_CACHE_DIR": str(SCRATCH / "upstream"),
        "LOG_LEVEL": "WARNING",
    }


def set_up_django() -> None:
    """Load the settings now: conftest files below import models."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "ems.settings"
    # Tests read the source files; hashed names are tested where they are made.
    django.conf.settings.STORAGES["staticfiles"]["BACKEND"] = PLAIN_STATIC
    django.conf.settings.STATIC_ROOT = SCRATCH / "static"
    django.conf.settings.STATIC_ROOT.mkdir()
    options = django.conf.settings.DATABASES["default"]["OPTIONS"]
    if "options" in options:  # PostgreSQL: a crash of the machine may lose tests' rows
        options["options"] += " -c synchronous_commit=off"
    django.setup()
    # Not for the processes of xdist: they must come by here, too, and not load it earlier.
    del os.environ["DJANGO_SETTINGS_MODULE"]


own_environment()
set_up_django()
pytest_plugins = ["tests.databases", "tests.people"]
# A busy machine is slow and not wrong.
hypothesis.settings.register_profile(
    "ems", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("ems")

MARKERS = (
    "browser: drives a real browser; run where there is one",
    "nginx: starts the proxy; run where nginx is installed",
    "tesseract: recognises text on pictures; run where tesseract is installed",
    "slow: takes seconds",
    "long: takes minutes; left out without --long",
    "once: the database does not matter; left out of the second run of two",
    "socket_in_transaction: calls an upstream with a transaction open, on purpose",
)
DATABASE_FIXTURES = {
    "db",
    "transactional_db",
    "live_server",
    "django_db_setup",
}
CHAOS = HERE / "tests" / "chaos"
# They run what other tests cover, at half the speed while lines are counted.
NOT_COUNTED = tuple(
    HERE / "tests" / name for name in ("security", "journeys", "chaos", "architecture")
)
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
not_run = pytest.StashKey[list[str]]()


# --- Which tests run -------------------------------------------------------------


def pytest_configure(config: pytest.Config) -> None:
    """Make our markers known."""
    for marker in MARKERS:
        config.addinivalue_line("markers", marker)


def pytest_unconfigure() -> None:
    shutil.rmtree(SCRATCH, ignore_errors=True)


def find_browser() -> str | None:
    """Return the Chromium of this machine."""
    names = [os.environ.get("CHROMIUM", ""), *BROWSERS]
    return next((path for name in names if (path := shutil.which(name))), None)


def find_nginx() -> str | None:
    """Return the nginx of this machine, also where only root's path leads to it."""
    return shutil.which("nginx") or shutil.which("/usr/sbin/nginx")


def is_asked(*names: str) -> bool:
    """Whether one of these variables says yes."""
    words = (os.environ.get(name, "").lower() for name in names)
    return any(word in {"1", "true", "yes"} for word in words)


def pytest_addoption(parser: pytest.Parser) -> None:
    """``--long``: the slow rest, too."""
    parser.addoption("--long", action="store_true", help="run the long tests, too")


def leave_out_long(config: pytest.Config, items: list[pytest.Item]) -> None:
    """The long tests run by a command of their own (CONTRIBUTING.md), or when one is named."""
    long = [item for item in items if item.get_closest_marker("long")]
    if not long:
        return
    if config.getoption("--long") or any("::" in arg for arg in config.args):
        return
    config.hook.pytest_deselected(items=long)
    items[:] = [item for item in items if item not in long]


def leave_out_absent(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Tests of a tool that is not here do not run, and that is said; or it is a failure."""
    tools = (
        ("browser", find_browser(), "Chromium", ("EMS_DEMAND_BROWSER", "CI")),
        ("nginx", find_nginx(), "nginx", ("EMS_DEMAND_NGINX",)),
        (
            "tesseract",
            shutil.which("tesseract"),
            "tesseract",
            ("EMS_DEMAND_TESSERACT",),
        ),
    )
    config.stash[not_run] = []
    for marker, is_here, name, demands in tools:
        theirs = [item for item in items if item.get_closest_marker(marker)]
        if is_here or not theirs:
            continue
        reason = f"{len(theirs)} {marker} tests were not run: no {name} was found."
        if is_asked(*demands):
            raise pytest.UsageError(f"{reason} Install it, or set CHROMIUM.")
        config.hook.pytest_deselected(items=theirs)
        config.stash[not_run].append(reason)
        items[:] = [item for item in items if item not in theirs]


def touches_database(item: pytest.Item) -> bool:
    """Whether the database that was chosen matters: for processes, too, that a test starts."""
    if item.get_closest_marker("once"):
        return False
    is_asked_for = DATABASE_FIXTURES & set(getattr(item, "fixturenames", ()))
    has_marker = item.get_closest_marker("django_db") is not None
    return bool(is_asked_for) or has_marker or CHAOS in item.path.parents


def leave_out_done(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Do not repeat on PostgreSQL what SQLite's run has shown just before."""
    if os.environ.get("EMS_SECOND_RUN"):
        done = [item for item in items if not touches_database(item)]
        config.hook.pytest_deselected(items=done)
        items[:] = [item for item in items if item not in done]


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(
    config: pytest.Config, items: list[pytest.Item]
) -> None:
    """Browser tests come last; what needs an absent tool does not come."""
    leave_out_done(config, items)
    leave_out_absent(config, items)
    leave_out_long(config, items)
    for item in items:
        if any(place in item.path.parents for place in NOT_COUNTED):
            item.add_marker("no_cover")
    theirs = [item for item in items if item.get_closest_marker("browser")]
    ours = [item for item in items if not item.get_closest_marker("browser")]
    # Playwright keeps an event loop in the thread, which Django's ORM objects to.
    items[:] = ours + theirs


def pytest_collection_finish() -> None:
    """What is there now stays until the end: the collector of garbage need not look at it again."""
    gc.collect()
    gc.freeze()


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    """Say, near the end, what was left out and why."""
    for reason in config.stash.get(not_run, []):
        terminalreporter.write_line(reason)


# --- Databases -------------------------------------------------------------------


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings_parallel_suffix: None,  # noqa: ARG001
) -> None:
    """A file for SQLite: threads and processes see one database, as in production."""
    from django.conf import settings  # noqa: PLC0415 - after the environment

    database = settings.DATABASES["default"]
    if database["ENGINE"] == "core.db.sqlite":
        database["TEST"]["NAME"] = str(SCRATCH / "test.sqlite3")


@pytest.fixture(scope="session", autouse=True)
def _flush_append_only(django_test_environment: None) -> Iterator[None]:  # noqa: ARG001
    """Let the flush after a transactional test empty the append-only tables.

    Their triggers refuse it, as they should.
    """
    patches = {"sqlite3": _without_triggers, "postgresql": _with_triggers_off}
    with pytest.MonkeyPatch.context() as patch:
        for vendor, flush in patches.items():
            base = importlib.import_module(f"django.db.backends.{vendor}.base")
            kind = base.DatabaseOperations
            around = functools.partial(flush, kind.execute_sql_flush)
            patch.setattr(kind, "execute_sql_flush", lambda *a, _f=around: _f(*a))
        yield


def _without_triggers(
    flush: Callable[..., None], operations: Any, statements: list[str]
) -> None:
    with operations.connection.cursor() as cursor:
        cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
        triggers = dict(cursor.fetchall())
        for name in triggers:
            cursor.execute(f'DROP TRIGGER "{name}"')
        try:
            flush(operations, statements)
        finally:
            for statement in triggers.values():
                cursor.execute(statement)


def _with_triggers_off(
    flush: Callable[..., None], operations: Any, statements: list[str]
) -> None:
    with operations.connection.cursor() as cursor:
        cursor.execute("SELECT usesuper FROM pg_user WHERE usename = current_user")
        is_super = cursor.fetchone()[0]
    if is_super:
        # TRUNCATE makes a new file for each table and index; most tables are empty.
        tables = operations.connection.introspection.django_table_names(
            only_existing=True, include_views=False
        )
        deletes = [f'DELETE FROM "{table}";' for table in tables]  # noqa: S608 - models' names
        role = "SET session_replication_role = {};"
        flush(operations, [role.format("replica"), *deletes, role.format("DEFAULT")])
        return
    off, on = (
        f"ALTER TABLE ledger_event {word} TRIGGER USER;"
        for word in ("DISABLE", "ENABLE")
    )
    flush(operations, [off, *statements, on])


# --- Around each test ------------------------------------------------------------


@pytest.fixture(autouse=True)
def _clean_slate() -> Iterator[None]:
    """An empty cache for each test."""
    from django.core.cache import cache  # noqa: PLC0415
    from django.utils import translation  # noqa: PLC0415

    from core.integrations import upstreams  # noqa: PLC0415
    from ems import health  # noqa: PLC0415

    cache.clear()
    health.kept.clear()
    translation.deactivate()
    upstreams.reset()
    shutil.rmtree(SCRATCH / "upstream", ignore_errors=True)
    yield
    upstreams.reset()


@pytest.fixture(autouse=True)
def _only_loopback(monkeypatch: pytest.MonkeyPatch) -> None:
    """Refuse, loudly, to talk to another machine."""
    for name in ("connect", "connect_ex"):
        original = getattr(socket.socket, name)
        monkeypatch.setattr(socket.socket, name, _guarded(original))


def _guarded(original: Callable[..., Any]) -> Callable[..., Any]:
    def connect(self: socket.socket, address: Any) -> Any:
        if self.family != socket.AF_UNIX and not _is_loopback(address[0]):
            raise AssertionError(f"A test wanted to talk to {address[0]}.")
        return original(self, address)

    return connect


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


@pytest.fixture(autouse=True)
def _may_call_in_transaction(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    if request.node.get_closest_marker("socket_in_transaction"):
        from core.integrations import transaction_guard  # noqa: PLC0415

        monkeypatch.setattr(
            transaction_guard, "refuse_in_transaction", lambda _name: None
        )


# --- The sandbox -----------------------------------------------------------------


@pytest.fixture(scope="session")
def _running_sandbox() -> Iterator[Any]:
    # By name: the import rule says that nobody leans on the sandbox; tests may start it.
    with importlib.import_module("sandbox.server").Sandbox() as box:
        yield box


@pytest.fixture
def sandbox(_running_sandbox: Any, settings: Any) -> Iterator[Any]:
    """The stand-ins, as new, with the settings pointed at them."""
    from core.integrations import upstreams  # noqa: PLC0415

    launch = importlib.import_module("launcher.launch")
    _running_sandbox.reset()
    for name, part in launch.UPSTREAMS.items():
        setattr(settings, name, _running_sandbox.urls[part])
    upstreams.reset()
    yield _running_sandbox
    upstreams.reset()
    _running_sandbox.reset()


# --- A browser -------------------------------------------------------------------


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """One browser of Playwright's sync API; ask it for a new context in each test."""
    playwright = pytest.importorskip("playwright.sync_api")
    with playwright.sync_playwright() as tool:
        # Containers run as root and have a small /dev/shm.
        flags = ["--no-sandbox", "--disable-dev-shm-usage"]
        browser = tool.chromium.launch(executable_path=find_browser(), args=flags)
        yield browser
        browser.close()


@pytest.fixture(autouse=True)
def _may_block(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Playwright's event loop makes Django believe that the test is asynchronous."""
    if request.node.get_closest_marker("browser"):
        monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
