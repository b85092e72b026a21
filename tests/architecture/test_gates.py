"""Each gate of .ci/run is shown a planted fault, and must turn red; without it, green."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from launcher.tests.project_copy import copy_project

pytestmark = [pytest.mark.slow, pytest.mark.once]
ROOT = Path(__file__).resolve().parents[2]
BIN = Path(sys.executable).parent
GOOD = '"""A module."""\n'
ENVIRONMENT = {
    "PATH": os.environ["PATH"],
    "HOME": os.environ.get("HOME", "/"),
    "SECRET_KEY": "0123456789abcdefghijklmnopqrstuvwxyz-ABCDEFGHIJKLMNOPQ",
    "DEBUG": "false",
    "ALLOWED_HOSTS": "ems.example.com",
    "PUBLIC_BASE_URL": "https://ems.example.com",
}


@dataclass(frozen=True)
class Gate:
    """A command of the gate, the file that it is shown, and a fault for that file."""

    name: str
    command: str
    file: str
    fault: str
    says: str
    good: str | None = GOOD
    env: dict[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.name


PLANTED = "core/text/planted.py"
GATES = [
    Gate("lint", f"ruff check {PLANTED}", PLANTED, "import os\n", "F401"),
    Gate(
        "format",
        f"ruff format --check {PLANTED}",
        PLANTED,
        "x = {  'a':1 }\n",
        "1 file would",
    ),
    Gate(
        "imports",
        "lint-imports --no-cache",
        "core/text/months.py",
        "\nfrom core.accounts.models import User\n",
        "core.text is not allowed to import core.accounts",
        None,
    ),
    Gate(
        "templates",
        "djlint --check --lint templates/planted.html",
        "templates/planted.html",
        "<div><p>unindented\n</p>\n     </div>\n",
        "1 file would",
        "<p>words</p>\n",
    ),
    Gate(
        "types",
        f"mypy {PLANTED}",
        PLANTED,
        "def f(x):\n    return x\n",
        "no-untyped-def",
    ),
    Gate(
        "migrations",
        "manage.py makemigrations --check --dry-run",
        "core/ledger/models.py",
        "\n\nclass Planted(models.Model):\n    pass\n",
        "Create model Planted",
        None,
    ),
    Gate(
        "tests",
        "-m pytest -o DJANGO_SETTINGS_MODULE= test_planted.py",
        "test_planted.py",
        "import warnings\n\n\ndef test_it():\n    warnings.warn('old')\n",
        "UserWarning: old",
        "def test_it():\n    pass\n",
    ),
]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy, so that a fault is never planted in the real thing."""
    copy = copy_project(tmp_path_factory.mktemp("gates") / "project")
    (copy / "tests").mkdir()
    for name in ("__init__.py", "databases.py", "people.py"):  # what conftest.py loads
        shutil.copy(ROOT / "tests" / name, copy / "tests")
    return copy


def run(
    place: Path, command: str, env: dict[str, str] | None = None
) -> tuple[int, str]:
    words = command.split()
    if words[0] in {"manage.py", "-m"}:
        words = [sys.executable, *words]
    else:
        words[0] = str(BIN / words[0])
    database = {"DATABASE_URL": f"sqlite:///{place}/var/gates.sqlite3"}
    done = subprocess.run(  # noqa: S603 - the commands above
        words,
        cwd=place,
        env=ENVIRONMENT | database | (env or {}),
        capture_output=True,
        check=False,
        text=True,
    )
    return done.returncode, done.stdout + done.stderr


@pytest.fixture
def planted(place: Path, request: pytest.FixtureRequest) -> Iterator[Path]:
    """The file of a gate, put back afterwards."""
    file = place / request.param.file
    before = file.read_text() if file.exists() else None
    yield file
    if before is None:
        file.unlink()
    else:
        file.write_text(before)


@pytest.mark.parametrize(
    ("planted", "gate"), [(gate, gate) for gate in GATES], ids=str, indirect=["planted"]
)
def test_a_planted_fault_turns_the_gate_red(
    place: Path, planted: Path, gate: Gate
) -> None:
    good = planted.read_text() if gate.good is None else gate.good
    planted.write_text(good)
    code, text = run(place, gate.command)
    assert code == 0, text
    planted.write_text((good if gate.good is None else "") + gate.fault)
    code, text = run(place, gate.command)
    # Red for this fault, and not because the command itself is broken.
    assert code != 0
    assert gate.says in text, text


def test_an_insecure_production_turns_the_deploy_check_red(place: Path) -> None:
    command = "manage.py check --deploy --fail-level WARNING"
    assert run(place, command)[0] == 0
    code, text = run(place, command, {"SECURE_SSL": "false"})
    assert code != 0
    assert "security.W008" in text


def test_the_gate_runs_every_step_in_order() -> None:
    text = (ROOT / ".ci/run").read_text(encoding="utf-8")
    steps = (
        "ruff check",
        "ruff format --check",
        "lint-imports",
        "djlint",
        "mypy",
        "manage.py check\n",
        "makemigrations --check",
        "check --deploy --fail-level WARNING",
        "manage.py test\n",
    )
    places = [text.rindex(step) for step in steps]
    assert places == sorted(places)
    assert re.search(r"^set -euo pipefail$", text, re.MULTILINE)
