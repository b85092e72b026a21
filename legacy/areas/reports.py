"""The answers of the analyzer, and the four report tables that people filled in by hand: as they were."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import Model

from aianalyzer.models import InquiryAiGeneration
from aianalyzer.policies.markdown_answer import word_count
from engineering.models import DonePo, EngineerSupport, OutstandingPostPo, SupportDetail
from legacy import mending
from legacy.aggregates import Aggregate, Built, OldRow
from legacy.areas.area import Area, clear_row
from legacy.world import World

EVENT = "row.imported"
NAMES = {
    EngineerSupport: {
        "engineer": "Engineer", "project": "Project", "requester": "Requester",
        "support_dates": "SupportDates",
    },
    SupportDetail: {
        "no": "No", "po_number": "PoNumber", "cust": "Cust", "project_name": "ProjectName",
        "detail_problem": "DetailProblem", "pn": "Pn", "description": "Description", "qty": "Qty",
        "uom": "Uom",
    },
    OutstandingPostPo: {
        "customer": "Customer", "done_outs": "DoneOuts", "project": "Project",
        "days_deadline": "DaysDeadline", "others_outs": "OthersOuts",
        "others_process": "OthersProcess", "post_po_outs": "PostPoOuts",
        "post_po_process": "PostPoProcess", "pre_po_outs": "PrePoOuts",
        "pre_po_process": "PrePoProcess", "total_outs": "TotalOuts",
        "total_process": "TotalProcess",
    },
    DonePo: {"job_category": "JobCategory", "detail": "Detail", "outs": "Outs"},
}  # fmt: skip


def _stamps(row: OldRow, world: World) -> dict[str, Any]:
    made = mending.first_known(row["CreatedAt"], row["UpdatedAt"]) or world.now
    return {"created_at": made, "updated_at": mending.moment(row["UpdatedAt"]) or made}


def _plain(row: OldRow, model: type[Model], world: World) -> Any:
    fields: dict[str, Any] = _stamps(row, world)
    for name, column in NAMES[model].items():  # type: ignore[index]
        value = row[column]
        is_number = model._meta.get_field(name).get_internal_type() == "IntegerField"
        fields[name] = value if is_number else mending.text(value)
    return model(pk=row.id, deleted_at=mending.moment(row["DeletedAt"]), **fields)


def _told(row: OldRow, made: Model) -> Built:
    built = Built(rows=[made])
    built.became(row, made)
    built.tell(made, EVENT, row.claim)
    return built


def build_support(whole: Aggregate, world: World) -> Built:
    """An engineer's support; dates that people typed as words stay words."""
    row = whole.root
    dates = row["SupportDates"] or ""
    if dates and not _is_dates(dates):
        row.mark("free_text_date")
    return _told(row, _plain(row, EngineerSupport, world))


def _is_dates(text: str) -> bool:
    try:
        return all(datetime.fromisoformat(each.strip()) for each in text.split(","))
    except ValueError:
        return False


def build_detail(whole: Aggregate, world: World) -> Built:
    """A line of the support report."""
    row = whole.root
    made = _plain(row, SupportDetail, world)
    made.engineering = row.take(
        "Engineering",
        mending.note(row["Engineering"], mends_mojibake=world.choices.mends_mojibake),
    )
    made.tgl = mending.moment(row["Tgl"])
    return _told(row, made)


def build_outstanding(whole: Aggregate, world: World) -> Built:
    """A row of the outstanding work."""
    return _told(whole.root, _plain(whole.root, OutstandingPostPo, world))


def build_done(whole: Aggregate, world: World) -> Built:
    """A row of the work done."""
    row = whole.root
    made = _plain(row, DonePo, world)
    made.process_hours = mending.number(row["TProcess"], 4, Decimal(10) ** 14)
    return _told(row, made)


def build_generation(whole: Aggregate, world: World) -> Built:
    """An answer about an inquiry: recorded from outside, nothing of it can be checked."""
    row = whole.root
    content = row.take(
        "Content",
        mending.note(row["Content"], mends_mojibake=world.choices.mends_mojibake),
    )
    if row["Content"] == "":
        row.mark("generation_blank")
    if row["InquiryId"] is None:
        row.mark("generation_without_inquiry")
    stamps = _stamps(row, world)
    made = InquiryAiGeneration(
        pk=row.id,
        file_name=row.take(
            "FileName",
            mending.clipped(row["FileName"], 200, "generation_file_name_too_long"),
        ),
        model=mending.text(row["Model"])[:100],
        ext_inquiry_id=row["InquiryId"],
        content=content,
        word_count=word_count(content),
        state=InquiryAiGeneration.State.DONE,
        progress=100,
        provider=InquiryAiGeneration.Provider.OUTSIDE,
        finished_at=stamps["created_at"],
        **stamps,
    )
    return _told(row, made)


def _area(name: str, table: str, model: type[Model], build: Any) -> Area:
    return Area(name, table, model, build, clear_row(model), reserved={model: table})


REPORTS = (
    _area("analyses", "InquiryAIGenerations", InquiryAiGeneration, build_generation),
    _area("engineer supports", "EngineerSupports", EngineerSupport, build_support),
    _area("support details", "SupportDetails", SupportDetail, build_detail),
    _area(
        "outstanding post-PO",
        "OutstandingPostPOs",
        OutstandingPostPo,
        build_outstanding,
    ),
    _area("done PO", "DonePOs", DonePo, build_done),
)
