"""``manage.py run backend dev``: everything that a working system needs, in one command."""

import argparse
import os
from contextlib import suppress
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from launcher import database, launch, serving, static_files
from launcher.options import add_run_arguments
from launcher.processes import Stopped
from launcher.refusals import Refusal, in_one_sentence

# People of the sandbox, and the part of EMS that each shows (sandbox/data/people.json, demo/company.py).
PEOPLE = (
    "agus   (Agus Wijaya, engineer)",
    "hendi  (Hendi Saputra, SPV)",
    "rina   (Rina Lestari, manager)",
    "admin  (Dewi Anggraini, administrator)",
)


class Command(BaseCommand):
    """Migrates, starts what belongs together, waits, and ends it together."""

    help = "Runs EMS: web server, worker and, in dev, the sandbox upstreams."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Described where they are read."""
        add_run_arguments(parser)

    def handle(self, **_options: Any) -> None:
        """Run until somebody says stop or something breaks."""
        if not launch.ready:
            raise Refusal("Start it as `python3 manage.py run …`.")
        try:
            self.run(launch.ready.pop())
        except Stopped:
            self.stdout.write("\nStopping ...")

    def run(self, ready: launch.Launch) -> None:
        """Start in order; the address is shown only when the login page is served."""
        options = ready.options
        with in_one_sentence():
            static_files.check_writable()
            database.make_ready(is_seeded=options.is_dev)
            if not options.is_dev:
                static_files.collect_if_outdated(self.stdout)
        serving.start_web(ready)
        if options.has_worker:
            serving.start_worker()
        serving.wait_until_served(ready)
        self.announce(ready)
        serving.watch_until_stopped(ready, self.stdout)

    def announce(self, ready: launch.Launch) -> None:
        """Print the address and the people who can log in: one write, which no log line can break."""
        lines = ["", f"  EMS is running:  {settings.PUBLIC_BASE_URL}/"]
        if ready.is_demo:
            lines += [f"  Log in as        {PEOPLE[0]}"]
            lines += [f"                   {person}" for person in PEOPLE[1:]]
            lines.append("  Password         panel-2026")
        if not ready.options.has_worker:
            lines.append("  No worker here:  start one with `manage.py work`")
        lines += ["  Stop with        Ctrl-C", "", ""]
        self._write_at_once("\n".join(lines))

    def _write_at_once(self, text: str) -> None:
        """Not through Python's buffer, which a terminal gets line by line."""
        self.stdout.flush()
        try:
            handle = self.stdout.fileno()
        except OSError:  # what it is caught in is no file
            self.stdout.write(text)
            return
        with suppress(BlockingIOError):
            os.write(handle, text.encode())
