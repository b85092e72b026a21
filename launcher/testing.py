"""``manage.py test``: the whole suite, on SQLite and on PostgreSQL."""

import argparse
import os
import secrets
import subprocess
import sys
from collections.abc import MutableMapping
from dataclasses import dataclass

from launcher.places import BASE
from launcher.refusals import Refusal
from launcher.test_databases import borrow_postgres

PROCESSES = "2"
NOTHING_COLLECTED = 5
# The environment decides, in conftest.py, before Django reads it; and -v undoes a -q of the
# configuration, so that the closing line is the usual one.
ALWAYS = ["-o", "DJANGO_SETTINGS_MODULE=", "-v"]


@dataclass(frozen=True, slots=True)
class TestOptions:
    """The databases of a run, and the words for pytest."""

    __test__ = False  # pytest would take it for a test

    databases: tuple[str, ...]
    words: tuple[str, ...]

    @property
    def is_whole(self) -> bool:
        """Whether everything runs, so that coverage means something."""
        return not self.words and len(self.databases) > 1


def parse(words: list[str]) -> TestOptions:
    """Read our one option; the rest is pytest's.

    Without a word it is the whole suite on both; a selection runs on SQLite unless asked.
    """
    parser = argparse.ArgumentParser(prog="manage.py test", add_help=False)
    parser.add_argument("--db", choices=["sqlite", "postgres", "both"])
    ours, others = parser.parse_known_args(words)
    chosen = ours.db or ("sqlite" if others else "both")
    databases = ("sqlite", "postgres") if chosen == "both" else (chosen,)
    return TestOptions(databases, tuple(others))


def isolate(env: MutableMapping[str, str]) -> None:
    """Give this process, which only starts others, settings that load."""
    env["SECRET_KEY"] = secrets.token_hex()
    for name in ("DEBUG", "ALLOWED_HOSTS"):
        env.pop(name, None)


def run_tests(options: TestOptions) -> int:
    """Run on each database in turn; returns pytest's code of the first that failed."""
    runs = {"sqlite": _run_sqlite, "postgres": _run_postgres}
    codes = [runs[name](options) for name in options.databases]
    return next((code for code in codes if code), 0)


def _run_sqlite(options: TestOptions) -> int:
    say("Tests on SQLite")
    return pytest(options, "sqlite", "")


def _run_postgres(options: TestOptions) -> int:
    found = borrow_postgres()
    if found is None:
        return _without_postgres()
    with found as server:
        say(f"Tests on PostgreSQL ({server.origin})")
        return pytest(options, "postgres", server.url)


def _without_postgres() -> int:
    sentence = (
        "THE TESTS DID NOT RUN ON POSTGRESQL: DATABASE_URL names none, none listens on "
        "127.0.0.1:5432, and the one from requirements-dev.txt did not start."
    )
    if os.environ.get("CI", "").lower() in {"1", "true", "yes"}:
        raise Refusal(sentence)
    say(sentence)
    return 0


def pytest(options: TestOptions, database: str, url: str) -> int:
    """Run it in a process of its own: this one has Django set up already."""
    command = [sys.executable, "-m", "pytest", *ALWAYS, *arguments(options, database)]
    env = {
        name: v for name, v in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"
    }
    env |= {"TEST_DATABASE_URL": url}
    if database != options.databases[0]:
        env["EMS_SECOND_RUN"] = "1"
    done = subprocess.run(command, cwd=BASE, env=env, check=False)  # noqa: S603 - ours
    return done.returncode


def arguments(options: TestOptions, database: str) -> list[str]:
    """Return what goes to pytest: coverage is counted in the first run, which runs everything.

    It makes each line slower; the second run shows that the other database behaves alike.
    """
    if options.words:
        return list(options.words)
    found = ["-n", PROCESSES]
    if options.is_whole and database == options.databases[0]:
        return [*found, "--cov=.", "--cov-report=term"]
    return found


def say(sentence: str) -> None:
    """Tell at once: pytest writes to the same place."""
    sys.stdout.write(f"\n--- {sentence} ---\n")
    sys.stdout.flush()
