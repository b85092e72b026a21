"""``manage.py`` on a machine that has nothing but Python."""

import importlib
import itertools
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

pytestmark = pytest.mark.once

AI = "requirements-ai.txt"
LOCK = """# words
django==5.2.19 \\
    --hash=sha256:00
a==1 ; sys_platform != 'win32' \\
    --hash=sha256:01
b==2 \\
    --hash=sha256:02
"""


@pytest.fixture
def manage(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> ModuleType:
    """The module, in an empty directory."""
    module = importlib.reload(importlib.import_module("manage"))
    monkeypatch.setattr(module, "HERE", tmp_path)
    monkeypatch.setattr(module, "VENV", tmp_path / ".venv")
    monkeypatch.setattr(module, "PYTHON", tmp_path / ".venv/bin/python")
    (tmp_path / "requirements.txt").write_text("# words\nDjango==5.2.19\na[b]==1\n")
    (tmp_path / "requirements-dev.txt").write_text("-r requirements.txt\npytest==9\n")
    (tmp_path / "requirements.lock").write_text(LOCK)
    return module


def fake_python(manage: ModuleType, script: str) -> None:
    manage.PYTHON.parent.mkdir(parents=True, exist_ok=True)
    manage.PYTHON.write_text(f"#!/bin/sh\n{script}\n")
    manage.PYTHON.chmod(0o755)


def test_pins_are_read_through_included_files(manage: ModuleType) -> None:
    found = manage.pins(manage.HERE / "requirements-dev.txt")
    assert found == ["Django==5.2.19", "a[b]==1", "pytest==9"]
    assert manage.pins(manage.HERE / "requirements.lock") == [
        "django==5.2.19",
        "a==1",
        "b==2",
    ]


def test_an_old_python_is_told_so(
    manage: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(manage.sys, "version_info", (3, 9, 2))
    with pytest.raises(SystemExit, match=r"needs Python 3\.11"):
        manage.main()


def test_a_container_that_has_everything_makes_no_venv(manage: ModuleType) -> None:
    wanted = manage.HERE / "requirements.txt"
    assert not manage.is_satisfied(wanted)  # there is no package "a"
    wanted.write_text("Django==5.2.19\npsycopg[binary]==3.3.9\n")
    assert manage.is_satisfied(wanted)
    wanted.write_text("Django==4.0\n")
    assert not manage.is_satisfied(wanted)


def test_the_stamp_follows_what_is_wanted(
    manage: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted = manage.HERE / "requirements.txt"
    first = manage.stamp(wanted)
    first.parent.mkdir()
    first.touch()
    assert not manage.is_satisfied(wanted)  # another interpreter's
    monkeypatch.setattr(sys, "prefix", str(manage.VENV))
    assert manage.is_satisfied(wanted)
    manage.lock_of(wanted).write_text(LOCK.replace("b==2", "b==3"))
    assert manage.stamp(wanted) != first
    assert not manage.is_satisfied(wanted)


def test_it_installs_once_and_says_what(
    manage: ModuleType,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    wanted = manage.HERE / "requirements.txt"
    made = []
    monkeypatch.setattr(manage, "make_venv", lambda: made.append(1))
    heard = manage.HERE / "heard"
    collecting = 'echo "Collecting Django==5.2.19 (from -r x)"; echo noise'
    fake_python(manage, f'echo "$@" > {heard}; {collecting}')
    manage.install(wanted)
    manage.install(wanted)
    assert made == [1]
    assert manage.stamp(wanted).exists()
    lock = manage.HERE / "requirements.lock"
    assert heard.read_text().strip().endswith(f"--require-hashes -r {lock}")
    said = capsys.readouterr().out
    assert "Installing 3 packages of requirements.txt" in said
    assert "  Collecting Django==5.2.19\n" in said
    assert "noise" not in said


def test_a_failed_install_says_what_pip_said(
    manage: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(manage, "make_venv", lambda: None)
    fake_python(manage, 'echo "ERROR: no route"; exit 1')
    wanted = manage.HERE / "requirements.txt"
    with pytest.raises(SystemExit, match=r"is the network there.*no route"):
        manage.install(wanted)
    assert not manage.stamp(wanted).exists()


def test_a_machine_without_venv_is_told_what_to_install(
    manage: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise subprocess.CalledProcessError(1, "ensurepip")

    monkeypatch.setattr("venv.create", fail)
    with pytest.raises(SystemExit, match="python3-venv"):
        manage.make_venv()


def test_it_goes_on_with_the_new_interpreter(
    manage: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Replaced(Exception):  # noqa: N818 - not an error
        pass

    def execv(path: object, words: list[str]) -> None:
        raise Replaced(path, words)

    wanted: list[Path] = []
    monkeypatch.setattr(manage, "install", wanted.append)
    monkeypatch.setattr(manage.os, "execv", execv)
    monkeypatch.setattr(sys, "argv", ["manage.py", "test", "-x"])
    with pytest.raises(Replaced) as replaced:
        manage.main()
    assert replaced.value.args == (
        manage.PYTHON,
        [str(manage.PYTHON), "manage.py", "test", "-x"],
    )
    assert [path.name for path in wanted] == ["requirements-dev.txt"]


@pytest.fixture
def with_ai(manage: ModuleType, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """A project whose .env names an AI server, on a machine without its client."""
    for name in itertools.chain(*manage.EXTRAS.values()):
        monkeypatch.delenv(name, raising=False)
    (manage.HERE / "requirements.txt").write_text("Django==5.2.19\n")
    (manage.HERE / AI).write_text("no-such-client==1\n")
    manage.lock_of(manage.HERE / AI).write_text(LOCK)
    (manage.HERE / ".env").write_text(
        "#AI_ANTHROPIC_KEY=x\nAI_BASE_URL='http://127.0.0.1:9/v1'\n"
    )
    return manage


def test_the_client_of_an_ai_is_wanted_where_one_is_named(
    with_ai: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    def names(*command: str) -> list[str]:
        return [path.name for path in with_ai.wanted_by(list(command))]

    both = ["requirements.txt", "requirements-ai.txt"]
    assert names("run") == names("work") == both
    assert names("migrate") == names() == ["requirements.txt"]
    monkeypatch.setenv("AI_BASE_URL", "")  # the environment wins
    assert names("run") == ["requirements.txt"]
    monkeypatch.setenv("AI_ANTHROPIC_KEY", "key")
    assert names("run") == both
    (with_ai.HERE / ".env").unlink()
    assert names("run") == both
    monkeypatch.setenv("SENTRY_DSN", "https://key@sentry.example.com/1")
    assert names("work") == [*both, "requirements-observe.txt"]


def test_run_installs_the_client_of_a_configured_ai(
    with_ai: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Replaced(Exception):  # noqa: N818 - not an error
        pass

    def execv(*_words: object) -> None:
        raise Replaced

    installed: list[str] = []
    monkeypatch.setattr(with_ai, "install", lambda file: installed.append(file.name))
    monkeypatch.setattr(with_ai.os, "execv", execv)
    monkeypatch.setattr(sys, "argv", ["manage.py", "run", "backend", "prod"])
    monkeypatch.setattr(sys, "prefix", str(with_ai.VENV))
    with pytest.raises(Replaced):
        with_ai.main()
    assert installed == ["requirements.txt", "requirements-ai.txt"]


def test_without_a_venv_the_missing_client_is_said(
    with_ai: ModuleType,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(sys, "argv", ["manage.py", "run", "backend", "prod"])
    with pytest.raises(SystemExit) as ended:
        with_ai.main()
    assert ended.value.code == 2
    said = capsys.readouterr().err
    assert said.startswith("AI_BASE_URL or AI_ANTHROPIC_KEY is set, but its client")
    assert "--require-hashes -r requirements-ai.lock" in said
    assert not with_ai.VENV.exists()
