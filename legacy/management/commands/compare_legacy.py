"""``manage.py compare_legacy``: is EMS what the old system was?"""

import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import orjson
from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from core.accounts.models import User
from core.errors import DomainError
from legacy.comparing import Saboteur, compare
from legacy.file_digests import in_folder
from legacy.files import OldFiles
from legacy.models import LegacyRun
from legacy.old_api import OldApi
from legacy.source import given_address, open_source

SAME, DIFFERENT, CANNOT_RUN = 0, 1, 2


class Command(BaseCommand):
    """Ends with 0 (only differences that are meant), 1 (others) or 2 (it cannot run)."""

    help = "Compare the old database, as its API answered, with EMS's own API."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "source",
            nargs="?",
            default=settings.LEGACY_DATABASE_URL,
            help="mysql://user:password@host:port/database; else LEGACY_DATABASE_URL",
        )
        parser.add_argument(
            "--api", default="", help="http://old: its API instead of its database"
        )
        parser.add_argument(
            "--files",
            type=Path,
            default=settings.LEGACY_FILES or None,
            help="folder with uploads/ and files/, compared by SHA-256",
        )
        parser.add_argument("--report", type=Path, help="folder for compare.json")
        parser.add_argument(
            "--plant", type=int, default=0, help="alter so many answers before"
        )
        parser.add_argument("--seed", type=int, default=1)

    def handle(self, *args: Any, **options: Any) -> None:
        saboteur = Saboteur(options["plant"], options["seed"])
        began = timezone.now()
        try:
            found, old = self._compare(options, saboteur)
        except DomainError as error:
            self.stderr.write(error.sentence)
            sys.exit(CANNOT_RUN)
        self._tell(found, saboteur)
        if not options["plant"]:
            _keep(old, found, began)
        if options["report"]:
            options["report"].mkdir(parents=True, exist_ok=True)
            kept = orjson.dumps(found, option=orjson.OPT_INDENT_2)
            (options["report"] / "compare.json").write_bytes(kept)
        sys.exit(DIFFERENT if found["unexpected"] else SAME)

    def _compare(
        self, options: dict[str, Any], saboteur: Saboteur
    ) -> tuple[dict[str, Any], str]:
        """What was found, and the old side without its password."""
        # As an administrator gets it; nobody's row is used, and nothing is saved.
        reader = User(username="#compare", is_superuser=True)
        say = self.stdout.write
        if options["api"]:
            with closing(OldApi(options["api"])) as api:
                files = api.digests()
                found = compare(api, reader, say, plant=saboteur, files=files)
            return found.as_json(), options["api"]
        folder = options["files"] and OldFiles.in_folder(Path(options["files"]))
        digests = in_folder(folder) if folder else None
        with open_source(given_address(options["source"])) as source:
            found = compare(source, reader, say, plant=saboteur, files=digests)
        return found.as_json(), source.address

    def _tell(self, found: dict[str, Any], saboteur: Saboteur) -> None:
        for name, number in sorted(found["explained"].items()):
            self.stdout.write(f"  {name}: {number:,}")
        for one in found["first"]:
            self.stdout.write(
                f"  ! {one['at']} {one['field']}: {one['old']} -> {one['new']}"[:300]
            )
        for place in saboteur.planted:
            self.stdout.write(f"  planted: {place}")
        self.stdout.write(f"{found['unexpected']} unexpected")


def _keep(old: str, found: dict[str, Any], began: Any) -> None:
    LegacyRun.objects.create(
        kind=LegacyRun.Kind.COMPARE,
        source=old[:300],
        started_at=began,
        finished_at=timezone.now(),
        result=found,
    )
