"""PIC, SPV, manager: each signs once, in this order; the latest signature can be taken back."""

from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from activities.models import STAGES, Stage, Task
from activities.permissions import may_sign, may_undo
from activities.queries.live_tasks import in_charge_ids
from activities.queries.signers import SUBSTITUTED, stood_in_for
from activities.services.field_values import (
    SAID,
    Data,
    apply_said,
    difference,
    snapshot,
)
from activities.services.tasks import locked_task, recompute
from activities.signals import task_reopened, task_signed
from core.accounts.models import User
from core.accounts.services import require_reentry
from core.errors import DomainError, invalid
from core.ledger.services import record


def stage_of(text: str, field: str = "role") -> str:
    """The stage that a text names, in any letter case; raises DomainError ``invalid``."""
    stage = text.strip().lower()
    if stage not in STAGES:
        raise invalid(field, _("One of: pic, spv, manager."))
    return stage


@transaction.atomic
def sign_off(
    *,
    task_id: int,
    stage: str,
    by: User,
    confirmed: str = "",
    on_behalf_of: int | None = None,
    said: Data | None = None,
) -> Task:
    """Sign a stage of a task as oneself, now, or as the substitute of who is asked for it.

    The person and the time are the server's own. ``confirmed``: how the person confirmed it
    (``confirm_signature``). ``on_behalf_of``: the auth server's id of the person who is asked; left
    out, the own right counts, and else that of the only person this one stands in for. ``said``:
    ``hours_spent``, ``late_reason`` and ``late_note``, those that the person gave; the others stay.
    Raises DomainError ``reauth_required``, ``not_found``, ``forbidden``, ``already_decided`` (this
    stage is signed), ``illegal_transition`` (an earlier stage is not), ``invalid``.
    """
    wanted = stage_of(stage, "stage")
    require_reentry(confirmed)
    task = locked_task(task_id)
    in_charge = in_charge_ids(task)
    other = _signs_for(task, wanted, by, on_behalf_of, in_charge)
    _require_turn(task, wanted)
    was, now = _said(task, said or {})
    _write(task, wanted, by, other)
    event = record(
        task,
        f"task.{wanted}_done",
        by=by,
        before=was or None,
        after={"stage": wanted, "person": by.ext_id}
        | now
        | ({"confirmed": confirmed} if confirmed else {})
        | ({"onBehalfOf": other.ext_id, "onBehalfOfName": str(other)} if other else {}),
    )
    recompute(task.activity, by, is_content=False)
    task_signed.send(
        Task, task=task, by=by, event=event, stage=wanted, in_charge=in_charge
    )
    return task


def _said(task: Task, said: Data) -> tuple[dict[str, Any], dict[str, Any]]:
    """Put onto the task what was said with the signature; what changed by it, before and after.

    What was left empty takes nothing back.
    """
    filled = {name: value for name, value in said.items() if value not in {None, ""}}
    if not filled:
        return {}, {}
    before = snapshot(task, SAID)
    apply_said(task, filled)
    return difference(before, snapshot(task, SAID))


def _signs_for(
    task: Task,
    stage: str,
    by: User,
    on_behalf_of: int | None,
    in_charge: frozenset[int],
) -> User | None:
    """The person in whose place this one signs; None for oneself. Raises ``forbidden``."""
    is_own = on_behalf_of in {None, by.ext_id}
    is_in_charge = by.ext_id in in_charge
    if is_own and by.ext_id and may_sign(by, stage, is_in_charge=is_in_charge):
        return None
    able = [
        person
        for person in (stood_in_for(by) if by.ext_id else [])
        if stage in SUBSTITUTED and may_sign(person, stage, is_in_charge=False)
    ]
    if not is_own:
        able = [person for person in able if person.ext_id == on_behalf_of]
        if not able:
            raise DomainError(
                _("You do not sign this in that person's place today."), "forbidden"
            )
    if able and (is_in_charge or by.ext_id == task.completed_by_pic_id):
        raise DomainError(
            _("You did this task yourself; a substitute may not sign it."), "forbidden"
        )
    if len(able) == 1:
        return able[0]
    _refuse_signer(stage)
    return None


def _refuse_signer(stage: str) -> None:
    sentences = {
        Stage.PIC: _("Only the people in charge, an SPV or a manager sign here."),
        Stage.SPV: _("Only an SPV or a manager signs here."),
        Stage.MANAGER: _("Only a manager signs here."),
    }
    raise DomainError(sentences[Stage(stage)], "forbidden")


def _require_turn(task: Task, stage: str) -> None:
    # Also for the same person: of twenty presses one counts, and the others hear who it was
    # (docs/decisions/0005-activities.md).
    if moment := task.signed_at(stage):
        raise DomainError(
            _("%s has signed this task already.") % Stage(stage).label,
            "already_decided",
            extra={"signedAt": moment.isoformat(), "signedBy": task.signed_by(stage)},
        )
    if task.next_stage != stage:
        raise DomainError(
            _("First %s must sign.") % Stage(task.next_stage or stage).label,
            "illegal_transition",
        )


def _write(task: Task, stage: str, by: User | None, other: User | None = None) -> None:
    # The server's time, whatever was sent (docs/threats.md#t02).
    setattr(task, f"completed_date_{stage}", timezone.now() if by else None)
    setattr(task, f"completed_by_{stage}_id", by.ext_id if by else None)
    columns = [f"completed_date_{stage}", f"completed_by_{stage}_id", "updated_at"]
    columns += SAID
    if stage in SUBSTITUTED:
        columns.append(f"completed_for_{stage}_id")
        setattr(task, columns[-1], other.ext_id if other else None)
    task.save(update_fields=columns)


@transaction.atomic
def reopen(*, task_id: int, stage: str, by: User, reason: str = "") -> Task:
    """Take the latest signature of a task back; the stage is asked again.

    Nothing else falls with it: a later signature must be taken back first. Raises DomainError
    ``not_found``, ``forbidden``, ``illegal_transition``.
    """
    wanted = stage_of(stage, "stage")
    task = locked_task(task_id)
    if task.signed_at(wanted) is None:
        raise DomainError(
            _("%s has not signed this task.") % Stage(wanted).label,
            "illegal_transition",
        )
    # A signature rests on the one before it, and nothing falls in silence.
    if task.last_stage != wanted:
        raise DomainError(
            _("First the signature of %s must be undone.")
            % Stage(task.last_stage or wanted).label,
            "illegal_transition",
        )
    if not may_undo(by, task):
        raise DomainError(
            _(
                "Only the person who signed, or somebody of a higher stage, may undo this."
            ),
            "forbidden",
        )
    before = {"stage": wanted, "person": task.signed_by(wanted)}
    _write(task, wanted, None)
    event = record(
        task, f"task.{wanted}_undone", by=by, before=before, note=reason.strip()[:1000]
    )
    recompute(task.activity, by, is_content=False)
    task_reopened.send(Task, task=task, by=by, event=event, stage=wanted)
    return task
