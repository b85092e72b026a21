"""BOMs and what their PICs said; what they said it to, the old system did not keep."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Model

from bom.models import BomApproval, BomApprovalPic, BomRevision, BomSeen
from core.approvals.models import (
    Assignment,
    Decision,
    Needed,
    RecordKind,
    Round,
    RoundStep,
    Status,
)
from core.approvals.policies import EVERYONE, StepState, Vote, outcome
from core.approvals.queries.ballots import STATUS
from legacy import mending
from legacy.aggregates import Aggregate, Built, OldRow, Outcome
from legacy.areas.area import Area
from legacy.areas.lost import lost_rows
from legacy.source import Source
from legacy.world import World

TABLE, PICS = "BomApprovals", "BomApprovalPics"
EVENT, OF_ANOTHER_ROW = "bom.imported", "bom.double.imported"
STATE = {status: state for state, status in STATUS.items()}
SAID = {Status.ACCEPTED, Status.REJECTED}
NO_PARTS: dict[str, list[Any]] = {"children": []}


def know_boms(source: Source, world: World) -> Sequence[Built]:
    """The row that counts of each BOM: the first live one, as the old API answered, else the first."""
    rows = source.rows(
        "SELECT b.`Id`, b.`ExtBomLeveledId` bom, b.`DeletedAt` IS NOT NULL gone FROM `BomApprovals` b"
        " WHERE b.`ExtBomLeveledId` IS NOT NULL AND EXISTS"
        " (SELECT 1 FROM `BomApprovalPics` p WHERE p.`BomApprovalId` = b.`Id`)"
        " ORDER BY gone, b.`Id`"
    )
    world.bom_rows = {}
    for row in rows:
        world.bom_rows.setdefault(int(row["bom"]), int(row["Id"]))
    firsts = source.rows(
        "SELECT MIN(`Id`) n FROM `BomApprovals` WHERE `ExtBomLeveledId` IS NOT NULL"
        " GROUP BY `ExtBomLeveledId`"
    )
    world.first_boms = {int(row["n"]) for row in firsts}
    return ()


def build(whole: Aggregate, world: World) -> Built:
    """The approval of a BOM as its PICs left it; one that is not settled is signed again."""
    built, row = Built(), whole.root
    _mark(whole, world)
    bom, pics = row["ExtBomLeveledId"], whole.children[PICS]
    if bom is None or not pics:
        row.mark("bom_without_id" if bom is None else "bom_without_pics")
        for each in (row, *pics):
            built.quarantine(each)
        return built
    # One that a person corrected is in no list of the source.
    counted = world.bom_rows.setdefault(bom, row.id)
    if counted != row.id:
        _merge(whole, counted, built)
        return built
    _approve(whole, world, built)
    return built


def _mark(whole: Aggregate, world: World) -> None:
    row = whole.root
    checks = (
        ("bom_header_status", row["Status"] is not None),
        ("bom_deleted", row["DeletedAt"] is not None),
        ("bom_twice", row["ExtBomLeveledId"] is not None and row.id not in world.first_boms),
        ("bom_unknown_to_ppic", world.boms is not None and row["ExtBomLeveledId"] is not None
         and row["ExtBomLeveledId"] not in world.boms),
    )  # fmt: skip
    for name, is_so in checks:
        if is_so:
            row.mark(name)
    for pic in whole.children[PICS]:
        for name, is_so in (
            ("pic_status_null", pic["Status"] is None),
            ("pic_deleted", pic["DeletedAt"] is not None),
            ("pic_unknown_user", world.is_stranger(pic["ExtUserId"])),
        ):
            if is_so:
                pic.mark(name)


def _merge(whole: Aggregate, counted: int, built: Built) -> None:
    """Another row of the same BOM, which the old API never showed: history of the one that counts."""
    into = BomApproval(pk=counted)
    for row in (whole.root, *whole.children[PICS]):
        built.not_taken(row, Outcome.MERGED, into=into)
    said = whole.root.claim | {
        "sha256": whole.sha256,
        "pics": _claims(whole.children[PICS]),
    }
    built.tell(into, OF_ANOTHER_ROW, said)


def _claims(pics: Sequence[OldRow]) -> list[dict[str, Any]]:
    return [
        {
            "id": pic.id,
            "person": pic["ExtUserId"],
            "status": pic["Status"],
            "at": mending.moment(pic["ApprovalDate"]),
            "remark": mending.text(pic["Remark"])[:500],
        }
        for pic in pics
    ]


def _approve(whole: Aggregate, world: World, built: Built) -> None:
    row = whole.root
    live = _one_each(whole.children[PICS])
    votes = {pic["ExtUserId"]: pic for pic in live if pic["Status"] in SAID}
    status = _status(live, votes)
    approval = _approval(whole, status, list(votes.values()), world)
    revision = _revision(approval)
    built.rows += [approval, revision]
    built.became(row, approval)
    _invite(whole, live, approval, built)
    _round(approval, live, votes, world, built)
    said = row.claim | {
        "sha256": whole.sha256,
        "status": status,
        "pics": sorted(pic["ExtUserId"] for pic in live),
        "votes": [[person, pic["Status"]] for person, pic in votes.items()],
        "claims": _claims(whole.children[PICS]),
    }
    built.tell(approval, EVENT, said, revision=1, digest="")
    # Asked for by the next look at PPIC: a settled one is only noted, one that waits is put up anew.
    built.afterwards.append(lambda: _owe_a_look(approval, world))


def _one_each(pics: Sequence[OldRow]) -> list[OldRow]:
    """One live row a person: the last word counts; the others are marked."""
    chosen: dict[int, OldRow] = {}
    for pic in pics:
        person = pic["ExtUserId"]
        if pic["DeletedAt"] is not None or not person:
            continue
        before = chosen.get(person)
        if before is None:
            chosen[person] = pic
            continue
        pic.mark("pic_twice")
        if pic["Status"] in SAID:
            chosen[person] = pic
    return list(chosen.values())


def _status(live: Sequence[OldRow], votes: dict[int, OldRow]) -> int:
    said = [Vote(0, pic["Status"]) for pic in votes.values()]
    return outcome([StepState(EVERYONE, len(live) - len(votes))], said).status


def _approval(
    whole: Aggregate, status: int, votes: Sequence[OldRow], world: World
) -> BomApproval:
    row = whole.root
    made = mending.first_known(row["CreatedAt"], row["UpdatedAt"]) or world.now
    dates = [found for pic in votes if (found := _said_at(pic))]
    approval = BomApproval(
        pk=row.id,
        ext_bom_leveled_id=row["ExtBomLeveledId"],
        ext_user_id=row["ExtUserId"],
        source=BomApproval.Source.IMPORT,
        digest="",
        status=status,
        approval_date=(max(dates, default=made) if status else None),
        remark=mending.text(votes[-1]["Remark"]) if status and votes else "",
        opened_at=made,
        created_at=made,
        updated_at=mending.moment(row["UpdatedAt"]) or made,
        deleted_at=mending.moment(row["DeletedAt"]),
    )
    approval.set_name((world.boms or {}).get(row["ExtBomLeveledId"], "")[:300])
    return approval


def _said_at(pic: OldRow) -> Any:
    return mending.first_known(pic["ApprovalDate"], pic["UpdatedAt"], pic["CreatedAt"])


def _revision(approval: BomApproval) -> BomRevision:
    """What it held then, nobody knows."""
    return BomRevision(
        approval=approval,
        number=1,
        digest="",
        content=NO_PARTS,
        line_count=0,
        opened_at=approval.opened_at,
        source=BomApproval.Source.IMPORT,
        outcome=approval.status,
        closed_at=approval.approval_date,
    )


def _invite(
    whole: Aggregate, live: Sequence[OldRow], approval: BomApproval, built: Built
) -> None:
    for pic in whole.children[PICS]:
        if not pic["ExtUserId"]:
            pic.mark("pic_of_nobody")
            built.quarantine(pic)
            continue
        made = mending.moment(pic["CreatedAt"]) or approval.created_at
        later = mending.moment(pic["UpdatedAt"]) or made
        is_over = pic not in live
        row = BomApprovalPic(
            pk=pic.id,
            approval=approval,
            ext_user_id=pic["ExtUserId"],
            created_at=made,
            updated_at=later,
            deleted_at=(mending.moment(pic["DeletedAt"]) or later) if is_over else None,
        )
        built.rows.append(row)
        built.became(pic, row)


def _round(
    approval: BomApproval,
    live: Sequence[OldRow],
    votes: dict[int, OldRow],
    world: World,
    built: Built,
) -> None:
    closed = approval.approval_date or approval.deleted_at
    state = STATE[Status(approval.status)]
    if approval.deleted_at and state == Round.State.OPEN:
        state = Round.State.WITHDRAWN
    made = Round(
        record_type=approval._meta.label,
        record_id=approval.pk,
        revision=1,
        digest="",
        kind=RecordKind.BOM,
        state=state,
        opened_at=approval.opened_at,
        closed_at=closed,
    )
    people = {pic["ExtUserId"]: world.people[pic["ExtUserId"]] for pic in live}
    step = RoundStep(
        round=made,
        order=0,
        mode=Needed.EVERYONE,
        people=sorted(person.pk for person in people.values()),
        opened_at=approval.opened_at,
        closed_at=closed,
    )
    built.rows += [made, step]
    for key, person in people.items():
        vote = votes.get(key)
        asked = _asked(approval, step, person, _said_at(vote) if vote else closed)
        asked.closed_because = _why(vote, closed, state)
        built.rows.append(asked)
        if vote is not None:
            built.rows.append(_decision(approval, asked, vote))


def _asked(
    approval: BomApproval, step: RoundStep, person: Any, closed: Any
) -> Assignment:
    return Assignment(
        round=step.round,
        step=step,
        person=person,
        because=Assignment.Because.INVITATION,
        asked_at=approval.opened_at,
        closed_at=closed,
    )


def _why(vote: OldRow | None, closed: Any, state: str) -> str:
    if vote is not None:
        return Assignment.Closed.DECIDED
    if not closed:
        return ""
    is_taken_back = state == Round.State.WITHDRAWN
    return Assignment.Closed.WITHDRAWN if is_taken_back else Assignment.Closed.OVERTAKEN


def _decision(approval: BomApproval, asked: Assignment, vote: OldRow) -> Decision:
    return Decision(
        assignment=asked,
        record_type=approval._meta.label,
        record_id=approval.pk,
        revision=1,
        digest="",
        approver=asked.person,
        status=vote["Status"],
        remark=mending.text(vote["Remark"]),
        decided_at=_said_at(vote) or approval.opened_at,
        door=Decision.Door.IMPORT,
    )


def _owe_a_look(approval: BomApproval, world: World) -> None:
    is_open = approval.status == Status.PENDING and approval.deleted_at is None
    BomSeen.objects.update_or_create(
        ext_bom_leveled_id=approval.ext_bom_leveled_id,
        defaults={
            "digest": BomSeen.OWED if is_open else BomSeen.UNREAD,
            "seen_at": approval.opened_at if is_open else world.now,
        },
    )


def clear(approval_id: int, _world: World) -> None:
    """Take an approval away, with all that hangs on it but its history."""
    place: dict[str, Any] = {
        "record_type": BomApproval._meta.label,
        "record_id": approval_id,
    }
    Decision.objects.filter(**place).delete()
    Round.objects.filter(**place).delete()
    BomApproval.objects.filter(pk=approval_id).delete()


def orphans(source: Source, _world: World) -> Sequence[Built]:
    """PICs whose approval is not there."""
    built = Built()
    for row in lost_rows(source, PICS, "BomApprovalId", TABLE):
        row.mark("pic_orphan")
        built.quarantine(row)
    return [built]


RESERVED: dict[type[Model], str] = {BomApproval: TABLE, BomApprovalPic: PICS}
BOMS = Area(
    name="boms",
    table=TABLE,
    model=BomApproval,
    build=build,
    clear=clear,
    children={PICS: "BomApprovalId"},
    reserved=RESERVED,
    before=know_boms,
    orphans=orphans,
    stays=True,
)
