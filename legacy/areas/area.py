"""A part of the old database: a table of roots with what hangs on them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from django.db.models import Model

from legacy.aggregates import Aggregate, Built
from legacy.source import Source
from legacy.world import World

Chain = list[tuple[type[Model], int]]


@dataclass(frozen=True, slots=True)
class Area:
    """How one table and its children are taken over.

    children: the key to the root, by table; grandchildren: (table of the parent, key) by table.
    build: the rows of one aggregate. clear: takes away what an aggregate became, before it is written
    anew. reserved: models whose ids must stay free above the old ones, with their table.
    before: what must be known, or made, before the first row. orphans: rows whose root is not there.
    stays: its record stays although the old row would make none any more: then a person decides.
    chains: the records in whose history it shows that somebody changed an aggregate here.
    """

    name: str
    table: str
    model: type[Model]
    build: Callable[[Aggregate, World], Built]
    clear: Callable[[int, World], None]
    children: Mapping[str, str] = field(default_factory=dict)
    grandchildren: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    reserved: Mapping[type[Model], str] = field(default_factory=dict)
    before: Callable[[Source, World], Sequence[Built]] | None = None
    orphans: Callable[[Source, World], Sequence[Built]] | None = None
    chains: Callable[[int], Chain] | None = None
    stays: bool = False

    @property
    def tables(self) -> list[str]:
        """All tables that it reads."""
        return [self.table, *self.children, *self.grandchildren]

    def histories(self, pk: int) -> Chain:
        """The chains of events of an aggregate, its own first."""
        return self.chains(pk) if self.chains else [(self.model, pk)]


def clear_row(model: type[Model]) -> Callable[[int, World], None]:
    """Takes away a row on which nothing hangs."""

    def clear(pk: int, _world: World) -> None:
        model._default_manager.filter(pk=pk).delete()

    return clear
