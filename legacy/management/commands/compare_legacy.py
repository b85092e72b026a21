"""``manage.py compare_legacy``: is EMS what the old system was?"""

import sys
from pathlib import Path
from typing import Any

import orjson
from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from core.accounts.models import User
from core.errors import DomainError
from legacy.comparing import Saboteur, compare
from legacy.models import LegacyRun
from legacy.source import open_source, shown_address

SAME, DIFFERENT, CANNOT_RUN = 0, 1, 2


class Command(BaseCommand):
    """Ends with 0 (only differences that are meant), 1 (others) or 2 (it cannot run)."""

    help = "Compare the old database, as its API answered, with EMS's own API."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("source", help="mysql://user:password@host:port/database")
        parser.add_argument("--report", type=Path, help="folder for compare.json")
        parser.add_argument(
            "--plant", type=int, default=0, help="alter so many answers before"
        )
        parser.add_argument("--seed", type=int, default=1)

    def handle(self, *args: Any, **options: Any) -> None:
        saboteur = Saboteur(options["plant"], options["seed"])
        # As an administrator gets it; nobody's row is used, and nothing is saved.
        reader = User(username="#compare", is_superuser=True)
        began = timezone.now()
        try:
            with open_source(options["source"]) as source:
                found = compare(source, reader, self.stdout.write, saboteur).as_json()
        except DomainError as error:
            self.stderr.write(error.sentence)
            sys.exit(CANNOT_RUN)
        self._tell(found, saboteur)
        if not options["plant"]:
            _keep(options["source"], found, began)
        if options["report"]:
            options["report"].mkdir(parents=True, exist_ok=True)
            kept = orjson.dumps(found, option=orjson.OPT_INDENT_2)
            (options["report"] / "compare.json").write_bytes(kept)
        sys.exit(DIFFERENT if found["unexpected"] else SAME)

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


def _keep(address: str, found: dict[str, Any], began: Any) -> None:
    LegacyRun.objects.create(
        kind=LegacyRun.Kind.COMPARE,
        source=shown_address(address),
        started_at=began,
        finished_at=timezone.now(),
        result=found,
    )
