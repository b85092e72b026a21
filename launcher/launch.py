"""Before Django: the port, the variables and, on a desk, the sandbox."""

import errno
import json
import os
import resource
import secrets
import socket
import sys
import time
from collections.abc import Mapping, MutableMapping
from contextlib import suppress
from dataclasses import dataclass

import environ

from launcher.options import RunOptions
from launcher.places import BASE, ENV_EXAMPLE, ENV_FILE
from launcher.processes import GLANCE, supervisor
from launcher.refusals import MISCONFIGURED, Refusal, in_one_sentence

UPSTREAMS = {
    "AUTH_SERVER_URL": "auth",
    "CRM_URL": "crm",
    "CRM_INQUIRIES_URL": "crm",
    "PPIC_URL": "ppic",
    "MEETING_URL": "meeting",
    "AI_ESTIMATOR_URL": "ai",
}
NEEDED = {
    "dev": (),
    "prod-local": ("SECRET_KEY", "AUTH_SERVER_URL"),
    "prod": ("SECRET_KEY", "ALLOWED_HOSTS", "DATABASE_URL", "AUTH_SERVER_URL"),
}
COUNTS = ("WEB_CONCURRENCY", "WEB_THREADS")
LOOPBACK = {"localhost", "127.0.0.1", "::1", "[::1]"}
OFF = {"0", "false", "off", "no", ""}
BACKLOG = 1024
# Longer than a killed ``run``'s children need to let go of the port.
DYING = 15.0


@dataclass(slots=True)
class Launch:
    """A prepared launch. is_demo: people log in at the sandbox."""

    options: RunOptions
    door: socket.socket
    is_demo: bool = False


ready: list[Launch] = []


def prepare(options: RunOptions) -> None:
    """Refuse early what cannot work, else leave a ``Launch`` in ``ready``."""
    supervisor.listen()
    if options.is_dev:
        supervisor.grace = 5.0
        if options.host not in LOOPBACK:
            raise Refusal(
                f"--host {options.host}: dev serves only this machine.", MISCONFIGURED
            )
        write_env_file()
    environ.Env.read_env(ENV_FILE)
    fill(os.environ, options)
    require(os.environ, options)
    warn_without_proxy(os.environ, options)
    warn_without_key(os.environ, options)
    raise_file_limit()
    launch = Launch(options, open_socket(options.host, options.port))
    if options.is_dev:
        launch.is_demo = point_at_sandbox(os.environ)
    ready.append(launch)


def write_env_file() -> None:
    """On the first start: the example with a secret of its own."""
    if ENV_FILE.exists() or not ENV_EXAMPLE.exists():
        return
    text = ENV_EXAMPLE.read_text(encoding="utf-8")
    secret = secrets.token_urlsafe(48)
    with in_one_sentence():
        # Never readable by others, not even for a moment; and never half of it.
        draft = ENV_FILE.with_name(f".env.{os.getpid()}")
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text.replace("\nSECRET_KEY=\n", f"\nSECRET_KEY={secret}\n"))
        draft.replace(ENV_FILE)
    sys.stdout.write("Wrote .env from .env.example, with a new SECRET_KEY.\n")


def fill(env: MutableMapping[str, str], options: RunOptions) -> None:
    """Add what follows from the mode and the port, unless somebody chose otherwise."""
    if options.is_dev:
        env["DEBUG"] = "true"
        env.setdefault("EMS_ADMINS", "admin")
        # Tried out before the first install: an exported empty value is no value.
        if not env.get("SECRET_KEY"):
            env["SECRET_KEY"] = secrets.token_urlsafe(48)
    if options.mode != "prod":
        env.setdefault("SECURE_SSL", "false")
        env.setdefault("PUBLIC_BASE_URL", options.address)
    hosts = env.get("ALLOWED_HOSTS", "").split(",")
    if options.mode == "prod" and hosts[0]:
        env.setdefault("PUBLIC_BASE_URL", f"https://{hosts[0].strip().lstrip('.')}")


def require(env: MutableMapping[str, str], options: RunOptions) -> None:
    """Refuse to start when a variable is missing or unsafe (docs/threats.md#t62)."""
    missing = [name for name in NEEDED[options.mode] if not env.get(name)]
    if missing:
        where = "the environment or .env"
        _refuse(
            ", ".join(missing), f"missing. `run {options.mode}` needs it in {where}."
        )
    for name in COUNTS:
        if name in env and not (env[name].isdecimal() and int(env[name]) > 0):
            _refuse(name, "it must be a whole number from 1.")
    if options.is_dev:
        return
    if env.get("DEBUG", "").lower() not in OFF:
        _refuse("DEBUG", f"it must be off for `run {options.mode}`.")
    if len(set(env["SECRET_KEY"])) < 10 or "insecure" in env["SECRET_KEY"]:
        _refuse("SECRET_KEY", "it is easy to guess; use random characters.")
    _require_tls(env, options)


def _require_tls(env: MutableMapping[str, str], options: RunOptions) -> None:
    hosts = {host.strip() for host in env.get("ALLOWED_HOSTS", "localhost").split(",")}
    is_plain = env.get("SECURE_SSL", "true").lower() in OFF
    if is_plain and not (hosts <= LOOPBACK or options.host in LOOPBACK):
        _refuse("SECURE_SSL", "it is off, and passwords would travel unencrypted.")


def warn_without_proxy(env: Mapping[str, str], options: RunOptions) -> None:
    """Say what is missing when ``prod`` faces a network by itself (docs/operations.md)."""
    is_alone = options.mode == "prod" and options.host not in LOOPBACK
    if is_alone and not env.get("TRUSTED_PROXIES", "").strip():
        sys.stderr.write(
            "Warning: no proxy is named in TRUSTED_PROXIES. Slow and many connections are "
            "bounded here, but do not let a network that is not trusted reach this port; "
            "see docs/operations.md, “What strangers may cost”.\n"
        )


def warn_without_key(env: Mapping[str, str], options: RunOptions) -> None:
    """Say that a login is believed without its signature."""
    if not options.is_dev and not env.get("AUTH_JWT_KEY", "").strip():
        sys.stderr.write(
            "Warning: AUTH_JWT_KEY is empty, so the signature of the auth server's tokens is not "
            "checked. Set it if the auth server has a key.\n"
        )


def raise_file_limit() -> None:
    """As many open files as the system lets us have: each connection is one."""
    _soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    # Some systems call their limit endless and refuse it.
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


def _refuse(name: str, why: str) -> None:
    raise Refusal(f"{name}: {why}", MISCONFIGURED)


def open_socket(host: str, port: int) -> socket.socket:
    """Listen at once and hand the socket on: nobody can take the port while we start.

    Waits for the children of a ``run`` that was killed a moment ago: they give it back as they end.
    """
    ends = time.monotonic() + DYING
    has_said = False
    while True:
        try:
            return _listen(host, port)
        except (OSError, OverflowError) as error:
            if not _is_taken(error) or time.monotonic() >= ends:
                why = getattr(error, "strerror", None) or error
                sentence = f"Port {port} of {host} cannot be used: {why}. Try --port N."
                raise Refusal(sentence) from error
        if not has_said:
            say = f"Port {port} of {host} is in use; waiting {DYING:.0f} s for it at most.\n"
            sys.stderr.write(say)
            has_said = True
        time.sleep(GLANCE)


def _is_taken(error: Exception) -> bool:
    return isinstance(error, OSError) and error.errno == errno.EADDRINUSE


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    door = socket.socket(family, socket.SOCK_STREAM)
    door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        door.bind((host.strip("[]"), port))
        door.listen(BACKLOG)
    except (OSError, OverflowError):
        door.close()
        raise
    return door


def point_at_sandbox(env: MutableMapping[str, str]) -> bool:
    """Start the stand-ins for every upstream that has no address yet.

    Returns whether the people who can log in are the sandbox's.
    """
    wanted = {name: part for name, part in UPSTREAMS.items() if not env.get(name)}
    if not wanted:
        return False
    command = [sys.executable, "-m", "sandbox"]
    child = supervisor.start(
        "sandbox", command, is_read=True, env={"PYTHONPATH": str(BASE)}
    )
    line = child.stdout.readline() if child.stdout else ""
    if not line:
        raise Refusal("The sandbox of stand-in upstreams did not start.")
    urls = json.loads(line)
    env.update({name: urls[part] for name, part in wanted.items()})
    return "AUTH_SERVER_URL" in wanted
