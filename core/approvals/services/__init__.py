"""The rules of approval, and what every decision asks before it counts."""

from core.approvals.services.people import ask_as_well, forward, mend_rounds
from core.approvals.services.rules import (
    MAX_STEPS,
    StepWanted,
    remove_rule,
    save_rule,
    steps_wanted,
)

__all__ = [
    "MAX_STEPS",
    "StepWanted",
    "ask_as_well",
    "forward",
    "mend_rounds",
    "remove_rule",
    "save_rule",
    "steps_wanted",
]
