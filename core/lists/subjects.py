"""The kinds of row that can be worked many at once; each app registers its own, with the verbs that it has for them."""

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.http.response import HttpResponseBase

from core.accounts.models import User

PICK = re.compile(r"([a-z]{1,20}):(\d{1,18})((?::[a-z0-9]{1,20}){0,2})", re.ASCII)
EXPORT = "export"


@dataclass(frozen=True, slots=True)
class Pick:
    """A ticked row: its kind, its primary key, and what of it was shown, such as the stage to sign."""

    kind: str
    key: int
    shown: tuple[str, ...] = ()

    def __str__(self) -> str:
        return ":".join((self.kind, str(self.key), *self.shown))


@dataclass(frozen=True, slots=True)
class Given:
    """What was filled in for a verb; ``confirmed``: how the person confirmed it (``confirm_signature``)."""

    person: int | None = None
    day: date | None = None
    reason: int | None = None
    note: str = ""
    confirmed: str = ""


Act = Callable[[Any, Pick], object]


def _needs_nothing(_rows: Sequence[Any]) -> bool:
    return False


@dataclass(frozen=True, slots=True)
class Verb:
    """A verb for many rows.

    prepare: reads once what it needs for all of them, refuses what is missing (``DomainError``), and gives
    what is done with each row: the call of a service. needs_secret: whether a signature on one of these
    rows needs the password or the PIN.
    """

    prepare: Callable[[User, Given], Act]
    needs_secret: Callable[[Sequence[Any]], bool] = _needs_nothing


@dataclass(frozen=True, slots=True)
class RowKind:
    """A kind of row: its living ``rows`` by primary key, the page of one, its verbs, and the Excel file of
    some of them; ``reasons``: those for a date that moves, if it has any."""

    name: str
    rows: Callable[[Collection[int]], Mapping[int, Any]]
    url: Callable[[Any], str]
    export: Callable[[Collection[int], User], HttpResponseBase]
    verbs: Mapping[str, Verb] = field(default_factory=dict)
    reasons: Sequence[tuple[Any, Any]] = ()


KINDS: dict[str, RowKind] = {}


def register(*kinds: RowKind) -> None:
    """Add kinds of row."""
    KINDS.update({kind.name: kind for kind in kinds})


def read_pick(text: str) -> Pick | None:
    """``task:12:spv`` as a ticked row; None for anything else."""
    found = PICK.fullmatch(text)
    if found is None or found[1] not in KINDS:
        return None
    return Pick(found[1], int(found[2]), tuple(found[3].split(":")[1:]))


def living(picks: Iterable[Pick]) -> dict[Pick, Any]:
    """The rows that are still there, by their tick; one query a kind."""
    ticked = list(picks)
    ids: dict[str, set[int]] = {}
    for pick in ticked:
        ids.setdefault(pick.kind, set()).add(pick.key)
    rows = {kind: KINDS[kind].rows(keys) for kind, keys in ids.items()}
    return {
        pick: rows[pick.kind][pick.key]
        for pick in ticked
        if pick.key in rows[pick.kind]
    }
