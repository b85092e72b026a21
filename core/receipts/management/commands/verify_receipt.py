"""``manage.py verify_receipt FILE``: is this receipt genuine, and what does it say?"""

from pathlib import Path
from typing import Any

import orjson
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import translation

from core.receipts.policies import BadReceipt, checked
from core.receipts.queries import public_keys

MOST = 4 * 2**20  # bytes; a receipt has some kilobytes


class Command(BaseCommand):
    """Prints what was decided and ends with 0; ends with 1 for a receipt that does not hold."""

    help = "Check a receipt, with the keys of this EMS or with a file of them."

    def add_arguments(self, parser: CommandParser) -> None:
        """The file, and where the keys are."""
        parser.add_argument("file", type=Path, help="the receipt, as JSON")
        parser.add_argument(
            "--keys",
            type=Path,
            help="what GET /api/receipt-keys answered, as a file: no database is asked then",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        keys = _keys_of(options["keys"]) if options["keys"] else public_keys()
        try:
            with translation.override("en"):  # as all that commands say
                said = checked(_read(options["file"]), keys)
        except BadReceipt as problem:
            raise CommandError(str(problem)) from None
        self.stdout.write(f"{said['kind']} {said['number']} r{said['revision']}")
        self.stdout.write(f"status {said['status']}, decided {said['decidedAt']}")
        self.stdout.write(f"digest {said['digest']}")
        for row in said["decisions"]:
            line = f"  {row['step']}. {row['name']}: {row['status']} {row['decidedAt']}"
            self.stdout.write(line)


def _keys_of(path: Path) -> dict[str, str]:
    rows = _read(path)
    try:
        return {row["keyId"]: row["publicKey"] for row in rows}
    except (KeyError, TypeError):
        message = f"{path}: it is no answer of /api/receipt-keys."
        raise CommandError(message) from None


def _read(path: Path) -> Any:
    try:
        if path.stat().st_size > MOST:
            raise CommandError(f"{path}: it is too large for a receipt.")
        return orjson.loads(path.read_bytes())
    except OSError as error:
        raise CommandError(f"{path}: {error.strerror}") from None
    except orjson.JSONDecodeError:
        raise CommandError(f"{path}: it is no JSON.") from None
