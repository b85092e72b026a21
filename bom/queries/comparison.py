"""Two contents side by side: parts with names, quantities, prices, and what they cost more."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import F
from django.utils.translation import ngettext

from bom.models import BomApproval, BomRevision
from bom.policies import ContentLine, LineChange, Node, difference, lines
from core.approvals.models import Status
from core.integrations import upstreams
from core.integrations.item_catalogue import Item
from core.text.formatting import rupiah

KINDS = ("added", "removed", "changed", "moved", "same")
SHOWN_ROWS = 1000
Prices = Mapping[int, Decimal]
Items = Mapping[int, Item]


@dataclass(frozen=True, slots=True)
class PartNames:
    """Names and prices (IDR) as PPIC last told them."""

    items: Items
    prices: Prices


def parts() -> PartNames:
    """One reading each; from memory except when the cache is cold."""
    items, prices = upstreams.ppic().items(), upstreams.ppic().inventory()
    return PartNames(items.value, prices.value)


@dataclass(frozen=True, slots=True)
class TreeLine:
    """One line of the tree as it is shown; ``total`` is what one BOM needs, ``cost`` in IDR."""

    depth: int
    number: str
    name: str
    unit: str
    is_part: bool
    qty: Decimal
    total: Decimal
    price: Decimal | None
    cost: Decimal | None


def tree(content: Node, known: PartNames) -> list[TreeLine]:
    """The whole tree from top to bottom with names and prices."""
    return [_tree_line(line, known) for line in lines(content)]


def _tree_line(line: ContentLine, known: PartNames) -> TreeLine:
    item = known.items.get(line.item) if line.item is not None else None
    price = known.prices.get(line.item) if line.item is not None else None
    return TreeLine(
        depth=line.depth,
        number=_number(line.item, item),
        name=line.name or (item.part_name if item else ""),
        unit=item.unit if item else "",
        is_part=line.item is not None,
        qty=line.qty,
        total=line.total,
        price=price,
        cost=None if price is None else price * line.total,
    )


def _number(key: int | None, item: Item | None) -> str:
    if key is None:
        return ""
    return item.part_number if item else f"#{key}"


def cost_of(rows: Sequence[TreeLine]) -> Decimal:
    """Cost of one BOM over the parts with a known price (IDR)."""
    return sum((row.cost or Decimal(0) for row in rows), Decimal(0))


@dataclass(frozen=True, slots=True)
class BomCost:
    """Cost of one BOM over the parts with a known price (IDR), and the number of lines without one."""

    known: Decimal
    unpriced: int

    @property
    def text(self) -> str:
        """The amount, and the number of lines that it does not cover."""
        if not self.unpriced:
            return rupiah(self.known)
        more = ngettext(
            "%d line without a price", "%d lines without a price", self.unpriced
        )
        return f"{rupiah(self.known)} · {more % self.unpriced}"


def costs_by_approval(rows: Sequence[BomApproval]) -> dict[int, BomCost]:
    """What the present content of each costs; one query for all rows."""
    present = BomRevision.objects.filter(
        approval__in=[row.pk for row in rows], number=F("approval__revision")
    )
    prices = upstreams.ppic().inventory().value if rows else {}
    contents = present.values_list("approval_id", "content")
    return {key: _cost(content, prices) for key, content in contents}


def _cost(content: Node, prices: Prices) -> BomCost:
    needed = [(line.item, line.total) for line in lines(content) if line.item]
    priced = [prices[item] * total for item, total in needed if item in prices]
    return BomCost(sum(priced, Decimal(0)), len(needed) - len(priced))


@dataclass(frozen=True, slots=True)
class Row:
    """One part in both contents; ``effect`` is the cost of the difference in IDR."""

    change: LineChange
    number: str
    name: str
    description: str
    unit: str
    price: Decimal | None
    effect: Decimal | None

    @property
    def kind(self) -> str:
        """``added``, ``removed``, ``changed``, ``moved`` or ``same``."""
        return self.change.kind


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two contents: every part of either, counted by kind, with the cost effect (IDR)."""

    rows: list[Row]
    counts: dict[str, int]
    effect: Decimal
    unpriced: int

    def shown(self, only: str) -> list[Row]:
        """The rows of one kind, those that differ (``changes``), or all of them (``all``)."""
        if only in KINDS:
            return [row for row in self.rows if row.kind == only]
        return [row for row in self.rows if only == "all" or row.kind != "same"]

    def page(self, only: str) -> dict[str, object]:
        """The first differences for a page, and the number of the others."""
        rows = self.shown(only)
        hidden = max(0, len(rows) - SHOWN_ROWS)
        return {"rows": rows[:SHOWN_ROWS], "hidden_rows": hidden, "only": only}


def compared(before: Node, after: Node, known: PartNames) -> Comparison:
    """Differences between two contents."""
    rows = [_row(change, known) for change in difference(before, after)]
    counts = dict.fromkeys(KINDS, 0)
    for row in rows:
        counts[row.kind] += 1
    moved = [row for row in rows if row.change.delta]
    return Comparison(
        rows=rows,
        counts=counts,
        effect=sum((row.effect or Decimal(0) for row in moved), Decimal(0)),
        unpriced=sum(row.price is None for row in moved),
    )


def _row(change: LineChange, known: PartNames) -> Row:
    item, price = known.items.get(change.item), known.prices.get(change.item)
    return Row(
        change=change,
        number=_number(change.item, item),
        name=item.part_name if item else "",
        description=item.part_description if item else "",
        unit=item.unit if item else "",
        price=price,
        effect=None if price is None else price * change.delta,
    )


def last_approved(approval: BomApproval) -> BomRevision | None:
    """The newest approved revision before the present one whose content is known."""
    known = approval.revisions.exclude(source=BomApproval.Source.IMPORT)
    rows = known.filter(outcome=Status.ACCEPTED, number__lt=approval.revision)
    return rows.order_by("-number").first()


def family(approval: BomApproval) -> dict[int, str]:
    """Other BOMs of the same origin, by PPIC's id."""
    own = approval.ext_bom_leveled_id
    rows = upstreams.ppic().boms(approval.genesis_ext_id or own).value
    return {key: bom.name for key, bom in sorted(rows.items()) if key != own}
