"""Planned work: activities, their tasks and the people in charge."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db.models import Model
from django.utils.translation import gettext as _
from django.utils.translation import override

from activities.models import Activity, InCharge, Task
from core.text.normal_form import plain_lines
from engineering.models import ChangeNotice
from legacy import mending
from legacy.aggregates import Aggregate, Built, OldRow, raw_of
from legacy.areas.area import Area, Chain
from legacy.areas.lost import lost_rows
from legacy.areas.tasks import CHARGES, TASKS, tasks_of
from legacy.source import Source
from legacy.world import World
from supportdocs.models import SupportTable

TABLE, KEY = "EngineeringActivities", "EngineeringActivityId"
EVENT = "activity.imported"
SEARCHED = 20_000


def build(whole: Aggregate, world: World) -> Built:
    """An activity with its tasks; spans and counts are computed, references to nothing are dropped."""
    built, row = Built(), whole.root
    activity = _activity(row, world)
    tasks = tasks_of(whole, activity, world, built)
    _mark_cache(whole)
    _sum(activity, tasks)
    built.rows.insert(0, activity)
    built.became(row, activity)
    marked = [child.claim for child in whole.all_rows()[1:] if child.marks]
    said = row.claim | {"sha256": whole.sha256, "tasks": len(tasks)}
    built.tell(
        activity, EVENT, said | ({"children": marked} if marked else {}), revision=1
    )
    return built


def _activity(row: OldRow, world: World) -> Activity:
    made = mending.first_known(row["CreatedAt"], row["UpdatedAt"]) or world.now
    customer = row.take("Customer", mending.customer_name(row["Customer"]))
    customer = row.take(
        "Customer", mending.clipped(customer, 200, "activity_customer_too_long")
    )
    if row["Description"] is None:
        row.mark("activity_description_null")
    if row["DeletedAt"] is not None:
        row.mark("activity_deleted")
    kind = row.take("Type", mending.kind_of_activity(row["Type"]))
    return Activity(
        pk=row.id,
        pic=mending.text(row["PIC"]),
        customer=customer,
        description=row.take(
            "Description",
            mending.note(
                row["Description"], mends_mojibake=world.choices.mends_mojibake
            ),
        ),
        date=mending.moment(row["Date"]),
        origin=Activity.OLD_SYSTEM,
        kind=kind,
        # PPIC has its order from the old system: the next edit changes that one.
        has_work_order=kind == Activity.Kind.POST_PO and row["DeletedAt"] is None,
        created_at=made,
        updated_at=mending.moment(row["UpdatedAt"]) or made,
        deleted_at=mending.moment(row["DeletedAt"]),
        **_references(row, world),
    )


def _references(row: OldRow, world: World) -> dict[str, Any]:
    change, document = row["ExtEngineeringDetailProblemId"], row["SupportTableId"]
    if change is not None and change not in world.known_changes:
        row.mark("activity_ecn_dangling", "ExtEngineeringDetailProblemId", change)
        change = None
    if document is not None and document not in world.known_documents:
        row.mark("activity_document_dangling", "SupportTableId", document)
        document = None
    if row["ExtPanelCodeId"] == 0:
        row.mark("activity_panel_zero")
    return {
        "ext_engineering_detail_problem_id": change,
        "support_table_id": document,
        "ext_job_id": row["ExtJobId"],
        "ext_inquiry_id": row["ExtInquiryId"],
        "ext_panel_code_id": row["ExtPanelCodeId"] or None,
        "ext_purchase_order_id": row["ExtPurchaseOrderId"],
    }


def _mark_cache(whole: Aggregate) -> None:
    row, tasks = whole.root, whole.children[TASKS]
    if not tasks:
        row.mark("activity_without_tasks")
    firsts = [
        task["From"] for task in tasks if task["From"] and task["DeletedAt"] is None
    ]
    if row["FromCache"] is not None and firsts and min(firsts) != row["FromCache"]:
        row.mark("activity_cache_stale")


def _sum(activity: Activity, tasks: Sequence[Task]) -> None:
    """Span, counts and hours over the live tasks, as every verb computes them."""
    live = [task for task in tasks if task.deleted_at is None]
    activity.from_cache = min((t.starts_at for t in live if t.starts_at), default=None)
    activity.to_cache = max((t.ends_at for t in live if t.ends_at), default=None)
    activity.task_count = len(live)
    activity.pic_count = sum(task.level >= 1 for task in live)
    activity.spv_count = sum(task.level >= 2 for task in live)
    activity.done_count = sum(task.level == 3 for task in live)
    activity.hours = sum((task.hours for task in live if task.hours), Decimal(0))
    header = (activity.description, activity.customer, activity.pic)
    texts = (task.description for task in live)
    activity.search_text = plain_lines(*header, *texts, limit=SEARCHED)


def know_references(_source: Source, world: World) -> Sequence[Built]:
    """The changes and documents that an activity may name."""
    world.known_changes = set(ChangeNotice.objects.values_list("pk", flat=True))
    world.known_documents = set(SupportTable.objects.values_list("pk", flat=True))
    return ()


def clear(activity_id: int, _world: World) -> None:
    """Take an activity away, with all that hangs on it but its history."""
    Activity.objects.filter(pk=activity_id).delete()


def chains(activity_id: int) -> Chain:
    """The history of an activity and of its tasks."""
    tasks = Task.objects.filter(activity=activity_id).values_list("pk", flat=True)
    below: Chain = [(Task, key) for key in tasks]
    return [(Activity, activity_id), *below]


# --- Without a parent -----------------------------------------------------------------


def orphans(source: Source, world: World) -> Sequence[Built]:
    """Tasks whose activity is not there go into one that is made for them."""
    people = Built()
    for row in lost_rows(source, CHARGES, "TaskId", TASKS):
        row.mark("charge_orphan")
        people.quarantine(row)
    rows = lost_rows(source, TASKS, KEY, TABLE)
    if not rows:
        return [people]
    for row in rows:
        key = row[KEY]
        row.mark("task_orphan" if key is None else "task_parent_gone", KEY, key)
    below = source.children(CHARGES, "TaskId", [row.id for row in rows])
    return [_made_for(rows, below, world), people]


def _made_for(
    rows: list[OldRow], below: dict[int, list[dict[str, Any]]], world: World
) -> Built:
    built = Built()
    with override(settings.LANGUAGE_CODE):
        name = _("Import: tasks without an activity")
    activity = Activity(
        description=name,
        kind=Activity.Kind.OTHERS,
        origin=Activity.OLD_SYSTEM,
        created_at=world.now,
        updated_at=world.now,
    )
    people = {
        key: [OldRow(CHARGES, each) for each in found] for key, found in below.items()
    }
    root = OldRow(TABLE, {"Id": 0})
    whole = Aggregate(root, {TASKS: rows}, {CHARGES: people})
    tasks = tasks_of(whole, activity, world, built)
    _sum(activity, tasks)
    built.rows.insert(0, activity)
    said = {
        "table": TASKS,
        "ids": [row.id for row in rows],
        "rows": [raw_of(row) for row in rows][:200],
    }
    built.tell_later(activity, EVENT, said)
    return built


RESERVED: dict[type[Model], str] = {Activity: TABLE, Task: TASKS, InCharge: CHARGES}
ACTIVITIES = Area(
    name="activities",
    table=TABLE,
    model=Activity,
    build=build,
    clear=clear,
    children={TASKS: KEY},
    grandchildren={CHARGES: (TASKS, "TaskId")},
    reserved=RESERVED,
    before=know_references,
    orphans=orphans,
    chains=chains,
)
