"""What a comparison found."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from legacy.oracle import plain_day

SHOWN = 20


@dataclass(slots=True)
class Found:
    """Counts of a comparison, and the first differences that no rule explains.

    there: the ids of tables that are named; corrected: rows that a person took over with other values.
    """

    compared: Counter[str] = field(default_factory=Counter)
    explained: Counter[str] = field(default_factory=Counter)
    unexpected: int = 0
    there: dict[str, set[int]] = field(default_factory=dict)
    corrected: set[tuple[str, int]] = field(default_factory=set)
    first: list[dict[str, Any]] = field(default_factory=list)

    def strange(self, place: str, name: str, old: Any, new: Any) -> None:
        """A difference that nobody meant."""
        self.unexpected += 1
        if len(self.first) < SHOWN:
            told = {
                "at": place,
                "field": name,
                "old": plain_day(old),
                "new": plain_day(new),
            }
            self.first.append(told)

    def explain_or_tell(
        self, why: str, place: str, name: str, old: Any, new: Any
    ) -> None:
        """Under the rule that explains it, else as one that nobody meant."""
        if why:
            self.explained[why] += 1
        else:
            self.strange(place, name, old, new)

    def as_json(self) -> dict[str, Any]:
        """For the report."""
        return {
            "compared": dict(self.compared),
            "explained": dict(self.explained),
            "unexpected": self.unexpected,
            "first": self.first,
        }
