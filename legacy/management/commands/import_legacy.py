"""``manage.py import_legacy``: take the old system's database over."""

import sys
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

from core.errors import DomainError
from legacy.dry_run import run_dry
from legacy.reading import CHUNK
from legacy.report import write_report
from legacy.running import in_quarantine
from legacy.services import Wanted, import_old
from legacy.source import given_address
from legacy.world import FLAGS, Choices

ALL_TREATED, SOMETHING_APART, CANNOT_RUN = 0, 1, 2


class Command(BaseCommand):
    """Ends with 0 (all treated), 1 (something is in quarantine) or 2 (it cannot run)."""

    help = (
        "Take the old system's database and files over. A run that was killed goes on."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "source",
            nargs="?",
            default=settings.LEGACY_DATABASE_URL,
            help="mysql://user:password@host:port/database; else LEGACY_DATABASE_URL",
        )
        parser.add_argument(
            "--files", type=Path, help="folder with uploads/ and files/"
        )
        parser.add_argument("--report", type=Path, help="folder for the report")
        parser.add_argument(
            "--dry-run", action="store_true", help="into a database that is thrown away"
        )
        parser.add_argument(
            "--since", choices=["last"], help="only what changed since then"
        )
        parser.add_argument(
            "--chunk", type=int, default=CHUNK, help="roots per transaction"
        )
        parser.add_argument(
            "--progress-as-json", action="store_true", help="for a program that listens"
        )
        for name, word in FLAGS.items():
            parser.add_argument(word, dest=name, action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        choices = Choices(**{name: options[name] for name in FLAGS})
        try:
            address = given_address(options["source"])
            if options["dry_run"]:
                words = [*_places(options), *choices.words()]
                sys.exit(run_dry(words, self.stdout.write, address=address))
            self._run(address, choices, options)
        except DomainError as error:
            self.stderr.write(error.sentence)
            sys.exit(CANNOT_RUN)
        sys.exit(SOMETHING_APART if in_quarantine() else ALL_TREATED)

    def _run(self, address: str, choices: Choices, options: dict[str, Any]) -> None:
        wanted = Wanted(
            choices,
            options["files"],
            since_last=options["since"] == "last",
            chunk=max(options["chunk"], 1),
        )
        run = import_old(
            address, wanted, self._say, as_json=options["progress_as_json"]
        )
        if options["report"]:
            for path in write_report(run.result, options["report"]):
                self.stdout.write(str(path))

    def _say(self, line: str) -> None:
        """At once, also into a pipe."""
        self.stdout.write(line)
        self.stdout.flush()


def _places(options: dict[str, Any]) -> list[str]:
    """The same folders for the run that is thrown away."""
    return [
        word
        for name in ("files", "report")
        if options[name]
        for word in (f"--{name}", str(options[name].resolve()))
    ]
