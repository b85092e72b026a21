"""ECN, CCN and the like, with their lines, their decisions and the document of the approval."""

from collections.abc import Sequence
from datetime import date, datetime

from core.approvals.models import Decision, Round
from core.text.normal_form import plain_lines, plain_text
from engineering.models import ChangeAttachment, ChangeItem, ChangeNotice
from engineering.services.content import content_digest, search_text, snapshot, totals
from legacy import mending
from legacy.aggregates import Aggregate, Built, OldRow
from legacy.areas.area import Area
from legacy.areas.attachments import attachment_of
from legacy.areas.change_lines import lines_of
from legacy.areas.decisions import decide_as_claimed
from legacy.areas.lost import lost_rows
from legacy.source import Source
from legacy.world import World

TABLE = "EngineeringDetailProblems"
ITEMS, VOTES = "EngineeringDetailProblemItem", "EngineeringDetailProblemApproval"
PARENT = "EngineeringDetailProblemId"
MAX_NUMBER = 40


def build(whole: Aggregate, world: World) -> Built:
    """A change as it stood, its round as it ended, or put up now by today's rules."""
    built, row = Built(), whole.root
    change = _header(whole, world)
    lines = lines_of(whole, change, world, built)
    for name, value in totals(lines).items():
        setattr(change, name, value)
    change.digest = content_digest(snapshot(change, lines, ()))
    change.search_text = plain_lines(
        search_text(change, lines), *filter(None, [row.old.get("No")]), limit=20_000
    )
    built.rows += [change, *lines]
    built.became(row, change)
    votes = decide_as_claimed(whole, change, world, built)
    file = attachment_of(row, change, world, built)
    said = _said(whole, change, votes) | ({"file": file} if file else {})
    built.tell(change, "change.imported", said, revision=1, digest=change.digest)
    return built


def _header(whole: Aggregate, world: World) -> ChangeNotice:
    row = whole.root
    made = _made_at(whole, world)
    asker = row["ExtUserId"] or None
    if world.is_stranger(asker):
        row.mark("ecn_requester_unknown")
    if row["ExtUserId"] is None and row["PoNumber"] is None:
        row.mark("ecn_wiped_by_input_page")
    requester = world.person(asker)
    change = ChangeNotice(
        pk=row.id,
        kind=row.take("TypeEcnCcn", mending.kind_of_change(row["TypeEcnCcn"])),
        direction=row["Type"] if row["Type"] in {0, 1} else None,
        date=_day(row, made),
        po_number=row.take(
            "PoNumber", mending.clipped(row["PoNumber"], 100, "ecn_po_too_long")
        ),
        customer=row.take(
            "Cust", mending.clipped(row["Cust"], 200, "ecn_customer_too_long")
        ),
        project_name=row.take(
            "ProjectName",
            mending.clipped(row["ProjectName"], 300, "ecn_project_too_long"),
        ),
        ext_job_id=row["ExtJobId"],
        ext_purchase_order_id=row["ExtPurchaseOrderId"],
        ext_panel_code_id=row["ExtPanelCodeId"],
        ext_user_id=asker,
        requester=requester,
        requester_name=str(requester or ""),
        has_po=None if row["HasPo"] is None else bool(row["HasPo"]),
        status=row.take("Status", mending.status(row["Status"])),
        origin=ChangeNotice.OLD_SYSTEM,
        created_at=made,
        updated_at=mending.moment(row["UpdatedAt"]) or made,
        deleted_at=mending.moment(row["DeletedAt"]),
    )
    if change.deleted_at:
        row.mark("ecn_deleted")
    _texts(row, change, world)
    change.number = _number(row, world)
    return change


def _texts(row: OldRow, change: ChangeNotice, world: World) -> None:
    mends = world.choices.mends_mojibake
    change.engineering = row.take(
        "Engineering", mending.note(row["Engineering"], mends_mojibake=mends)
    )
    change.detail_problem = row.take(
        "DetailProblem", mending.note(row["DetailProblem"], mends_mojibake=mends)
    )
    change.margin_before = row.take("MarginBefore", mending.margin(row["MarginBefore"]))
    change.margin_after = row.take("MarginAfter", mending.margin(row["MarginAfter"]))
    change.customer_plain = plain_text(change.customer)[:200]
    if change.status:
        change.approval_remark = mending.text(row["ApprovalRemark"])
        change.approval_ext_user_id = row["ApprovalExtUserId"] or None
        change.approval_date = mending.moment(row["ApprovalDate"])


def _made_at(whole: Aggregate, world: World) -> datetime:
    """``CreatedAt``, else the nearest time that is known of it."""
    row = whole.root
    found = mending.moment(row["CreatedAt"])
    if found is None:
        row.mark("ecn_created_null")
        below = [
            child["CreatedAt"] for rows in whole.children.values() for child in rows
        ]
        found = mending.first_known(row["UpdatedAt"], row["Tgl"], *below)
    found = found or world.neighbour or world.now
    world.neighbour = found
    return found


def _day(row: OldRow, made: datetime) -> date:
    found = mending.day(row["Tgl"])
    if found is None:
        row.mark("ecn_date_null" if row["Tgl"] is None else "ecn_date_year_1")
        return made.astimezone(mending.JAKARTA).date()
    if not any((row["Tgl"].hour, row["Tgl"].minute, row["Tgl"].second)):
        row.mark("ecn_date_local_midnight")
    return found


def _number(row: OldRow, world: World) -> str:
    """The number that people typed where nobody has it, else what the old form printed."""
    typed = mending.text(row["No"]).strip()
    own = f"ECN#{row.id}"
    is_long, is_double = len(typed) > MAX_NUMBER, typed.lower() in world.numbers
    if is_long:
        row.mark("ecn_no_too_long", "No", typed[: mending.SHOWN_OF_OLD])
        world.numbers.add(typed.lower())
    if is_double and typed:
        row.mark("ecn_no_double", "No", typed[: mending.SHOWN_OF_OLD])
    chosen = own if is_long or is_double or not typed else typed
    while chosen.lower() in world.numbers:
        chosen += "*"
    world.numbers.add(chosen.lower())
    return chosen


def _said(
    whole: Aggregate, change: ChangeNotice, votes: list[dict[str, object]]
) -> dict[str, object]:
    """What the old system claims of it."""
    row = whole.root
    children = [
        child.claim for rows in whole.children.values() for child in rows if child.marks
    ]
    said: dict[str, object] = {
        **row.claim,
        "sha256": whole.sha256,
        "number": change.number,
        "requestedBy": row["ExtUserId"],
        "status": row["Status"],
        "decidedBy": row["ApprovalExtUserId"],
        "decidedAt": mending.moment(row["ApprovalDate"]),
        "items": len(whole.children.get(ITEMS, ())),
        "votes": votes,
        "children": children,
    }
    return {name: value for name, value in said.items() if value not in (None, [], "")}


def clear(change_id: int, world: World) -> None:
    """Take a change away, with all that hangs on it but its history."""
    numbers = ChangeNotice.objects.filter(pk=change_id).values_list("number", flat=True)
    world.numbers.difference_update(number.lower() for number in numbers)
    place = {"record_type": ChangeNotice._meta.label, "record_id": change_id}
    Decision.objects.filter(**place).delete()
    Round.objects.filter(**place).delete()
    ChangeItem.objects.filter(change=change_id).delete()
    ChangeAttachment.objects.filter(change=change_id).delete()
    ChangeNotice.objects.filter(pk=change_id).delete()


def orphans(source: Source, _world: World) -> Sequence[Built]:
    """Lines and votes whose change is not there."""
    built = Built()
    for table, mark in ((ITEMS, "item_orphan"), (VOTES, "ecn_approval_orphan")):
        for row in lost_rows(source, table, PARENT, TABLE):
            row.mark(mark)
            built.quarantine(row)
    return [built]


CHANGES = Area(
    name="changes",
    table=TABLE,
    model=ChangeNotice,
    build=build,
    clear=clear,
    children={ITEMS: PARENT, VOTES: PARENT},
    reserved={ChangeNotice: TABLE, ChangeItem: ITEMS, Decision: VOTES},
    orphans=orphans,
)
