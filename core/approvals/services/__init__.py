"""The rules of approval, the people of a round, and substitutes."""

from core.approvals.services.due import escalate_due, remind_due
from core.approvals.services.links import decide_by_link, forget_links, make_links
from core.approvals.services.openings import note_opening, require_opened
from core.approvals.services.people import (
    MAX_REASON,
    ask_another,
    ask_as_well,
    forward,
    mend_rounds,
)
from core.approvals.services.rerouting import apply_rules
from core.approvals.services.rules import (
    MAX_STEPS,
    StepWanted,
    remove_rule,
    save_rule,
    steps_wanted,
)
from core.approvals.services.substitutions import end_substitution, substitute

__all__ = [
    "MAX_REASON",
    "MAX_STEPS",
    "StepWanted",
    "apply_rules",
    "ask_another",
    "ask_as_well",
    "decide_by_link",
    "end_substitution",
    "escalate_due",
    "forget_links",
    "forward",
    "make_links",
    "mend_rounds",
    "note_opening",
    "remind_due",
    "remove_rule",
    "require_opened",
    "save_rule",
    "steps_wanted",
    "substitute",
]
