"""``manage.py packages``: what is installed under which licence; ``--sbom`` writes a bill of materials."""

from pathlib import Path
from typing import Any

import orjson
from django.core.management.base import BaseCommand, CommandParser

from ems.packages import bill_of_materials, packages


class Command(BaseCommand):
    """One line a package, direct and indirect."""

    help = "List the packages of the locks with their licences."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--sbom", metavar="FILE", help="write CycloneDX 1.6 there")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["sbom"]:
            body = orjson.dumps(bill_of_materials(), option=orjson.OPT_INDENT_2)
            Path(options["sbom"]).write_bytes(body + b"\n")
            return
        for each in packages():
            self.stdout.write(f"{each.name}\t{each.version}\t{each.licence}")
