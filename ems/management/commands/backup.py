"""``manage.py backup TARGET``: the database and the files, verified after writing."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from ems.backup.databases import DumpError
from ems.backup.making import BackupError, keep_newest, make_backup
from ems.backup.targets import target_of


class Command(BaseCommand):
    """Ends with 0 only when everything was written and reads as it was."""

    help = "Back up the database and the files, while EMS goes on working."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("target", help="a folder, or s3://bucket/prefix")
        parser.add_argument(
            "--keep",
            type=int,
            default=0,
            metavar="N",
            help="remove all backups of the target but the newest N; files stay in its pool",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        target = target_of(options["target"])
        try:
            name = make_backup(target, self.stdout.write)
            removed = keep_newest(target, options["keep"])
        except (BackupError, DumpError, OSError) as error:
            raise CommandError(f"No backup was made. {error}") from error
        for old in removed:
            self.stdout.write(f"removed: {old}")
        self.stdout.write(f"{options['target'].rstrip('/')}/{name} is whole.")
