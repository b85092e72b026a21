"""PPIC: items with their prices, jobs with their panels, BOMs and material requests."""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from core.integrations import decoding
from core.integrations.cache import Cached, Reading, Source, UpstreamHealth
from core.integrations.errors import Reason
from core.integrations.http import Client
from core.integrations.id_checks import surely_unknown
from core.integrations.item_catalogue import Item, ItemCatalogue
from core.integrations.limits import Freshness
from core.integrations.material_requests import (
    MaterialRequest,
    MaterialRequests,
    Requests,
)
from core.integrations.persistent_cache import CacheStore

BOMS = "/bomleveleds-proto-simple"
GENESIS = "bomGenesisReferenceId"
# So many BOM families are kept; the filter comes from a user's URL.
FAMILIES = 100


@dataclass(frozen=True, slots=True)
class Inventory:
    """prices: IDR by item id; rows: the accepted objects, for pass-through."""

    prices: Mapping[int, Decimal]
    rows: tuple[Mapping[str, Any], ...] = field(repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class PanelCode:
    """A panel of a job; kind: its type, for example LVMDP."""

    ext_id: int
    kind: str
    name: str


@dataclass(frozen=True, slots=True)
class Job:
    """A job with its panels, orders and BOMs; raw: the accepted object."""

    ext_id: int
    name: str
    panel_codes: tuple[PanelCode, ...]
    purchase_order_ids: tuple[int, ...]
    bom_ids: tuple[int, ...]
    raw: Mapping[str, Any] = field(repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class Bom:
    """A levelled BOM by name; its content comes from ``Ppic.bom_detailed``."""

    ext_id: int
    name: str
    created_at: datetime | None


EMPTY: Mapping[int, Any] = MappingProxyType({})


def _item(row: decoding.Row) -> Item:
    return Item(
        ext_id=decoding.ext_id(row.get("id")),
        manufacturer=decoding.text(row.get("mfr")),
        part_number=decoding.text(decoding.must(row, "partNum")),
        part_name=decoding.text(row.get("partName")),
        part_description=decoding.text(row.get("partDesc")),
        unit=decoding.text(row.get("defaultUm")),
        raw=row,
    )


def _items(body: bytes) -> decoding.Parsed[ItemCatalogue]:
    rows = decoding.rows_of(decoding.load_json(body), "data", "items")
    parsed = decoding.index(rows, _item, lambda item: item.ext_id)
    return decoding.Parsed(
        ItemCatalogue.of(parsed.value), parsed.rows, parsed.set_aside
    )


def _price(row: decoding.Row) -> tuple[int, Decimal | None]:
    product = decoding.as_row(decoding.must(row, "products"))
    price = decoding.amount_or_none(decoding.must(row, "priceRp"))
    return decoding.ext_id(product.get("id")), price


def _inventory(body: bytes) -> decoding.Parsed[Inventory]:
    # Read twice: floats for the pass-through, exact decimals for the prices.
    plain = decoding.rows_of(decoding.load_json(body), "data", "inventory")
    exact = decoding.rows_of(decoding.load_exact(body), "data", "inventory")
    prices: dict[int, Decimal | None] = {}
    rows: dict[int, decoding.Row] = {}
    set_aside = 0
    for row, exact_row in zip(plain, exact, strict=True):
        try:
            ext_id, price = _price(decoding.as_row(exact_row))
        except ValueError:
            set_aside += 1
            continue
        prices[ext_id], rows[ext_id] = price, row
    if set_aside and not rows:
        raise decoding.UnreadableAnswer("not one row is right")
    known = {ext_id: price for ext_id, price in prices.items() if price is not None}
    inventory = Inventory(known, tuple(rows.values()))
    return decoding.Parsed(inventory, len(plain) - set_aside, set_aside)


def _proto_id(row: decoding.Row) -> int:
    return decoding.ext_id(decoding.as_row(row.get("masterJavaBaseModel")).get("id"))


def _panel(row: decoding.Row) -> PanelCode:
    kind, name = decoding.text(row.get("type")), decoding.text(row.get("name"))
    return PanelCode(_proto_id(row), kind, name)


def _ids(value: Any, name: str) -> tuple[int, ...]:
    # Protobuf JSON leaves an empty list out; a wrong entry costs only itself.
    found, _ = decoding.several(
        decoding.rows_of(value or []), lambda row: decoding.ext_id(row.get(name))
    )
    return tuple(dict.fromkeys(found))


def _job(row: decoding.Row) -> Job:
    panels, _ = decoding.several(decoding.rows_of(row.get("panelCodes") or []), _panel)
    return Job(
        ext_id=_proto_id(row),
        name=decoding.required_text(row.get("name")),
        panel_codes=tuple(panels),
        purchase_order_ids=_ids(row.get("jobPurchaseOrders"), "extPurchaseOrderId"),
        bom_ids=_ids(row.get("jobBomLeveleds"), "bomLeveledId"),
        raw=row,
    )


def _jobs(body: bytes) -> decoding.Parsed[Mapping[int, Job]]:
    rows = decoding.rows_of(decoding.load_json(body), "jobs")
    return decoding.index(rows, _job, lambda job: job.ext_id)


def _bom(row: decoding.Row) -> Bom:
    base = decoding.as_row(row.get("masterJavaBaseModel"))
    created_at = decoding.moment_or_none(base.get("createdAt"))
    return Bom(
        decoding.ext_id(base.get("id")), decoding.text(row.get("name")), created_at
    )


def _boms(body: bytes) -> decoding.Parsed[Mapping[int, Bom]]:
    value = decoding.load_json(body)
    # Protobuf JSON says "none" by leaving the list out.
    rows = [] if value == {} else decoding.rows_of(value, "bomLeveleds")
    parsed = decoding.index(rows, _bom, lambda bom: bom.ext_id)
    # One BOM may lack a name (protobuf JSON leaves it out); if all do, it was renamed.
    if parsed.value and not any(bom.name for bom in parsed.value.values()):
        raise decoding.UnreadableAnswer("not one BOM has a name")
    return parsed


class Ppic:
    """client: for reading; relay: for what the ledger owes (``relay.send``)."""

    def __init__(
        self,
        client: Client,
        relay: Client,
        freshness: Freshness,
        *,
        store: CacheStore | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.clients = (client, relay)
        self.relay = relay
        self._client = client
        self._freshness = freshness
        self._clock = clock
        self._items = Cached(self._item_source(), store, clock=clock)
        self._inventory = Cached(self._inventory_source(), store, clock=clock)
        self._jobs = Cached(self._job_source(), store, clock=clock)
        self._boms = Cached(self._bom_source(""), store, clock=clock)
        self._families: OrderedDict[int, Cached[Mapping[int, Bom]]] = OrderedDict()
        self._lock = threading.Lock()
        self._requests = MaterialRequests(client, freshness, clock=clock)

    def _item_source(self) -> Source[ItemCatalogue]:
        return Source(
            name="PPIC items",
            client=self._client,
            path="/ext-items",
            parse=_items,
            empty=ItemCatalogue(EMPTY, ()),
            freshness=self._freshness,
        )

    def _inventory_source(self) -> Source[Inventory]:
        return Source(
            name="PPIC inventory",
            client=self._client,
            path="/ext-inventory",
            params={"all": "true"},
            parse=_inventory,
            empty=Inventory(EMPTY, ()),
            freshness=self._freshness,
        )

    def _job_source(self) -> Source[Mapping[int, Job]]:
        switches = ("all", "withProducts", "withPurchaseOrders")
        return Source(
            name="PPIC jobs",
            client=self._client,
            path="/jobs-proto-simple",
            params=dict.fromkeys(switches, "true"),
            parse=_jobs,
            empty=EMPTY,
            freshness=self._freshness,
        )

    def _bom_source(self, genesis: str) -> Source[Mapping[int, Bom]]:
        return Source(
            name="PPIC BOMs",
            client=self._client,
            path=BOMS,
            params={GENESIS: genesis},
            parse=_boms,
            empty=EMPTY,
            freshness=self._freshness,
        )

    def items(self) -> Reading[Mapping[int, Item]]:
        """All parts by id."""
        reading = self._items.read()
        return reading.with_value(reading.value.by_id)

    def search_items(self, query: str, limit: int = 50) -> Reading[tuple[Item, ...]]:
        """At most ``limit`` parts with every word of the query, in any letter case.

        Looked for in manufacturer, part number, name and description; those whose part
        number begins with a word of the query come first.
        """
        reading = self._items.read()
        return reading.with_value(reading.value.search(query, limit))

    def items_by_number(
        self, numbers: Iterable[str]
    ) -> Reading[Mapping[str, Sequence[Item]]]:
        """The items of these part numbers, which are in the normal form, by number."""
        reading = self._items.read()
        found = {number: reading.value.numbered(number) for number in numbers}
        return reading.with_value(found)

    def inventory(self) -> Reading[Mapping[int, Decimal]]:
        """Exact prices in IDR by item id; an item without a price is absent."""
        reading = self._inventory.read()
        return reading.with_value(reading.value.prices)

    def inventory_rows(self) -> Reading[tuple[Mapping[str, Any], ...]]:
        """The accepted objects of the inventory, for pass-through."""
        reading = self._inventory.read()
        return reading.with_value(reading.value.rows)

    def jobs(self) -> Reading[Mapping[int, Job]]:
        """All jobs by id."""
        return self._jobs.read()

    def unknown_jobs(self, wanted: Collection[int]) -> frozenset[int]:
        """Those that PPIC surely does not have (``surely_unknown``)."""
        return surely_unknown(wanted, self._jobs.read(), self._jobs.reload)

    def unknown_items(self, wanted: Collection[int]) -> frozenset[int]:
        """Those that PPIC surely does not have (``surely_unknown``)."""
        return surely_unknown(wanted, self.items(), self._items_now)

    def _items_now(self) -> Reading[Mapping[int, Item]]:
        reading = self._items.reload()
        return reading.with_value(reading.value.by_id)

    def boms(self, genesis: int | None = None) -> Reading[Mapping[int, Bom]]:
        """All BOMs by id, or those of one family (``bomGenesisReferenceId``)."""
        return (self._boms if genesis is None else self._family(genesis)).read()

    def _family(self, genesis: int) -> Cached[Mapping[int, Bom]]:
        with self._lock:
            if genesis not in self._families:
                source = self._bom_source(str(int(genesis)))
                family = Cached(source, clock=self._clock, is_watched=False)
                self._families[genesis] = family
            self._families.move_to_end(genesis)
            while len(self._families) > FAMILIES:
                self._families.popitem(last=False)
            return self._families[genesis]

    def boms_now(self) -> Mapping[int, Bom]:
        """All BOMs by id, asked for now: for the task that looks for changes.

        Raises UpstreamError.
        """
        body = self._client.get(BOMS, {GENESIS: ""})
        try:
            return _boms(body).value
        except ValueError:
            raise self._client.error(Reason.INVALID) from None

    def bom_detailed(self, ext_id: int) -> Mapping[str, Any]:
        """The whole content of one BOM as PPIC nests it, asked for now.

        What is approved must be what PPIC holds at this moment, so nothing is kept.
        Raises UpstreamError (an unknown BOM: ``status`` 404; one that contains itself: ``TOO_DEEP``).
        """
        body = self._client.get(f"/bomleveleds-proto-detailed/{int(ext_id)}")
        try:
            content = decoding.as_row(decoding.load_json(body))
            # Another BOM must not be approved under this one's name.
            is_ours = _proto_id(content) == ext_id
        except decoding.TooDeep:
            raise self._client.error(Reason.TOO_DEEP) from None
        except ValueError:
            raise self._client.error(Reason.INVALID) from None
        if not is_ours:
            raise self._client.error(Reason.INVALID)
        return content

    def has_snapshot(self, ext_id: int, key: str) -> bool:
        """Whether PPIC lists a snapshot that came with this key; asked for now.

        False also where PPIC cannot list snapshots. Raises UpstreamError when it does not answer.
        """
        try:
            body = self._client.get("/snapshots", {"extBomLeveledId": str(ext_id)})
            rows = decoding.rows_of(decoding.load_json(body), "effects", "snapshots")
        except ValueError:
            return False
        return any(isinstance(row, Mapping) and row.get("key") == key for row in rows)

    def material_requests(self, ids: Sequence[int]) -> Reading[Mapping[int, Requests]]:
        """The material requests of each of those engineering problems (ECN ids)."""
        return self._requests.read(ids)

    def material_request(self, mr_id: int) -> Reading[MaterialRequest | None]:
        """One material request by its own id, or None (``MaterialRequests.find``)."""
        return self._requests.find(mr_id)

    def material_request_health(self) -> UpstreamHealth:
        """The state of the material requests; asks no upstream."""
        return self._requests.health()
