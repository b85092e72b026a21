"""compose.yaml as the program reads it; the story itself runs with ``--long``."""

import os
import shutil
from pathlib import Path

import pytest

from tests.machines.__main__ import run
from tests.machines.company import machines_of, variables
from tests.machines.composition import ENDED, services
from tests.machines.counts import early

NEEDS = ("ip", "initdb", "redis-server", "nginx", "openssl", "setpriv")


def test_every_service_comes_after_those_that_it_needs(tmp_path: Path) -> None:
    found = services(variables(), tmp_path)
    places = {name: place for place, name in enumerate(found)}
    assert {"proxy", "web", "worker", "migrate", "grants", "db", "redis", "s3"} <= set(
        places
    )
    for service in found.values():
        assert all(places[need] < places[service.name] for need in service.needs)
    assert found["web"].needs["grants"] == ENDED


def test_variables_are_filled_in_and_files_lie_here(tmp_path: Path) -> None:
    given = variables()
    found = services(given, tmp_path)
    password = given["EMS_APP_PASSWORD"]
    assert (
        found["web"].environment["DATABASE_URL"]
        == f"postgres://ems_app:{password}@db:5432/ems"
    )
    assert found["web"].environment["EMAIL_URL"] == ""
    (written,) = (Path(word) for word in found["redis"].words if word.startswith("/"))
    assert f"requirepass {given['REDIS_PASSWORD']}" in written.read_text("utf-8")
    assert Path(found["grants"].words[-1]).is_file()


def test_a_secret_that_nobody_set_is_named(tmp_path: Path) -> None:
    without = variables() | {"SECRET_KEY": ""}
    with pytest.raises(KeyError, match="set SECRET_KEY to 50 random characters"):
        services(without, tmp_path)


def test_web_and_worker_run_twice(tmp_path: Path) -> None:
    found = services(variables(), tmp_path)
    assert machines_of(found["web"]) == ["web-1", "web-2"]
    assert machines_of(found["db"]) == ["db"]


def test_a_job_that_ran_again_too_early_is_found() -> None:
    ticks = [
        {"job": "a", "at": at, "every": 10.0, "machine": "x"} for at in (0, 10, 20)
    ]
    assert early(ticks) == []
    assert early([*ticks, {"job": "a", "at": 25, "every": 10.0}]) == ["a"]


@pytest.mark.long
def test_two_of_each_do_each_thing_once_while_machines_die(tmp_path: Path) -> None:
    path = os.pathsep.join(
        [os.environ["PATH"], *map(str, Path("/usr/lib/postgresql").glob("*/bin"))]
    )
    missing = [name for name in NEEDS if not shutil.which(name, path=path)]
    if missing or os.geteuid():
        pytest.fail(f"This needs root and: {', '.join(missing) or 'nothing else'}.")
    assert run(tmp_path, 12, "none")["clean"]
