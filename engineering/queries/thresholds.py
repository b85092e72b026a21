"""The net cost from which a change is pointed out (docs/contract.md#cost-of-a-change)."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from core.accounts.services import needs_reentry
from engineering.models import ChangeNotice, Configuration

NAME = "CCNThreshold"
DEFAULT = Decimal(5_000_000)
HUNDRED = Decimal(100)


@dataclass(frozen=True, slots=True)
class Threshold:
    """By value: net cost over ``value`` IDR. By percentage: net over so many percent of what the
    change takes out; with nothing taken out, the value counts."""

    value: Decimal
    percentage: Decimal | None = None

    def limit_for(self, decrease: Decimal) -> Decimal:
        """The net cost (IDR) above which the warning stands."""
        if self.percentage is not None and decrease > 0:
            return decrease * self.percentage / HUNDRED
        return self.value

    def is_broken_by(self, change: ChangeNotice) -> bool:
        """Whether the change costs more than it may without a word."""
        return change.net > self.limit_for(change.decrease)


def threshold() -> Threshold:
    """The row ``CCNThreshold`` of the configuration, or five million rupiah."""
    row = Configuration.objects.filter(name=NAME, deleted_at=None).first()
    if row is None:
        return Threshold(DEFAULT)
    value = row.value if row.value is not None else DEFAULT
    return Threshold(value, row.percentage if row.is_by_percentage else None)


def decisions_need_reentry(changes: Iterable[ChangeNotice]) -> bool:
    """Whether a decision on any of these needs it: always, or above the company's threshold."""
    if needs_reentry() or not needs_reentry(is_above_threshold=True):
        return needs_reentry()
    limit = threshold()
    return any(limit.is_broken_by(change) for change in changes)
