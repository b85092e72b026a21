"""Rules, rounds of approval, links to decide and substitutions."""

from core.approvals.models.links import DecisionLink
from core.approvals.models.openings import Opening
from core.approvals.models.rounds import (
    Assignment,
    Decision,
    Round,
    RoundStep,
    Status,
    wire_status,
)
from core.approvals.models.rules import (
    ApprovalRule,
    ApprovalStep,
    DueTime,
    Duty,
    Needed,
    RecordKind,
)
from core.approvals.models.substitutions import Substitution

__all__ = [
    "ApprovalRule",
    "ApprovalStep",
    "Assignment",
    "Decision",
    "DecisionLink",
    "DueTime",
    "Duty",
    "Needed",
    "Opening",
    "RecordKind",
    "Round",
    "RoundStep",
    "Status",
    "Substitution",
    "wire_status",
]
