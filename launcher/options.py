"""The words after ``manage.py run``, read before Django and shown by its help."""

import argparse
from dataclasses import dataclass
from typing import Literal

from launcher.refusals import MISCONFIGURED, Refusal

DEV_PORT = 8000
HIGHEST_PORT = 65_535
LOOPBACK = "127.0.0.1"
EVERYWHERE = "0.0.0.0"  # noqa: S104 - production listens to its proxy
Mode = Literal["dev", "prod-local", "prod"]


@dataclass(frozen=True, slots=True)
class RunOptions:
    """Options of a run, and its address. is_live: reload when files change."""

    mode: Mode
    host: str
    port: int
    has_worker: bool
    is_live: bool

    @property
    def is_dev(self) -> bool:
        """Whether this is somebody's desk."""
        return self.mode == "dev"

    @property
    def address(self) -> str:
        """The address to type on this machine."""
        name = "localhost" if self.host in {LOOPBACK, EVERYWHERE} else self.host
        name = f"[{name}]" if ":" in name and "[" not in name else name
        return f"http://{name}:{self.port}"


def add_run_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe them once, for our parser and for Django's."""
    parser.add_argument("part", choices=["backend", "frontend"])
    parser.add_argument("mode", choices=["dev", "prod-local", "prod"])
    parser.add_argument("--port", type=int, default=DEV_PORT, help="default: 8000")
    parser.add_argument(
        "--host", help="address to listen on; default: 127.0.0.1, for prod 0.0.0.0"
    )
    parser.add_argument(
        "--no-worker", action="store_true", help="the worker runs elsewhere"
    )


def parse_run(words: list[str]) -> RunOptions:
    """Read them; argparse ends the process for a word that it does not know."""
    parser = argparse.ArgumentParser(prog="manage.py run", add_help=False)
    add_run_arguments(parser)
    # Django's own options (--traceback, --no-color ...) are for Django.
    given, _others = parser.parse_known_args(words)
    if given.part == "frontend" and given.mode != "dev":
        raise Refusal(
            f"`run frontend` knows only dev; use `run backend {given.mode}`.",
            MISCONFIGURED,
        )
    if not 0 < given.port <= HIGHEST_PORT:
        raise Refusal(f"--port {given.port}: a port is 1 to 65535.", MISCONFIGURED)
    return RunOptions(
        mode=given.mode,
        host=given.host or (EVERYWHERE if given.mode == "prod" else LOOPBACK),
        port=given.port,
        has_worker=not given.no_worker,
        is_live=given.part == "frontend",
    )
