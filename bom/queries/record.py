"""Everything that the page of one BOM approval shows."""

import re
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from bom.models import BomApproval, BomRevision
from bom.permissions import may_invite, may_remove_pics
from bom.queries.approval import asked_ids, given_by
from bom.queries.comparison import (
    Comparison,
    PartNames,
    TreeLine,
    compared,
    cost_of,
    last_approved,
    parts,
    tree,
)
from bom.queries.listing import job_names
from core.accounts.models import User
from core.accounts.permissions import may
from core.accounts.queries import PersonRef, people_by_id
from core.approvals.models import Assignment, Decision, Status
from core.approvals.queries.ballots import ballot_of
from core.approvals.queries.places import place_of
from core.ledger.history import Entry, entry_of, kind_of, words_of
from core.ledger.models import Delivery, Event
from core.ledger.queries import deliveries_about, events_about, parked_since
from core.text.formatting import moment

SHOWN_LINES = 2000
REVISION_OF_KEY = re.compile(r"bom:\d+:rev:(\d+):")


@dataclass(frozen=True, slots=True)
class Pic:
    """A PIC: a decision on the present revision, or still asked."""

    face: PersonRef
    decision: Decision | None
    may_remove: bool

    @property
    def note(self) -> str:
        """When it was decided, and by whom where a substitute did."""
        if self.decision is None:
            return ""
        at = moment(self.decision.decided_at)
        is_own = self.decision.on_behalf_of_id is None
        if is_own:
            return at
        return _("%(at)s, by %(person)s") % {"at": at, "person": self.decision.approver}


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The snapshot that PPIC got or will get, and its revision."""

    delivery: Delivery
    revision: str


@dataclass(frozen=True, slots=True)
class BomRecord:
    """An approval with its content, PICs, deliveries and history, and what I may do with it."""

    approval: BomApproval
    revision: BomRevision
    jobs: str
    lines: list[TreeLine]
    hidden_lines: int
    cost: Decimal
    base: BomRevision | None
    comparison: Comparison | None
    pics: list[Pic]
    snapshots: list[Snapshot]
    history: list[Entry]
    may_decide: bool
    place: Assignment | None
    on_behalf_of: User | None
    may_invite: bool
    may_put_up: bool
    may_resend: bool


def bom_record(approval: BomApproval, user: User) -> BomRecord:
    """Read it all; names and prices come from PPIC's cached lists."""
    revision = approval.revisions.get(number=approval.revision)
    known, base = parts(), last_approved(approval)
    rows = tree(revision.content, known)
    ballot = ballot_of(approval)
    is_known = bool(approval.digest)  # the old system kept no content
    is_asked = approval.is_pending and is_known
    place = place_of(approval, ballot, user) if is_asked else None
    asked, given = asked_ids(approval), given_by(ballot)
    may_invite_here = may_invite(user) and approval.is_pending
    names = people_by_id(asked)
    return BomRecord(
        approval=approval,
        revision=revision,
        jobs=job_names().get(approval.ext_bom_leveled_id, ""),
        lines=rows[:SHOWN_LINES],
        hidden_lines=max(0, len(rows) - SHOWN_LINES),
        cost=cost_of(rows),
        base=base,
        comparison=_against(base, revision, known),
        pics=[
            Pic(
                names[person],
                given.get(person),
                may_invite_here and may_remove_pics(user, asked),
            )
            for person in sorted(asked)
        ],
        snapshots=[_snapshot(row) for row in deliveries_about(approval)],
        history=history(approval),
        may_decide=place is not None,
        place=ballot.own(user),
        on_behalf_of=place.person if place and place.person_id != user.pk else None,
        may_invite=may_invite_here,
        may_put_up=may_invite(user),
        may_resend=may(user, "resend_delivery") and bool(parked_since(approval)),
    )


def _snapshot(delivery: Delivery) -> Snapshot:
    found = REVISION_OF_KEY.match(delivery.key)
    return Snapshot(delivery, found[1] if found else "")


def _against(
    base: BomRevision | None, revision: BomRevision, known: PartNames
) -> Comparison | None:
    return compared(base.content, revision.content, known) if base else None


def history(approval: BomApproval) -> list[Entry]:
    """Newest first; a decision on a revision that another content overtook is marked as void."""
    events = list(events_about(approval).reverse())
    overtaken = frozenset(
        approval.revisions.filter(
            outcome=Status.PENDING, number__lt=approval.revision
        ).values_list("number", flat=True)
    )
    named = [person for event in events for person in _people(event)]
    names = people_by_id(named) if named else {}
    return [_entry(event, overtaken, names) for event in events]


def _people(event: Event) -> list[int]:
    is_about_pics = event.kind in {"bom.pics_invited", "bom.pic_removed"}
    both = (event.after or {}).get("pics") or (event.before or {}).get("pics") or []
    return list(both) if is_about_pics else []


def _entry(
    event: Event, overtaken: frozenset[int], names: dict[int, PersonRef]
) -> Entry:
    whom = ", ".join(str(names[person]) for person in _people(event))
    is_decision = kind_of(event.kind).is_decision
    return entry_of(
        event,
        # Of what no person did, PPIC caused what its news brought; the rest is EMS's own.
        nobody="PPIC" if event.kind.startswith("bom.") else "EMS",
        what=f"{words_of(event)} {whom}".strip(),
        meta=f"r{event.revision} {event.digest[:4]}" if event.digest else "",
        is_void=is_decision and event.revision in overtaken,
    )
