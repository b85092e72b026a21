"""``manage.py import_legacy``: take the old system's database over."""

import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import IntegrityError
from django.utils.translation import gettext_lazy

from core.errors import DomainError
from legacy.dry_run import run_dry
from legacy.files import OldFiles
from legacy.reading import CHUNK
from legacy.report import collect, write_report
from legacy.running import Progress, begin, in_quarantine, require_directory, run_import
from legacy.source import open_source
from legacy.world import Choices, read_world

ALL_TREATED, SOMETHING_APART, CANNOT_RUN = 0, 1, 2
TWO_AT_ONCE = gettext_lazy(
    "Somebody else wrote the same rows (%s). Is another import running? This chunk was not written."
)
FLAGS = ("drop_doubles", "mend_mojibake", "keep_typed_figures", "without_directory")


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
        parser.add_argument(
            "--dry-run", action="store_true", help="into a database that is thrown away"
        )
        parser.add_argument(
            "--since", choices=["last"], help="only what changed since then"
        )
        parser.add_argument(
            "--chunk", type=int, default=CHUNK, help="roots per transaction"
        )
        for flag in FLAGS:
            parser.add_argument(f"--{flag.replace('_', '-')}", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            if options["dry_run"]:
                sys.exit(run_dry(_words(options), self.stdout.write))
            self._run(options)
        except DomainError as error:
            self.stderr.write(error.sentence)
            sys.exit(CANNOT_RUN)
        except IntegrityError as error:
            self.stderr.write(TWO_AT_ONCE % error)
            sys.exit(CANNOT_RUN)
        sys.exit(SOMETHING_APART if in_quarantine() else ALL_TREATED)

    def _run(self, options: dict[str, Any]) -> None:
        choices = Choices(
            drops_doubles=options["drop_doubles"],
            mends_mojibake=options["mend_mojibake"],
            keeps_typed_figures=options["keep_typed_figures"],
            is_without_directory=options["without_directory"],
        )
        files = OldFiles.in_folder(options["files"])
        with open_source(options["source"]) as source:
            if not choices.is_without_directory:
                require_directory()
            run = begin(source, since_last=options["since"] == "last")
            world = read_world(choices, files)
            progress = Progress(self.stdout.write, run, at_start=run.read)
            run_import(source, run, world, progress, chunk=max(options["chunk"], 1))
        run.result = collect(run, world)
        run.save(update_fields=["result"])
        if options["report"]:
            for path in write_report(run.result, options["report"]):
                self.stdout.write(str(path))


def _words(options: dict[str, Any]) -> list[str]:
    """The same arguments for the run that is thrown away."""
    words = [options["source"]]
    for name in ("files", "report"):
        if options[name]:
            words += [f"--{name}", str(options[name].resolve())]
    return words + [f"--{flag.replace('_', '-')}" for flag in FLAGS if options[flag]]
