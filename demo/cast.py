"""The people of the demo, and a clock that can be moved."""

import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from core.accounts.models import User


@dataclass
class DemoContext:
    """The people and the dice of the demo."""

    people: dict[int, User]
    dice: random.Random

    def engineer(self) -> User:
        """Somebody who raises a change."""
        ids = [key for key, user in self.people.items() if key not in {1, 3}]
        return self.people[self.dice.choice(ids)]


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    """Let everything inside happen at that moment.

    Every service asks ``timezone.now``. Rows cannot be dated afterwards: an event's hash holds its time.
    """
    true_clock = timezone.now
    setattr(timezone, "now", lambda: moment)  # noqa: B010 - mypy knows it as a function
    try:
        yield
    finally:
        setattr(timezone, "now", true_clock)  # noqa: B010
