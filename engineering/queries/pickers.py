"""Choices of the form's pickers: parts, jobs, products, orders, people; from the caches."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from core.integrations import upstreams
from core.integrations.cache import Reading
from core.integrations.item_catalogue import Item
from core.text.ids import as_id
from core.text.normal_form import plain_text

SHOWN = 30


@dataclass(frozen=True, slots=True)
class PickerChoice:
    """One line of a picker; ``fills`` are other fields of the form that follow from it."""

    value: int
    label: str
    hint: str
    fills: dict[str, str]


@dataclass(frozen=True, slots=True)
class Offer:
    """Options of a picker, and whether the source is older than it should be."""

    choices: list[PickerChoice]
    as_of: datetime | None
    is_stale: bool


def jobs(text: str) -> Offer:
    reading = upstreams.ppic().jobs()
    rows = (
        PickerChoice(
            job.ext_id,
            job.name,
            f"{len(job.panel_codes)} panel",
            {"project_name": job.name},
        )
        for job in reversed(list(reading.value.values()))
    )
    return _offer(reading, rows, text)


def panels(text: str, job_id: int | None) -> Offer:
    """The products of the chosen job."""
    reading = upstreams.ppic().jobs()
    job = reading.value.get(job_id or 0)
    rows = (
        PickerChoice(
            panel.ext_id,
            f"{panel.kind}: {panel.name}",
            job.name if job else "",
            {"product_name": f"{panel.kind}: {panel.name}"},
        )
        for panel in (job.panel_codes if job else ())
    )
    return _offer(reading, rows, text)


def orders(text: str, job_id: int | None) -> Offer:
    """The CRM's purchase orders; those of the chosen job only, if there is one."""
    reading = upstreams.crm().purchase_orders()
    job = upstreams.ppic().jobs().value.get(job_id or 0)
    of_job = set(job.purchase_order_ids) if job else set()
    rows = (
        PickerChoice(
            order.ext_id,
            order.number,
            order.account.name if order.account else "",
            {
                "po_number": order.number,
                "customer": order.account.name if order.account else "",
                "has_po": "true",
            },
        )
        for order in reversed(list(reading.value.values()))
        if not of_job or order.ext_id in of_job
    )
    return _offer(reading, rows, text)


def people(text: str) -> Offer:
    """Everybody in the directory."""
    reading = upstreams.people()
    rows = (
        PickerChoice(person.ext_id, person.name, person.department_name or "", {})
        for person in sorted(reading.value.values(), key=lambda each: each.name)
    )
    return _offer(reading, rows, text)


def _offer(reading: Reading[Any], rows: Iterable[PickerChoice], text: str) -> Offer:
    words = plain_text(text).split()
    fitting = [row for row in rows if _fits(row, words)]
    return Offer(fitting[:SHOWN], reading.as_of, reading.is_failing)


def _fits(row: PickerChoice, words: list[str]) -> bool:
    line = plain_text(f"{row.label} {row.hint}")
    return all(word in line for word in words)


@dataclass(frozen=True, slots=True)
class PickerPart:
    """A part with its price in IDR, if the inventory has one."""

    item: Item
    price: Decimal | None


@dataclass(frozen=True, slots=True)
class PickerParts:
    """Found parts, and how old catalogue and prices are."""

    parts: list[PickerPart]
    as_of: datetime | None
    is_stale: bool


def parts(text: str) -> PickerParts:
    """Parts that hold every word of the text, part numbers that begin with it first."""
    found = upstreams.ppic().search_items(text, SHOWN)
    prices = upstreams.ppic().inventory()
    rows = [PickerPart(item, prices.value.get(item.ext_id)) for item in found.value]
    return PickerParts(rows, prices.as_of, found.is_failing or prices.is_failing)


def parts_by_number(wanted: Collection[str]) -> dict[str, list[PickerPart]]:
    """The parts of these numbers, which are in the normal form (``plain_text``), with their prices."""
    prices = upstreams.ppic().inventory().value if wanted else {}
    found = upstreams.ppic().items_by_number(wanted).value
    return {
        number: [PickerPart(item, prices.get(item.ext_id)) for item in items]
        for number, items in found.items()
    }


@dataclass(frozen=True, slots=True)
class Prices:
    """Unit prices in IDR by item id, and their age."""

    by_item: dict[int, Decimal]
    as_of: datetime | None
    is_stale: bool


def prices_of(item_ids: Iterable[int]) -> Prices:
    """Present prices of these parts; a price of zero is no price."""
    reading = upstreams.ppic().inventory()
    found = {key: reading.value[key] for key in item_ids if reading.value.get(key)}
    return Prices(found, reading.as_of, reading.is_failing)


def shown_names(form: Any) -> dict[str, str]:
    """The words behind the ids that the form holds, for its pickers."""
    job = upstreams.ppic().jobs().value.get(_number(form, "ext_job_id"))
    order = (
        upstreams.crm()
        .purchase_orders()
        .value.get(_number(form, "ext_purchase_order_id"))
    )
    person = upstreams.people().value.get(_number(form, "ext_user_id"))
    return {
        "ext_job_id": job.name if job else str(form["project_name"].value() or ""),
        "ext_panel_code_id": str(form["product_name"].value() or ""),
        "ext_purchase_order_id": order.number
        if order
        else str(form["po_number"].value() or ""),
        "ext_user_id": person.name if person else "",
    }


def _number(form: Any, name: str) -> int:
    return as_id(str(form[name].value() or "")) or 0
