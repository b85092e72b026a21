"""What a change costs, as who decides on it must see it: prices that differ from PPIC's, limits, margin."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.conf import settings

from core.approvals.queries.ballots import Ballot
from core.approvals.queries.rerouting import place_values
from core.approvals.queries.rule_words import band_words
from core.approvals.queries.rules import planned, rules_in_force
from engineering.models import ChangeItem, ChangeNotice
from engineering.queries.pickers import prices_of

HUNDRED = Decimal(100)


@dataclass(frozen=True, slots=True)
class Deviation:
    """PPIC's price (IDR) of a part whose typed price is another, and the difference in percent."""

    price: Decimal
    percent: Decimal

    @property
    def share(self) -> str:
        """The difference in words, which no line breaks: ``+`` where the typed price is higher."""
        return f"{self.percent:+}\u00a0%"


def mark_deviations(items: Sequence[ChangeItem]) -> None:
    """Give each line ``deviation``: a Deviation above the configured share, else None."""
    known = prices_of(row.ext_item_id for row in items if row.ext_item_id).by_item
    for item in items:
        price = known.get(item.ext_item_id or 0)
        item.deviation = deviation(item.snapshot_price, price)  # type: ignore[attr-defined]


def deviation(typed: Decimal | None, price: Decimal | None) -> Deviation | None:
    """The difference between a typed price and PPIC's, if it is larger than the configured share."""
    if typed is None or not price:
        return None
    percent = (typed - price) * HUNDRED / price
    if percent.copy_abs() <= settings.PRICE_DEVIATION_SHARE:
        return None
    return Deviation(price, round(percent, 0))


def band_of_route(change: ChangeNotice, ballot: Ballot) -> str:
    """What the frozen route is for, in words; nothing where no rule of today gives it."""
    frozen = [place_values(step) for step in ballot.steps]
    for rule in rules_in_force().filter(kind=change.kind):
        if [place_values(planned(step)) for step in rule.steps.all()] == frozen:
            return band_words(rule.kind, rule.net_from, rule.net_below)
    return ""
