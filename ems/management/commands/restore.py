"""``manage.py restore SOURCE``: put a backup back, or only check it."""

from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser

from core.ledger.models import Event
from ems.backup.databases import DumpError, is_empty
from ems.backup.manifest import Manifest, ManifestError
from ems.backup.restoring import (
    DamagedError,
    backups_of,
    restore_backup,
    verify_backup,
)
from ems.backup.stored_files import missing_files
from ems.backup.targets import Target, target_of

NAMED = 20


class Command(BaseCommand):
    """Ends with 0 only when everything is there and the history and the invariants hold."""

    help = "Put a backup back into an empty database and store. Stop EMS first."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("source", help="a folder, or s3://bucket/prefix")
        parser.add_argument("--backup", default="", help="its name; default: newest")
        parser.add_argument(
            "--check", action="store_true", help="compare every part, restore nothing"
        )
        parser.add_argument(
            "--overwrite", action="store_true", help="also over a database with rows"
        )
        parser.add_argument(
            "--any-key", action="store_true", help="also one that another key signed"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        target = target_of(options["source"])
        try:
            self._run(target, _chosen(target, options["backup"]), options)
        except (DamagedError, DumpError, ManifestError, OSError) as error:
            raise CommandError(str(error)) from error

    def _run(self, target: Target, name: str, options: dict[str, Any]) -> None:
        if options["check"]:
            found = verify_backup(target, name, any_key=options["any_key"])
            self.stdout.write(f"{name}: the database and {found.files:,} files hold.")
            return
        if not is_empty() and not options["overwrite"]:
            raise CommandError(
                "The database is not empty. Name another in DATABASE_URL, or say --overwrite."
            )
        manifest = restore_backup(
            target, name, any_key=options["any_key"], say=self.stdout.write
        )
        self._prove(manifest)

    def _prove(self, manifest: Manifest) -> None:
        """What was put back is whole: history, files, chains, invariants."""
        newest = manifest.ledger
        if (
            newest
            and not Event.objects.filter(pk=newest["id"], hash=newest["hash"]).exists()
        ):
            raise CommandError("The history ends before the backup was begun.")
        call_command("migrate", verbosity=0)
        gone = [
            name for _place, name in zip(range(NAMED), missing_files(), strict=False)
        ]
        if gone:
            raise CommandError(f"Rows name files that are not there: {', '.join(gone)}")
        for check in ("ledger_verify", "ems_invariants"):
            call_command(check, stdout=self.stdout)


def _chosen(target: Target, name: str) -> str:
    found = backups_of(target)
    if name and name not in found:
        raise CommandError(f"There is no whole backup {name}. {_listing(found)}")
    if not found:
        raise CommandError("There is no whole backup there.")
    return name or found[-1]


def _listing(names: list[str]) -> str:
    return f"There are: {', '.join(names[-NAMED:])}." if names else "There is none."
