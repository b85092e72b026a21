"""``manage.py work``: what happens in the background."""

from typing import Any

from django.core.management.base import BaseCommand

from ems.telemetry import observe
from ems.worker import work
from launcher.processes import end_with_parent


class Command(BaseCommand):
    """Runs tasks and repeated jobs until told to stop."""

    help = "Runs the worker: tasks, deliveries and what repeats."

    def handle(self, **_options: Any) -> None:
        """Work; the task at hand is finished before the end."""
        end_with_parent()
        observe()
        work()
