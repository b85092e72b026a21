"""One row of the table of paths, and the cast by what they may."""

from dataclasses import dataclass
from typing import Any

# Who may, as a set of the cast. "anon" is nobody at all.
EVERYONE = frozenset({"anon", "budi", "agus", "hendi", "rina", "admin"})
STAFF = EVERYONE - {"anon"}
ADMIN = frozenset({"admin"})
TABLES = frozenset({"admin", "hendi", "rina"})
EDITORS = frozenset({"agus", "hendi", "rina"})
DECIDERS = frozenset({"rina"})
BOSSES = frozenset({"hendi", "rina"})
STEERERS = frozenset({"agus", "hendi", "rina", "admin"})
PICS = frozenset({"agus", "hendi"})
# Agus has uploaded it.
REMOVERS = frozenset({"agus", "rina", "admin"})
WORDS = {
    EVERYONE: "everyone",
    STAFF: "anybody who is logged in",
    ADMIN: "administrators",
    TABLES: "administrators, SPV, managers",
    REMOVERS: "its uploader, managers, administrators",
    EDITORS: "the requester, SPV, managers, while it is pending",
    STEERERS: "who asked for it, SPV, managers, administrators",
    BOSSES: "SPV, managers",
    PICS: "the invited PICs, each the own row only",
    DECIDERS: "whom the approval rule names (by default any manager), never the requester",
}


@dataclass(frozen=True)
class Given:
    """One method of one documented path, with an example call."""

    name: str
    method: str
    path: str
    who: frozenset[str]
    does: str
    better: str
    status: int = 200
    by: str = "admin"
    query: str = ""
    body: Any = None
    is_json: bool = True
    whose: str = ""  # in words, where the same set of people means something else
    # Sent as multipart/form-data instead of JSON; "{file}" is a file.
    form: dict[str, str] | None = None

    @property
    def url(self) -> str:
        """The path of the example, its ids still to be filled in."""
        return self.path + (f"?{self.query}" if self.query else "")
