"""Nonsense in the environment is refused by name, and .env.example tells the truth."""

import os
import re
import runpy
from collections.abc import Iterator, MutableMapping
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from launcher.launch import fill, require, warn_without_key
from launcher.options import RunOptions, parse_run
from launcher.places import BASE, ENV_EXAMPLE
from launcher.refusals import MISCONFIGURED, Refusal, in_one_sentence

pytestmark = pytest.mark.once
SECRET = "0123456789abcdefghijklmnopqrstuvwxyz-ABCDEFG"
GOOD = {
    "SECRET_KEY": SECRET,
    "ALLOWED_HOSTS": "ems.example.com",
    "DATABASE_URL": "postgres://ems@127.0.0.1/ems",
    "AUTH_SERVER_URL": "https://auth.example.com",
    "PUBLIC_BASE_URL": "https://ems.example.com",
}
URLS = (
    "AUTH_SERVER_URL",
    "CRM_URL",
    "CRM_INQUIRIES_URL",
    "PPIC_URL",
    "MEETING_URL",
    "AI_BASE_URL",
    "AI_ESTIMATOR_URL",
    "PUBLIC_BASE_URL",
)
NOT_URLS = ("auth.example.com", "ftp://auth.example.com", "javascript:alert(1)")
NUMBERS = ("AUTH_TOKEN_TTL", "SESSION_IDLE_MINUTES", "ATTACHMENT_MAX_MB")
COUNTS = ("WEB_CONCURRENCY", "WEB_THREADS")
NOT_NUMBERS = ("soon", "-1", "0", "1.5")
SWITCHES = (
    "DEBUG",
    "SECURE_SSL",
    "REQUESTER_MAY_DECIDE",
    "ALLOW_PLAIN_UPSTREAMS",
)
BAD = [
    ("SECRET_KEY", ""),
    ("SECRET_KEY", "short"),
    ("SECRET_KEY", "a" * 50),
    ("SECRET_KEY", "django-insecure-0123456789abcdefghijklmnop"),
    ("ALLOWED_HOSTS", ""),
    ("ALLOWED_HOSTS", "*"),
    ("ALLOWED_HOSTS", "ems.example.com,*"),
    ("DEBUG", "true"),
    ("DEBUG", "1"),
    ("SECURE_SSL", "false"),
    ("DATABASE_URL", ""),
    ("DATABASE_URL", "garbage"),
    ("DATABASE_URL", "mysql://u@h/db"),
    ("DATABASE_URL", "postgres://"),
    ("DATABASE_URL", "postgres://h:port/db"),
    ("DATABASE_URL", "sqlite://"),
    ("STORAGE", "ftp"),
    ("STORAGE", "s3"),
    ("SIGNATURE_REAUTH", "sometimes"),
    ("PPIC_SNAPSHOT_METHOD", "DELETE"),
    ("AUTHOR_MAY_DECIDE", "sometimes"),
    ("AUTH_SERVER_URL", ""),
    ("AUTH_SERVER_URL", "http://auth.example.com"),
    ("AUTH_SERVER_URL", "http://10.0.0.5:8080"),
    ("AUTH_SERVER_URL", "http://auth"),
    ("AUTH_SERVER_URL", "http://127.0.0.1.example.com"),
    ("AUTH_SERVER_URL", "http://localhost@auth.example.com"),
    ("EMAIL_URL", "smtp://ems:secret@mail.example.com:25"),
    *[(name, value) for name in URLS for value in NOT_URLS],
    *[(name, value) for name in (*NUMBERS, *COUNTS) for value in NOT_NUMBERS],
    *[(name, "perhaps") for name in SWITCHES],
]


@pytest.fixture
def env() -> Iterator[MutableMapping[str, str]]:
    """A production that would start; whatever a test sets is forgotten."""
    before = dict(os.environ)
    for name in names_of_example():
        os.environ.pop(name, None)
    os.environ.update(GOOD)
    yield os.environ
    os.environ.clear()
    os.environ.update(before)


def names_of_example() -> set[str]:
    text = ENV_EXAMPLE.read_text(encoding="utf-8")
    return set(re.findall(r"^#?([A-Z][A-Z0-9_]+)=", text, re.MULTILINE))


def start(env: MutableMapping[str, str], mode: str = "prod") -> None:
    """What ``run`` does up to the settings."""
    options = parse_run(["backend", mode])
    fill(env, options)
    require(env, options)
    with in_one_sentence():
        runpy.run_path(str(BASE / "ems/settings.py"))


def test_there_are_sixty_of_them() -> None:
    assert len(BAD) >= 60
    assert len(set(BAD)) == len(BAD)


def test_a_good_one_starts(env: MutableMapping[str, str]) -> None:
    start(env)


@pytest.mark.parametrize(("name", "value"), BAD)
def test_a_bad_one_is_refused_by_name(
    env: MutableMapping[str, str], name: str, value: str
) -> None:
    env[name] = value
    with pytest.raises(Refusal) as refusal:
        start(env)
    assert name in str(refusal.value)
    assert refusal.value.code == MISCONFIGURED
    assert SECRET not in str(refusal.value)


@pytest.mark.parametrize(
    "given",
    [
        {"AUTH_SERVER_URL": "http://127.0.0.1:9000"},
        {"AUTH_SERVER_URL": "http://localhost:9000"},
        {"AUTH_SERVER_URL": "http://[::1]:9000"},
        {"AUTH_SERVER_URL": "http://auth:80", "ALLOW_PLAIN_UPSTREAMS": "true"},
        {"AI_BASE_URL": "http://ollama:11434"},
        {"EMAIL_URL": "smtp://mail.example.com:25"},
        {"EMAIL_URL": "smtp://ems:secret@127.0.0.1:25"},
        {"EMAIL_URL": "smtp+tls://ems:secret@mail.example.com:587"},
        {"EMAIL_URL": "smtp+ssl://ems:secret@mail.example.com:465"},
    ],
)
def test_what_nobody_can_overhear_may_be_plain(
    env: MutableMapping[str, str], given: dict[str, str]
) -> None:
    env.update(given)
    start(env)


@pytest.mark.parametrize(
    ("address", "key"),
    [("AI_BASE_URL", "AI_API_KEY"), ("AI_ANTHROPIC_URL", "AI_ANTHROPIC_KEY")],
)
def test_a_key_does_not_travel_in_the_clear(
    env: MutableMapping[str, str], address: str, key: str
) -> None:
    env.update({address: "http://models.example.com", key: "k"})
    with pytest.raises(Refusal, match=address):
        start(env)


@pytest.mark.parametrize(
    ("mode", "key", "is_told"),
    [
        ("prod", "", True),
        ("prod-local", " ", True),
        ("prod", "secret", False),
        ("dev", "", False),
    ],
)
def test_an_unchecked_signature_is_said_at_start(
    capsys: pytest.CaptureFixture[str], mode: str, key: str, *, is_told: bool
) -> None:
    warn_without_key({"AUTH_JWT_KEY": key}, parse_run(["backend", mode]))
    assert ("AUTH_JWT_KEY" in capsys.readouterr().err) is is_told


def test_plain_http_is_for_ones_own_machine(env: MutableMapping[str, str]) -> None:
    env["SECURE_SSL"] = "false"
    env["ALLOWED_HOSTS"] = "localhost,127.0.0.1"
    start(env)


def test_an_address_follows_from_what_is_given(env: MutableMapping[str, str]) -> None:
    del env["PUBLIC_BASE_URL"]
    start(env)
    assert env["PUBLIC_BASE_URL"] == "https://ems.example.com"
    found = {"ALLOWED_HOSTS": "localhost"}
    fill(found, RunOptions("prod-local", "127.0.0.1", 8123, True, False))  # noqa: FBT003
    assert found["PUBLIC_BASE_URL"] == "http://localhost:8123"
    assert found["SECURE_SSL"] == "false"


def test_switches_are_on_or_off(env: MutableMapping[str, str]) -> None:
    env["REQUESTER_MAY_DECIDE"] = "Yes"
    settings = runpy.run_path(str(BASE / "ems/settings.py"))
    assert settings["REQUESTER_MAY_DECIDE"] is True
    env["REQUESTER_MAY_DECIDE"] = "off"
    settings = runpy.run_path(str(BASE / "ems/settings.py"))
    assert settings["REQUESTER_MAY_DECIDE"] is False


def test_a_number_of_the_library_is_named_too(monkeypatch: pytest.MonkeyPatch) -> None:
    from ems.environment import Environment  # noqa: PLC0415

    monkeypatch.setenv("SOME_NUMBER", "many")
    with pytest.raises(ImproperlyConfigured, match="SOME_NUMBER"):
        Environment().int("SOME_NUMBER")


# --- .env.example -----------------------------------------------------------------

READERS = (
    "ems/settings.py",
    "ems/asgi.py",
    "gunicorn.conf.py",
    "launcher/launch.py",
)
READ = re.compile(
    r"""(?:env\.\w+\(|environ\.get\(|environ\[)\s*"([A-Z][A-Z0-9_]+)"|^COUNTS = \((.*)\)$""",
    re.MULTILINE,
)
OURS = {"EMS_PARENT"}


def names_that_are_read() -> set[str]:
    found = set()
    for file in READERS:
        for name, several in READ.findall((BASE / file).read_text(encoding="utf-8")):
            found |= set(re.findall(r"[A-Z_]+", several)) | {name}
    return found - OURS - {""}


def test_the_example_lists_what_is_read_and_nothing_else() -> None:
    assert names_of_example() == names_that_are_read()


def test_each_variable_has_one_line_of_meaning() -> None:
    lines = ENV_EXAMPLE.read_text(encoding="utf-8").splitlines()
    for number, line in enumerate(lines):
        if re.match(r"#?[A-Z][A-Z0-9_]+=", line):
            assert re.match(r"# [A-Z].*[.]$", lines[number - 1]), line


def test_the_example_sets_nothing_but_an_empty_secret() -> None:
    lines = ENV_EXAMPLE.read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if line and line[0] != "#"] == ["SECRET_KEY="]


def test_the_example_is_explained_in_the_operations_page() -> None:
    page = Path(BASE / "docs/operations.md").read_text(encoding="utf-8")
    assert {name for name in names_of_example() if f"`{name}`" not in page} == set()
