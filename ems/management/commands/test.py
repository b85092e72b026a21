"""``manage.py test``: pytest, on every database that we support."""

import sys

from django.core.management.base import BaseCommand

from launcher.testing import parse, run_tests


class Command(BaseCommand):
    """Hands its words to pytest as they are."""

    help = (
        "Runs all tests with pytest; --db sqlite|postgres|both; the rest is pytest's."
    )

    def run_from_argv(self, argv: list[str]) -> None:
        """Not Django's parsing: pytest's options are pytest's."""
        if {"-h", "--help"} & set(argv):
            self.stdout.write(self.help)
            return
        sys.exit(run_tests(parse(argv[2:])))
