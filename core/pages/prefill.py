"""A form that another part of EMS filled in, kept in the session until a person confirms it."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib.sessions.backends.base import SessionBase

DRAFTS = "drafts"
MOST = 5


@dataclass(frozen=True, slots=True)
class Draft:
    """First values of a form. values: by field name, as JSON; origin: where they come from."""

    values: Mapping[str, Any]
    origin: str


def keep_draft(
    session: SessionBase, *, form: str, values: Mapping[str, Any], origin: str
) -> str:
    """Keep values for one form and return the key that its address carries as ``?draft=``.

    ``form`` names the form (``change``, ``activity``), so that a key of one opens no other.
    ``origin`` (``analysis:12``) is what the record remembers. The last five drafts are kept.
    """
    key = uuid.uuid4().hex
    drafts = dict(session.get(DRAFTS, {}))
    drafts[key] = {"form": form, "values": dict(values), "origin": origin}
    session[DRAFTS] = dict(list(drafts.items())[-MOST:])
    return key


def read_draft(session: SessionBase, *, form: str, key: str) -> Draft | None:
    """Return the draft of that form, or None when the session does not hold it."""
    row = session.get(DRAFTS, {}).get(key)
    if not row or row["form"] != form:
        return None
    return Draft(row["values"], row["origin"])
