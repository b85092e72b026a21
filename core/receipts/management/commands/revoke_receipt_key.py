"""``manage.py revoke_receipt_key KEYID``: a private key is known to others."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import translation

from core.errors import DomainError
from core.receipts.services import revoke_key


class Command(BaseCommand):
    """Forgets the key and its receipts; they are issued anew when they are asked for."""

    help = "Forget a receipt key whose private half is known to others."

    def add_arguments(self, parser: CommandParser) -> None:
        """The key."""
        parser.add_argument("key", help="keyId, as /api/receipt-keys names it")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            with translation.override("en"):  # as all that commands say
                count = revoke_key(options["key"])
        except DomainError as error:
            raise CommandError(error.sentence) from None
        self.stdout.write(f"The key is gone, and {count} receipts with it.")
