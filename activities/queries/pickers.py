"""Choices of the form's pickers: inquiries and customers, and the names of picked ids."""

from typing import Any

from activities.queries.names import document_name
from core.integrations import upstreams
from core.text.ids import as_id
from core.text.normal_form import plain_text
from engineering.queries.pickers import Offer, PickerChoice

SHOWN = 30
MOST_CUSTOMERS = 1000


def inquiries(text: str) -> Offer:
    """The CRM's inquiries, newest first."""
    reading = upstreams.crm().inquiries()
    rows = [
        PickerChoice(
            row.ext_id,
            row.number,
            " · ".join(
                filter(None, (row.account.name if row.account else "", row.title))
            ),
            {"customer": row.account.name if row.account else ""},
        )
        for row in reversed(list(reading.value.values()))
    ]
    return Offer(_fitting(rows, text), reading.as_of, reading.is_failing)


def customers() -> list[str]:
    """The CRM's customers by name, to choose from while typing."""
    rows = upstreams.crm().customers().value.values()
    names = {f"{row.business_type} {row.name}".strip() for row in rows}
    return sorted(names, key=str.casefold)[:MOST_CUSTOMERS]


def _fitting(rows: list[PickerChoice], text: str) -> list[PickerChoice]:
    words = plain_text(text).split()
    lines = ((row, plain_text(f"{row.label} {row.hint}")) for row in rows)
    return [row for row, line in lines if all(word in line for word in words)][:SHOWN]


def shown_words(form: Any) -> dict[str, str]:
    """The words behind the ids that the form holds, for its pickers."""
    job = upstreams.ppic().jobs().value.get(_number(form, "ext_job_id"))
    panel = _number(form, "ext_panel_code_id")
    panels = [p for p in (job.panel_codes if job else ()) if p.ext_id == panel]
    order = (
        upstreams.crm()
        .purchase_orders()
        .value.get(_number(form, "ext_purchase_order_id"))
    )
    inquiry = upstreams.crm().inquiries().value.get(_number(form, "ext_inquiry_id"))
    return {
        "job": job.name if job else _bare(form, "ext_job_id"),
        "panel": f"{panels[0].kind}: {panels[0].name}"
        if panels
        else _bare(form, "ext_panel_code_id"),
        "order": order.number if order else _bare(form, "ext_purchase_order_id"),
        "inquiry": inquiry.number if inquiry else _bare(form, "ext_inquiry_id"),
        "document": document_name(_number(form, "support_table_id") or None),
    }


def _number(form: Any, name: str) -> int:
    return as_id(str(form[name].value() or "")) or 0


def _bare(form: Any, name: str) -> str:
    """An id whose words nobody knows now is shown as itself, so that it is not lost."""
    number = _number(form, name)
    return f"#{number}" if number else ""
