"""What the authorisation matrix expects of a page."""

from dataclasses import dataclass, field
from typing import Any

from tests.contract.paths import STAFF


@dataclass(frozen=True)
class Page:
    """One route: who may read it, who may write, and with what."""

    path: str
    reads: frozenset[str] | None = STAFF
    writes: frozenset[str] | None = None
    form: dict[str, Any] = field(default_factory=dict)
    status: int = 200  # of an address whose record has no such thing yet
    leaves: bool = False  # a write that changes no table of ours
