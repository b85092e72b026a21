"""Permissions of planned work; nothing here asks the database in a loop."""

from django.utils.translation import gettext as _

from activities.models import STAGES, Activity, Stage, Task
from core.accounts.models import Role, User
from core.accounts.permissions import may
from core.errors import DomainError

# The roles that may sign a stage. The people in charge of a task sign its first stage whatever their
# role: they know when the work is done.
SIGNERS: dict[str, frozenset[str]] = {
    Stage.PIC: frozenset({Role.SPV, Role.MANAGER}),
    Stage.SPV: frozenset({Role.SPV, Role.MANAGER}),
    Stage.MANAGER: frozenset({Role.MANAGER}),
}


def may_sign(user: User, stage: str, *, is_in_charge: bool) -> bool:
    """PIC: people in charge, SPV, manager. SPV: SPV, manager. Manager: manager."""
    if SIGNERS[stage] & user.role_names:
        return True
    return stage == Stage.PIC and is_in_charge


def may_undo(user: User, task: Task) -> bool:
    """The latest stage only: its signer, for whom it was signed, or a role of a higher stage."""
    stage = task.last_stage
    if stage is None:
        return False
    higher = frozenset(STAGES[STAGES.index(stage) + 1 :])
    signers = {task.signed_by(stage), task.signed_for(stage)}
    is_own = user.ext_id is not None and user.ext_id in signers
    return is_own or bool(higher & user.role_names)


def may_edit(user: User, activity: Activity, *, is_in_charge: bool) -> bool:
    """The planner, people in charge of one of its tasks, an SPV, a manager, an administrator."""
    return is_in_charge or may_remove(user, activity)


def may_remove(user: User, activity: Activity) -> bool:
    """The planner, an SPV, a manager, an administrator."""
    return activity.created_by_id == user.pk or may(user, "keep_tables")


def require_editor(user: User, activity: Activity, *, is_in_charge: bool) -> None:
    """Refuse an edit; raises DomainError ``forbidden``."""
    if not may_edit(user, activity, is_in_charge=is_in_charge):
        raise DomainError(
            _(
                "Only the person who planned it, the people in charge, an SPV or a manager may change this activity."
            ),
            "forbidden",
        )


def require_remover(user: User, activity: Activity) -> None:
    """Refuse a removal; raises DomainError ``forbidden``."""
    if not may_remove(user, activity):
        raise DomainError(
            _("Only the person who planned it, an SPV or a manager may remove this."),
            "forbidden",
        )
