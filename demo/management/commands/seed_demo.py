"""``manage.py seed_demo``: a believable small company in an empty database."""

from typing import Any

from django.core.management.base import BaseCommand

from demo import company


class Command(BaseCommand):
    """Does nothing when there is anything already."""

    help = "Fill an empty database with a demo company (needs the sandbox upstreams)."

    def handle(self, *args: Any, **options: Any) -> None:
        if not company.is_empty():
            self.stdout.write("The database is not empty; nothing was added.")
            return
        self.stdout.write(f"{company.seed()} changes were raised.")
