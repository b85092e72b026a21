"""``manage.py import_legacy``: take the old system's database over."""

import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from core.errors import DomainError
from legacy.files import OldFiles
from legacy.running import Progress, begin, in_quarantine, run_import
from legacy.source import open_source
from legacy.world import Choices, read_world

ALL_TREATED, SOMETHING_APART, CANNOT_RUN = 0, 1, 2


class Command(BaseCommand):
    """Ends with 0 (all treated), 1 (something is in quarantine) or 2 (it cannot run)."""

    help = (
        "Take the old system's database and files over. A run that was killed goes on."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("source", help="mysql://user:password@host:port/database")
        parser.add_argument(
            "--files", type=Path, help="folder with uploads/ and files/"
        )
        parser.add_argument("--report", type=Path, help="folder for the report")
        parser.add_argument("--dry-run", action="store_true")
        parser.add_argument(
            "--since", choices=["last"], help="only what changed since then"
        )
        parser.add_argument("--drop-doubles", action="store_true")
        parser.add_argument("--mend-mojibake", action="store_true")
        parser.add_argument("--keep-typed-figures", action="store_true")
        parser.add_argument("--without-directory", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            self._run(options)
        except DomainError as error:
            self.stderr.write(error.sentence)
            sys.exit(CANNOT_RUN)
        sys.exit(SOMETHING_APART if in_quarantine() else ALL_TREATED)

    def _run(self, options: dict[str, Any]) -> None:
        choices = Choices(
            drops_doubles=options["drop_doubles"],
            mends_mojibake=options["mend_mojibake"],
            keeps_typed_figures=options["keep_typed_figures"],
            is_without_directory=options["without_directory"],
        )
        with open_source(options["source"]) as source:
            run = begin(source, options={}, since_last=options["since"] == "last")
            world = read_world(choices, OldFiles(options["files"]))
            progress = Progress(self.stdout.write, run, at_start=run.read)
            run_import(source, run, world, progress)
