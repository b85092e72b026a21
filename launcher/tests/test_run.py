"""``manage.py run``: started for real, ended in every way, refused in one sentence."""

import os
import signal
import socket
import stat
from pathlib import Path

import pytest

from launcher.tests.project_copy import Desk, Env, Run, is_running, wait_until

pytestmark = [pytest.mark.slow, pytest.mark.once]
RUNNING = "Stop with"
SECRET = "0123456789abcdefghijklmnopqrstuvwxyz-ABCDEFG"
NOBODY = "http://127.0.0.1:9"
SECONDS = 20.0
BANNER = """
  Log in as        agus   (Agus Wijaya, engineer)
                   hendi  (Hendi Saputra, SPV)
                   rina   (Rina Lestari, manager)
                   admin  (Dewi Anggraini, administrator)
  Password         panel-2026
  Stop with        Ctrl-C
"""


def is_free(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) != 0


def started(desk: Desk, *words: str, env: Env = None) -> Run:
    run = desk.start("run", *(words or ("backend", "dev")), env=env)
    run.wait_for(RUNNING)
    return run


def words_of(pid: int) -> list[str]:
    return Path(f"/proc/{pid}/cmdline").read_text().split("\0")


def gone(family: list[int]) -> bool:
    return wait_until(lambda: not any(is_running(pid) for pid in family), SECONDS)


def test_it_serves_a_filled_system_and_ctrl_c_ends_all_of_it(desk: Desk) -> None:
    run = started(desk)
    assert f"http://localhost:{run.port}/" in run.text
    assert BANNER in run.text  # in one piece, whatever the others have to say
    assert run.get("/accounts/login/")[0] == 200
    family = run.family()
    assert len(family) >= 5  # itself, sandbox, gunicorn and its worker, the worker
    assert run.end(signal.SIGINT) == 0
    assert gone(family)
    assert is_free(run.port)


def test_the_first_start_writes_a_private_env_with_a_secret_of_its_own(
    desk: Desk,
) -> None:
    started(desk).end()
    file = desk.place / ".env"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    line = next(
        line for line in file.read_text().splitlines() if line.startswith("SECRET_KEY=")
    )
    assert len(line) > 50
    started(desk).end()
    assert line in file.read_text()  # and later starts keep it


def test_sigterm_ends_all_of_it(desk: Desk) -> None:
    run = started(desk, "backend", "dev", "--no-worker")
    family = run.family()
    assert "No worker here" in run.text
    assert run.end(signal.SIGTERM) == 0
    assert gone(family)


def test_no_process_outlives_a_kill(desk: Desk) -> None:
    run = started(desk)
    family = run.family()
    run.end(signal.SIGKILL)
    assert gone(family)
    assert is_free(run.port)


@pytest.mark.parametrize("is_whole_group", [False, True])
def test_a_start_right_after_a_kill_gets_the_port(
    desk: Desk, *, is_whole_group: bool
) -> None:
    run = started(desk, "backend", "dev", "--no-worker")
    killed = run.family() if is_whole_group else [run.process.pid]
    for pid in killed:
        os.kill(pid, signal.SIGKILL)
    again = desk.start("run", "backend", "dev", "--no-worker", port=run.port)
    again.wait_for(RUNNING)
    assert again.end() == 0


@pytest.mark.parametrize("name", ["gunicorn", "work", "sandbox"])
def test_when_one_dies_the_others_are_stopped(desk: Desk, name: str) -> None:
    run = started(desk)
    family = run.family()
    victim = next(pid for pid in family if name in words_of(pid))
    os.kill(victim, signal.SIGKILL)
    assert run.process.wait(SECONDS) == 1
    assert gone(family)
    assert "ended by itself" in run.text
    assert "Traceback" not in run.text


def test_a_page_reloads_when_a_template_changes(desk: Desk) -> None:
    run = started(desk, "frontend", "dev", "--no-worker")
    assert "/__reload.js" in run.get("/accounts/login/")[1]
    assert "location.reload" in run.get("/__reload.js")[1]
    token = run.get("/__reload")[1]
    template = desk.place / "templates/accounts/login.html"
    before = template.read_text()
    template.write_text(before.replace("{% block", "<!-- new words -->{% block", 1))
    try:
        assert wait_until(lambda: run.get("/__reload")[1] != token, SECONDS)
    finally:
        template.write_text(before)
    module = desk.place / "ems/context_processors.py"
    token = run.get("/__reload")[1].partition(".")[0]
    module.write_text(module.read_text() + "\n# changed\n")
    run.wait_for("starting anew")
    assert wait_until(lambda: not run.get("/__reload")[1].startswith(token), SECONDS)
    assert run.end() == 0


def test_production_on_ones_own_machine_needs_no_sandbox(desk: Desk) -> None:
    collected = desk.place / "staticfiles"
    collected.mkdir(exist_ok=True)
    run = started(desk, "backend", "prod-local", env=production())
    family = run.family()
    status, page = run.get("/accounts/login/")
    assert status == 200
    assert "panel-2026" not in run.text
    assert (collected / "sources.sha256").exists()
    assert run.get("/healthz") == (200, '{"status": "ok"}')
    assert "/static/css/" in page
    assert run.end(signal.SIGTERM) == 0
    assert gone(family)


# --- Refusals -----------------------------------------------------------------


def production(**env: str) -> dict[str, str]:
    given = {"SECRET_KEY": SECRET, "AUTH_SERVER_URL": NOBODY, "AUTH_JWT_KEY": SECRET}
    return given | env


def refused(
    desk: Desk,
    code: int,
    *words: str,
    port: int | None = None,
    env: Env = None,
    lines: int = 1,
) -> str:
    found, text = desk.finish("run", *words, port=port, env=env)
    assert "Traceback" not in text
    assert (found, len(text.strip().splitlines())) == (code, lines), text
    return text


def test_a_taken_port_is_named(desk: Desk) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        env = production(AUTH_JWT_KEY="k" * 32)
        text = refused(desk, 1, "backend", "prod-local", port=port, env=env, lines=2)
    assert f"Port {port} of 127.0.0.1 is in use; waiting" in text
    assert f"Port {port} of 127.0.0.1 cannot be used" in text
    assert "--port" in text


def test_missing_variables_are_named_all_at_once(desk: Desk) -> None:
    text = refused(desk, 2, "backend", "prod", env={"SECRET_KEY": ""})
    for name in ("SECRET_KEY", "ALLOWED_HOSTS", "DATABASE_URL", "AUTH_SERVER_URL"):
        assert name in text


def test_an_unreachable_database_is_named_without_its_password(desk: Desk) -> None:
    url = "postgres://ems:hush-hush@127.0.0.1:9/ems"
    text = refused(desk, 1, "backend", "prod-local", env=production(DATABASE_URL=url))
    assert "DATABASE_URL" in text
    assert "hush-hush" not in text


def test_nonsense_is_named(desk: Desk) -> None:
    text = refused(
        desk, 2, "backend", "prod-local", env=production(AUTH_TOKEN_TTL="soon")
    )
    assert "AUTH_TOKEN_TTL" in text


def test_a_place_that_cannot_be_written_is_named(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for name, value in (
        ("MEDIA_ROOT", f"{tmp_path}/file/media"),
        ("DATABASE_URL", f"sqlite:///{tmp_path}/file/ems.sqlite3"),
    ):
        env = production(**{name: value})
        text = refused(desk, 1, "backend", "prod-local", env=env)
        assert f"{tmp_path}/file" in text
        assert "cannot be written" in text


def test_dev_is_for_this_machine_only(desk: Desk) -> None:
    text = refused(desk, 2, "backend", "dev", "--host", "0.0.0.0")  # noqa: S104
    assert "only this machine" in text


def test_frontend_knows_only_dev(desk: Desk) -> None:
    assert "knows only dev" in refused(desk, 2, "frontend", "prod")


def test_an_image_needs_an_engine(desk: Desk) -> None:
    code, text = desk.finish("build", "backend", "prod", env={"PATH": "/nowhere"})
    assert code == 1
    assert text.startswith("No container engine answers here")


@pytest.mark.parametrize("words", ["check", "makemigrations --check --dry-run"])
def test_a_fresh_clone_can_be_checked(desk: Desk, words: str) -> None:
    code, text = desk.finish(*words.split(), env={"SECRET_KEY": ""})
    assert code == 0, text
    assert "SECRET_KEY" not in text


@pytest.mark.parametrize("words", ["check --deploy", "migrate", "work"])
def test_whatever_serves_or_signs_needs_the_secret(desk: Desk, words: str) -> None:
    code, text = desk.finish(*words.split(), env={"SECRET_KEY": ""})
    assert code != 0
    assert text.startswith("SECRET_KEY: set it"), text


def test_help_needs_no_variable(desk: Desk) -> None:
    code, text = desk.finish("run", "--help")
    assert code == 0
    assert "--no-worker" in text
