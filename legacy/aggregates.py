"""A row of the old database with its children, and what it becomes here."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

import orjson
from django.db.models import Model

from core.ledger.services.imported import Taken
from legacy.mending import Mended
from legacy.models import LegacyRow
from legacy.schema import TABLES
from legacy.source import Row

V = TypeVar("V")
Outcome = LegacyRow.Outcome
UNKNOWN_COLUMN = "unknown_column"


class OldRow:
    """One row while it is read: it collects what was found wrong, and the values that are not kept."""

    def __init__(self, table: str, values: Row) -> None:
        self.table, self.values, self.id = table, values, int(values["Id"])
        self.marks: list[str] = []
        self.old: dict[str, Any] = {}
        for name in values.keys() - TABLES[table].keys():
            if values[name] is not None:
                self.mark(UNKNOWN_COLUMN, name, values[name])

    def __getitem__(self, name: str) -> Any:
        return self.values.get(name)

    def take(self, name: str, mended: Mended[V]) -> V:
        """The mended value of a column; what was wrong with it is remembered."""
        self.marks += mended.marks
        if mended.old is not None:
            self.old[name] = mended.old
        return mended.value

    def mark(self, name: str, column: str = "", old: Any = None) -> None:
        """Remember what is wrong, and an old value that is not kept."""
        self.marks.append(name)
        if column and old is not None:
            self.old[column] = old

    @property
    def claim(self) -> dict[str, Any]:
        """What an event says of it: where it stood, what was found, the values that were changed."""
        said: dict[str, Any] = {"table": self.table, "id": self.id}
        if self.marks:
            said["marks"] = sorted(set(self.marks))
        return said | ({"old": self.old} if self.old else {})


@dataclass(slots=True)
class Aggregate:
    """A root row and its children, by table."""

    root: OldRow
    children: dict[str, list[OldRow]] = field(default_factory=dict)
    grandchildren: dict[str, dict[int, list[OldRow]]] = field(default_factory=dict)
    _sha256: str = ""

    @property
    def sha256(self) -> str:
        """Digest of all that it holds, as the old database has it."""
        if not self._sha256:
            # In the order of the tables and of their ids: the same rows give the same bytes.
            whole = [[row.table, row.values] for row in self.all_rows()]
            spelled = orjson.dumps(whole, default=_told, option=orjson.OPT_SORT_KEYS)
            self._sha256 = hashlib.sha256(spelled).hexdigest()
        return self._sha256

    def all_rows(self) -> list[OldRow]:
        """Root, children and grandchildren."""
        rows = [self.root]
        for below in self.children.values():
            rows += below
        for by in self.grandchildren.values():
            for deeper in by.values():
                rows += deeper
        return rows


def _told(value: Any) -> Any:
    """Values as the canonical spelling takes them: fractions and bytes as text."""
    if isinstance(value, Mapping):
        return {key: _told(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_told(inner) for inner in value]
    if isinstance(value, float):
        return repr(value)
    if isinstance(value, bytes | bytearray):
        return value.hex()
    # Naive times of the old server: spelled as they stand, they are nobody's instant yet.
    return value if isinstance(value, str | int | None) else str(value)


@dataclass(slots=True)
class Built:
    """What an aggregate becomes: rows by model in the order in which they are inserted, and events."""

    rows: list[Model] = field(default_factory=list)
    events: list[Taken] = field(default_factory=list)
    fates: list[LegacyRow] = field(default_factory=list)
    # Called after the rows are there, before the events are written.
    afterwards: list[Callable[[], object]] = field(default_factory=list)

    def tell(
        self,
        record: Model,
        kind: str,
        after: Mapping[str, Any],
        *,
        revision: int | None = None,
        digest: str = "",
    ) -> None:
        """One event about a record, which holds all that the old system claims of it."""
        self.events.append(
            Taken(
                type(record), record.pk, kind, after, revision=revision, digest=digest
            )
        )

    def tell_later(self, record: Model, kind: str, after: Mapping[str, Any]) -> None:
        """The same of a record that has no id yet."""
        self.afterwards.append(lambda: self.tell(record, kind, after))

    def became(self, row: OldRow, made: Model, outcome: str = Outcome.IMPORTED) -> None:
        """The row is now this one."""
        fate = LegacyRow(
            table=row.table,
            source_id=row.id,
            model=made._meta.label,
            pk_here=made.pk,
            outcome=outcome,
            marks=row.marks,
        )
        self.fates.append(fate)
        if made.pk is None:
            self.afterwards.append(lambda: setattr(fate, "pk_here", made.pk))

    def not_taken(
        self, row: OldRow, outcome: str, *, into: Model | None = None
    ) -> None:
        """The row is none here; it is kept whole unless it says nothing of its own."""
        self.fates.append(
            LegacyRow(
                table=row.table,
                source_id=row.id,
                model=into._meta.label if into else "",
                pk_here=into.pk if into else None,
                outcome=outcome,
                marks=row.marks,
                raw=raw_of(row),
            )
        )

    def quarantine(self, row: OldRow) -> None:
        """Kept whole until a person says what it is."""
        self.not_taken(row, Outcome.QUARANTINED)


def raw_of(row: OldRow) -> dict[str, Any]:
    """The values of a row as JSON can keep them."""
    values = {
        name: _told(value) for name, value in row.values.items() if value is not None
    }
    return {
        name: value.replace("\0", "\\0") if isinstance(value, str) else value
        for name, value in values.items()
    }
