"""Everything that the page of one change shows."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from operator import itemgetter
from typing import Any

from django.db.models import TextField
from django.utils.translation import gettext as _

from core.accounts.models import User
from core.accounts.permissions import may
from core.approvals.models import Assignment, Decision
from core.approvals.queries.ballots import Ballot, ballot_of
from core.approvals.queries.places import place_of
from core.approvals.queries.route import RouteStep, route_of
from core.db.models import field_label
from core.integrations.material_requests import MaterialRequest
from core.ledger.history import Entry
from engineering.models import (
    CHANGE_REQUEST_FIELDS,
    ChangeAttachment,
    ChangeItem,
    ChangeNotice,
    EngineeringNote,
)
from engineering.permissions import adds_content, may_attach, may_edit
from engineering.queries.approval import later_people
from engineering.queries.authors import authorship_of
from engineering.queries.history import timeline
from engineering.queries.impact import band_of_route, mark_deviations
from engineering.queries.thresholds import threshold
from engineering.queries.upstream_names import material_requests


@dataclass(frozen=True, slots=True)
class Approver:
    """One person's place in the approval: a decision, or still asked."""

    person: User
    decision: Decision | None


@dataclass(frozen=True, slots=True)
class ChangeRecord:
    """A change with its lines, files, approvers, history, and what I may do with it."""

    change: ChangeNotice
    items: list[ChangeItem]
    attachments: list[ChangeAttachment]
    ballot: Ballot
    approvers: list[Approver]
    step: int
    step_count: int
    history: list[Entry]
    requests: tuple[MaterialRequest, ...]
    requests_stale: bool
    limit: Any
    is_above_threshold: bool
    may_decide: bool
    place: Assignment | None
    on_behalf_of: User | None
    may_manage: bool
    route: list[RouteStep]
    is_author: bool
    may_edit: bool
    is_stuck: bool
    attaches: str
    band: str

    @property
    def unpriced(self) -> int:
        """Number of lines that the sums leave out."""
        return sum(item.snapshot_price is None for item in self.items)

    @property
    def margin_change(self) -> Decimal | None:
        """By how many points the margin moves, if both are known."""
        before, after = self.change.margin_before, self.change.margin_after
        return None if before is None or after is None else after - before

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
    ballot = ballot_of(change)
    place = place_of(change, ballot, user) if change.is_pending else None
    behind = authorship_of([change])[change.pk]
    requests = material_requests([change.pk])
    limit = threshold()
    items = list(change.items.alive())
    mark_deviations(items)
    return ChangeRecord(
        change=change,
        items=items,
        band=band_of_route(change, ballot) if change.is_pending else "",
        attachments=list(change.attachments.alive().select_related("uploaded_by")),
        attaches=_attaches(change, user, ballot),
        ballot=ballot,
        approvers=[Approver(row.approver, row) for row in ballot.decisions]
        + [
            Approver(row.person, None)
            for row in sorted(ballot.asked, key=lambda row: row.person.name)
        ],
        step=ballot.outcome.step + 1,
        step_count=len(ballot.steps),
        history=timeline(change),
        requests=requests.by_change.get(change.pk, ()),
        requests_stale=requests.is_stale,
        limit=limit.limit_for(change.decrease),
        is_above_threshold=limit.is_broken_by(change),
        may_decide=place is not None,
        place=ballot.own(user),
        on_behalf_of=place.person if place and place.person_id != user.pk else None,
        may_manage=may(user, "manage_approvals"),
        route=route_of(ballot),
        is_author=behind.is_author(user.pk, user.ext_id),
        may_edit=may_edit(user, change),
        is_stuck=ballot.is_stuck,
    )


def _attaches(change: ChangeNotice, user: User, ballot: Ballot) -> str:
    """What a file of this person becomes: ``content``, ``evidence``, or nothing where they may not."""
    route = ballot.deciders | later_people(ballot)
    if not may_attach(user, change, route):
        return ""
    purpose = ChangeAttachment.Purpose
    is_content = adds_content(user, change, route)
    return purpose.CONTENT if is_content else purpose.EVIDENCE


def attachment_names(names: Sequence[str]) -> set[str]:
    """Those of these stored names that an attachment or a note has."""
    files = ChangeAttachment.objects.filter(stored_name__in=names)
    notes = EngineeringNote.objects.filter(stored_name__in=names)
    found = set(files.values_list("stored_name", flat=True))
    return found | set(notes.values_list("stored_name", flat=True))
