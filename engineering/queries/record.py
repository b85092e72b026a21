"""Everything that the page of one change shows."""

from collections.abc import Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Any

from django.db.models import TextField
from django.utils.translation import gettext as _

from core.accounts.models import User
from core.approvals.policies import outcome
from core.approvals.queries import names_of
from core.db.models import field_label
from core.integrations.material_requests import MaterialRequest
from core.ledger.history import Entry
from engineering.models import (
    CHANGE_REQUEST_FIELDS,
    ChangeAttachment,
    ChangeDecision,
    ChangeItem,
    ChangeNotice,
)
from engineering.permissions import may_edit
from engineering.queries.approval import asked_about, steps_of, votes
from engineering.queries.authors import authorship_of
from engineering.queries.history import timeline
from engineering.queries.thresholds import threshold
from engineering.queries.upstream_names import material_requests


@dataclass(frozen=True, slots=True)
class Approver:
    """One person's place in the approval: a decision, or still asked."""

    person: User
    decision: ChangeDecision | None


@dataclass(frozen=True, slots=True)
class ChangeRecord:
    """A change with its lines, files, approvers, history, and what I may do with it."""

    change: ChangeNotice
    items: list[ChangeItem]
    attachments: list[ChangeAttachment]
    approvers: list[Approver]
    step: int
    step_count: int
    history: list[Entry]
    requests: tuple[MaterialRequest, ...]
    requests_stale: bool
    limit: Any
    is_above_threshold: bool
    may_decide: bool
    is_author: bool
    may_edit: bool
    is_stuck: bool

    @property
    def unpriced(self) -> int:
        """Number of lines that the sums leave out."""
        return sum(item.snapshot_price is None for item in self.items)

    @property
    def boxes(self) -> list[dict[str, Any]]:
        """What was said in the form's boxes, short answers first, as ``{% facts %}`` takes them."""
        found = [_box(self.change, name) for name in ("has_po", *CHANGE_REQUEST_FIELDS)]
        return sorted((box for box in found if box["value"]), key=itemgetter("full"))


def _box(change: ChangeNotice, name: str) -> dict[str, Any]:
    value = getattr(change, name)
    return {
        "label": field_label(ChangeNotice, name),
        "value": {True: _("Yes"), False: _("No"), None: ""}.get(value, value),
        "full": isinstance(ChangeNotice._meta.get_field(name), TextField),
    }


def change_record(change: ChangeNotice, user: User) -> ChangeRecord:
    """Read it all; PPIC is asked for the material requests, and may be away."""
    decisions = list(
        change.decisions.filter(
            voided_at=None, revision=change.revision
        ).select_related("approver")
    )
    behind = authorship_of([change])[change.pk]
    steps = steps_of(change, authorship=behind)
    cast = votes(decisions)
    asked = asked_about(change, steps, cast)
    requests = material_requests([change.pk])
    limit = threshold()
    return ChangeRecord(
        change=change,
        items=list(change.items.alive()),
        attachments=list(change.attachments.select_related("uploaded_by")),
        approvers=[Approver(row.approver, row) for row in decisions]
        + [Approver(person, None) for person in names_of(asked.deciders)],
        step=outcome(steps, cast).step + 1,
        step_count=len(steps),
        history=timeline(change),
        requests=requests.by_change.get(change.pk, ()),
        requests_stale=requests.is_stale,
        limit=limit.limit_for(change.decrease),
        is_above_threshold=limit.is_broken_by(change),
        may_decide=user.pk in asked.deciders,
        is_author=behind.is_author(user.pk, user.ext_id),
        may_edit=may_edit(user, change),
        is_stuck=asked.is_stuck,
    )


def attachment_names(names: Sequence[str]) -> set[str]:
    """Those of these stored names that an attachment has."""
    rows = ChangeAttachment.objects.filter(stored_name__in=names)
    return set(rows.values_list("stored_name", flat=True))
