"""The CRM: purchase orders, inquiries and customers."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, TypeVar

from core.integrations import decoding
from core.integrations.cache import Cached, Reading, Source
from core.integrations.http import Client
from core.integrations.limits import Freshness
from core.integrations.persistent_cache import CacheStore

T = TypeVar("T")
EMPTY: Mapping[int, Any] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Account:
    """A company as the CRM names it within another row."""

    ext_id: int | None
    name: str


@dataclass(frozen=True, slots=True)
class PurchaseOrder:
    """A customer's order."""

    ext_id: int
    number: str
    account: Account | None


@dataclass(frozen=True, slots=True)
class Inquiry:
    """A customer's question; project is a name, quotation the offer's name or None."""

    ext_id: int
    number: str
    title: str
    project: str | None
    account: Account | None
    quotation: Account | None


@dataclass(frozen=True, slots=True)
class Customer:
    """business_type: PT, CV, ... or ""."""

    ext_id: int
    name: str
    business_type: str


def _account(value: Any) -> Account | None:
    if not value:
        return None
    row = decoding.as_row(value)
    name = decoding.text(decoding.must(row, "name"))
    return Account(decoding.ext_id_or_none(row.get("id")), name)


def _project(value: Any) -> str | None:
    # A name in one release of the CRM, an object with a name in another.
    return decoding.text_or_none(
        value.get("name") if isinstance(value, dict) else value
    )


def _purchase_order(row: decoding.Row) -> PurchaseOrder:
    number = decoding.text(decoding.must(row, "purchaseOrderNumber"))
    return PurchaseOrder(
        decoding.ext_id(row.get("id")), number, _account(row.get("account"))
    )


def _inquiry(row: decoding.Row) -> Inquiry:
    return Inquiry(
        ext_id=decoding.ext_id(row.get("id")),
        number=decoding.text(decoding.must(row, "inquiryNumber")),
        title=decoding.text(row.get("title")),
        project=_project(row.get("project")),
        # The old activity report also met "customer" here.
        account=_account(row.get("account") or row.get("customer")),
        quotation=_account(row.get("quotation")),
    )


def _customer(row: decoding.Row) -> Customer:
    name = decoding.required_text(row.get("name"))
    return Customer(
        decoding.ext_id(row.get("id")), name, decoding.text(row.get("businessType"))
    )


def _parser(
    make: Callable[[decoding.Row], T], key: Callable[[T], int]
) -> Callable[[bytes], decoding.Parsed[Mapping[int, T]]]:
    def parse(body: bytes) -> decoding.Parsed[Mapping[int, T]]:
        rows = decoding.rows_of(decoding.load_json(body), "data", "results")
        return decoding.index(rows, make, key)

    return parse


class Crm:
    """main: the client of CRM_URL; inquiries: that of CRM_INQUIRIES_URL."""

    def __init__(
        self,
        main: Client,
        inquiries: Client,
        freshness: Freshness,
        *,
        store: CacheStore | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.clients = (main, inquiries)
        orders: Source[Mapping[int, PurchaseOrder]] = Source(
            name="CRM purchase orders",
            client=main,
            path="/api/external/purchase-orders/ppic",
            parse=_parser(_purchase_order, lambda order: order.ext_id),
            empty=EMPTY,
            freshness=freshness,
        )
        customers: Source[Mapping[int, Customer]] = Source(
            name="CRM customers",
            client=main,
            path="/api/external/customers",
            parse=_parser(_customer, lambda customer: customer.ext_id),
            empty=EMPTY,
            freshness=freshness,
        )
        questions: Source[Mapping[int, Inquiry]] = Source(
            name="CRM inquiries",
            client=inquiries,
            path="/api/v1/external/inquiries",
            parse=_parser(_inquiry, lambda inquiry: inquiry.ext_id),
            empty=EMPTY,
            freshness=freshness,
        )
        self._orders = Cached(orders, store, clock=clock)
        self._customers = Cached(customers, store, clock=clock)
        self._inquiries = Cached(questions, store, clock=clock)

    def purchase_orders(self) -> Reading[Mapping[int, PurchaseOrder]]:
        """All orders by id, in the CRM's sequence."""
        return self._orders.read()

    def customers(self) -> Reading[Mapping[int, Customer]]:
        """All customers by id."""
        return self._customers.read()

    def inquiries(self) -> Reading[Mapping[int, Inquiry]]:
        """All inquiries by id, oldest first as the CRM sends them."""
        return self._inquiries.read()
