"""The path of the search."""

from tests.contract.given import STAFF, Given

SEARCH = (
    Given(
        "search",
        "GET",
        "/api/search",
        STAFF,
        "The best six finds of each kind (`change`, `bom`, `activity`, `document`, `job`, `inquiry`) for a"
        " number, a name or words; the kind that fits best comes first.",
        "New. `match` says what fits: `number`, `name` (it begins so) or `words`.",
        by="agus",
        query="q=mccb",
    ),
)
