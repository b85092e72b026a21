"""What the old API would have answered for a row, field by field, and how each field is compared.

A field is compared in one canonical form: nothing and "" are the same, times are instants with
microseconds, fractions are decimals.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from legacy import mending
from legacy.areas.activities import ACTIVITIES
from legacy.areas.area import Area
from legacy.areas.boms import BOMS
from legacy.areas.changes import CHANGES
from legacy.areas.documents import DOCUMENTS
from legacy.areas.tasks import CHARGES, TASKS

Value = Any
STAMPS = {"createdAt": ("CreatedAt", "time"), "updatedAt": ("UpdatedAt", "time")}


@dataclass(frozen=True, slots=True)
class Compared:
    """One kind of record: its area, its path, its fields (wire name -> column and type), its lists.

    lists: (table, member of the wire's row) -> the fields of its rows.
    """

    area: Area
    path: str
    fields: Mapping[str, tuple[str, str]]
    lists: Mapping[tuple[str, str], Mapping[str, tuple[str, str]]] = field(
        default_factory=dict
    )
    key: str = "id"


COMPARED = (
    Compared(
        CHANGES,
        "/engineeringDetailProblems",
        {
            "no": ("No", "text"), "tgl": ("Tgl", "day"), "poNumber": ("PoNumber", "text"),
            "cust": ("Cust", "text"), "projectName": ("ProjectName", "text"),
            "engineering": ("Engineering", "text"), "detailProblem": ("DetailProblem", "text"),
            "extJobId": ("ExtJobId", "int"), "extPurchaseOrderId": ("ExtPurchaseOrderId", "int"),
            "extPanelCodeId": ("ExtPanelCodeId", "int"), "extUserId": ("ExtUserId", "int"),
            "type": ("Type", "int"), "typeEcnCcn": ("TypeEcnCcn", "int"), "status": ("Status", "int"),
            "marginBefore": ("MarginBefore", "number"), "marginAfter": ("MarginAfter", "number"),
            **STAMPS,
        },
        {
            ("EngineeringDetailProblemItem", "items"): {
                "extItemId": ("ExtItemId", "int"), "qty": ("Qty", "number"),
                "snapshotPrice": ("SnapshotPrice", "number"),
                "snapshotDate": ("SnapshotDate", "time"),
                "typeIncreaseDecrease": ("TypeIncreaseDecrease", "int"),
            },
            ("EngineeringDetailProblemApproval", "approvals"): {
                "extUserId": ("ExtUserId", "int"), "status": ("Status", "int"),
                "approvalDate": ("ApprovalDate", "time"),
            },
        },
    ),
    Compared(
        BOMS,
        "/bomapprovals",
        {"extBomLeveledId": ("ExtBomLeveledId", "int"), **STAMPS},
        {
            ("BomApprovalPics", "pics"): {
                "extUserId": ("ExtUserId", "int"), "status": ("Status", "int"),
                "remark": ("Remark", "text"), "approvalDate": ("ApprovalDate", "time"),
            }
        },
    ),
    Compared(
        ACTIVITIES,
        "/api/dashboard/activities",
        {
            "pic": ("PIC", "text"), "customer": ("Customer", "text"),
            "description": ("Description", "text"), "fromCache": ("FromCache", "time"),
            "toCache": ("ToCache", "time"), "extInquiryId": ("ExtInquiryId", "int"),
            "extPanelCodeId": ("ExtPanelCodeId", "int"),
            "extPurchaseOrderId": ("ExtPurchaseOrderId", "int"),
            "extEngineeringDetailProblemId": ("ExtEngineeringDetailProblemId", "int"),
            "supportTableId": ("SupportTableId", "int"), **STAMPS,
        },
        {
            (TASKS, "tasks"): {
                "description": ("Description", "text"), "from": ("From", "time"), "to": ("To", "time"),
                "hours": ("Hours", "number"), "remark": ("Remark", "text"),
                "completedDatePic": ("CompletedDatePic", "time"),
                "completedDateSpv": ("CompletedDateSpv", "time"),
                "completedDateManager": ("CompletedDateManager", "time"),
                "completedByPicId": ("CompletedByPicId", "int"),
                "completedBySpvId": ("CompletedBySpvId", "int"),
                "completedByManagerId": ("CompletedByManagerId", "int"),
            },
        },
    ),
    Compared(DOCUMENTS[0], "/supporttables", {"name": ("Name", "text"), **STAMPS}),
)  # fmt: skip
PEOPLE_OF_TASK = (CHARGES, "inCharges", {"extUserId": ("ExtUserId", "int")})


def old_value(value: Value, kind: str) -> Value:
    """A column as the old API would have written it, in the canonical form."""
    if kind == "time":
        return mending.moment(value)
    if kind == "day":
        return mending.day(value)
    if kind == "number":
        return None if value is None else Decimal(repr(float(value)))
    return None if value == "" else value


def new_value(value: Value, kind: str) -> Value:
    """A member of EMS's answer, in the canonical form."""
    if value in (None, ""):
        return None
    if kind in {"time", "day"}:
        moment = datetime.fromisoformat(str(value)).astimezone(UTC)
        return moment.date() if kind == "day" else moment
    return Decimal(str(value)) if kind == "number" else value


# --- Differences that are meant -----------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Pair:
    """A field on both sides, with the old row around it; ``there``: the ids of tables that are named."""

    name: str
    old: Value
    new: Value
    row: Mapping[str, Any]
    there: Mapping[str, Collection[int]]


def _is_prefix(pair: Pair) -> bool:
    return (
        isinstance(pair.old, str)
        and len(pair.new or "") >= 40
        and pair.old.startswith(pair.new)
    )


def _is_cleaned(pair: Pair) -> bool:
    if not isinstance(pair.old, str):
        return False
    bare = pair.old.replace("\0", "")
    return (
        not bare.strip()
        if pair.new is None
        else " ".join(bare.split()) == " ".join(pair.new.split())
    )


def _is_rounded(pair: Pair) -> bool:
    both = isinstance(pair.old, Decimal) and isinstance(pair.new, Decimal)
    return both and abs(pair.old - pair.new) <= Decimal("0.005")


def _is_absurd(pair: Pair) -> bool:
    if not isinstance(pair.old, Decimal):
        return False
    turned = pair.name == "qty" and pair.new == -pair.old
    too_large = pair.new is None and abs(pair.old) > 99_999
    return (
        turned
        or too_large
        or (pair.name == "hours" and pair.new is None and pair.old < 0)
    )


ODD = {
    "status": (0, {0, 1, 2}),
    "typeEcnCcn": (0, {0, 1, 2, 3}),
    "typeIncreaseDecrease": (0, {0, 1}),
}


def _is_odd(pair: Pair) -> bool:
    if pair.name not in ODD:
        return False
    usual, known = ODD[pair.name]
    return pair.old not in known and (
        pair.new == usual or (pair.name == "typeEcnCcn" and pair.new == 2)
    )


def _is_turned(pair: Pair) -> bool:
    return pair.name == "typeIncreaseDecrease" and (pair.row.get("Qty") or 0) < 0


def _is_number_given(pair: Pair) -> bool:
    return pair.name == "no" and str(pair.new).startswith("ECN#")


def _is_guessed(pair: Pair) -> bool:
    is_time = pair.name in {
        "tgl",
        "createdAt",
        "updatedAt",
        "snapshotDate",
        "approvalDate",
    }
    return is_time and pair.old is None and pair.new is not None


def _is_filled(pair: Pair) -> bool:
    """A stage below a later signature got its date."""
    later = {"completedDatePic": ("CompletedDateSpv", "CompletedDateManager"),
             "completedDateSpv": ("CompletedDateManager",)}.get(pair.name, ())  # fmt: skip
    return pair.old is None and any(
        mending.moment(pair.row.get(each)) == pair.new for each in later
    )


def _is_nobodys_person(pair: Pair) -> bool:
    dates = {"completedByPicId": "CompletedDatePic", "completedBySpvId": "CompletedDateSpv",
             "completedByManagerId": "CompletedDateManager"}  # fmt: skip
    return (
        pair.new is None
        and pair.name in dates
        and pair.row.get(dates[pair.name]) is None
    )


def _is_end_moved(pair: Pair) -> bool:
    start = mending.moment(pair.row.get("From"))
    return (
        pair.name == "to"
        and start is not None
        and pair.new == start
        and (pair.old or start) < start
    )


NAMED = {
    "extEngineeringDetailProblemId": "EngineeringDetailProblems",
    "supportTableId": "SupportTables",
}


def _is_reference_dropped(pair: Pair) -> bool:
    if pair.new is not None:
        return False
    if pair.name == "extPanelCodeId":
        return bool(pair.old == 0)
    return pair.name in NAMED and pair.old not in pair.there.get(NAMED[pair.name], ())


def _is_customer_read(pair: Pair) -> bool:
    return pair.name == "customer" and str(pair.old).startswith("{")


def _is_name_in_remark(pair: Pair) -> bool:
    return (
        pair.name == "remark"
        and "PIC: " in str(pair.new)
        and str(pair.new).startswith(pair.old or "")
    )


def _is_remark_alone(pair: Pair) -> bool:
    """Of a PIC who has not decided: it stands in the history."""
    return (
        pair.name == "remark"
        and pair.new is None
        and pair.row.get("Status") in {None, 0}
    )


def _is_computed(pair: Pair) -> bool:
    return pair.name in {"fromCache", "toCache"}


RULES: Mapping[str, Callable[[Pair], bool]] = {
    "text clipped": _is_prefix,
    "text cleaned": _is_cleaned,
    "number given": _is_number_given,
    "number rounded": _is_rounded,
    "number absurd": _is_absurd,
    "word odd": _is_odd,
    "direction turned": _is_turned,
    "time guessed": _is_guessed,
    "signature filled below": _is_filled,
    "person without a date": _is_nobodys_person,
    "end before start": _is_end_moved,
    "reference to nothing": _is_reference_dropped,
    "customer read": _is_customer_read,
    "name into the remark": _is_name_in_remark,
    "remark without a decision": _is_remark_alone,
    "span computed": _is_computed,
}


def rule_of(pair: Pair) -> str:
    """The rule under which a difference is meant; "" for one that is not."""
    return next((name for name, holds in RULES.items() if holds(pair)), "")


def plain_day(value: Any) -> Any:
    """For the report: times and days as text."""
    return value.isoformat() if isinstance(value, datetime | date) else str(value)
