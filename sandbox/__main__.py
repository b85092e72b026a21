"""``python -m sandbox``: runs every stand-in until told to stop or left alone."""

import argparse
import json
import os
import signal
import sys
import threading
from pathlib import Path

from sandbox.server import Sandbox

NAMES = ("auth", "crm", "ppic", "meeting", "ai")
GLANCE = 0.2  # how often we look whether our parent still lives


def main() -> None:
    """Start, say where, wait, stop."""
    parent = os.getppid()
    options = _options()
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    ports = {name: getattr(options, f"{name}_port") for name in NAMES}
    with _bound(options.host, ports) as box:
        _announce(box, options.state_file)
        while not stop.wait(GLANCE) and os.getppid() == parent:
            pass
    if options.state_file:
        options.state_file.unlink(missing_ok=True)


def _bound(host: str, ports: dict[str, int]) -> Sandbox:
    try:
        return Sandbox(host, ports)
    except OSError as error:
        sys.exit(f"sandbox: cannot listen on {host}: {error}")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="sandbox", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    for name in NAMES:
        parser.add_argument(f"--{name}-port", type=int, default=0, metavar="N")
    parser.add_argument("--state-file", type=Path, metavar="PATH")
    return parser.parse_args()


def _announce(box: Sandbox, state_file: Path | None) -> None:
    line = json.dumps(box.urls)
    if state_file:
        # A process that waits for the file must never read half of it.
        draft = state_file.with_name(state_file.name + ".new")
        draft.write_text(line + "\n", encoding="utf-8")
        draft.replace(state_file)
    print(line, flush=True)


if __name__ == "__main__":
    main()
