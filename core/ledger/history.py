"""One history: the kinds of event with their words, and the entries that pages show of them.

Each app registers its kinds beside its signals; record pages, the home feed and the setup read them
here.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Model
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from core.db.models import field_label
from core.ledger.models import Event
from core.ledger.queries import events_about
from core.text.formatting import value_words

MOST_OF_A_ROW = 50
# What only events have: its label, and the words of its value.
Others = Mapping[str, tuple[str, Callable[[Any], str]]]


@dataclass(frozen=True, slots=True)
class EventKind:
    """A kind of event and how it reads; the words are translated where they are shown.

    words: after a person's name, on the record's own page: "approved it".
    news: before the record's name, in a list of many records: "approved"; without it, ``words``.
    tone: ``ok``, ``no``, ``note`` or none. is_edit: its values are shown before and after.
    is_quiet: the house does it by itself; such would push what people did out of the home feed.
    """

    name: str
    words: str
    news: str = ""
    tone: str = ""
    is_edit: bool = False
    is_decision: bool = False
    is_quiet: bool = False


KINDS: dict[str, EventKind] = {}


def register(*kinds: EventKind) -> None:
    """Add kinds of event; a name stands for one kind."""
    for kind in kinds:
        if KINDS.setdefault(kind.name, kind) != kind:
            raise ValueError(f"two kinds of event are called {kind.name}")


def kinds_of_import(subject: str) -> tuple[EventKind, EventKind]:
    """What happened to a kind of record when it was taken over from the old system, and again."""
    return (
        EventKind(
            f"{subject}.imported",
            _("took it over from the old system; EMS did not witness it"),
            _("took over from the old system:"),
            is_quiet=True,
        ),
        EventKind(
            f"{subject}.reimported",
            _("took it over again: the old system had changed it"),
            _("took over again from the old system:"),
            is_quiet=True,
        ),
    )


def kind_of(name: str) -> EventKind:
    """The kind of that name; one that nobody registered shows its name."""
    return KINDS.get(name) or EventKind(name, name)


def words_of(event: Event) -> str:
    """The sentence of an event on its record's page."""
    return gettext(kind_of(event.kind).words)


def news_of(name: str) -> str:
    """The sentence of a kind before the name of a record."""
    kind = kind_of(name)
    return gettext(kind.news or kind.words)


@dataclass(frozen=True, slots=True)
class Difference:
    """One value as it was and as it is; None or empty where there is none."""

    label: str
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a history, as ``components/timeline.html`` takes it.

    about and url: the record, in a list of many; times: how often, where equal acts are one line;
    voided: decisions that this edit made void.
    """

    who: str
    what: str
    at: datetime
    note: str = ""
    tone: str = ""
    meta: str = ""
    void: bool = False
    changes: list[Difference] = field(default_factory=list)
    about: str = ""
    url: str = ""
    times: int = 0
    revision: int | None = None
    digest: str = ""
    voided: int = 0


def entry_of(
    event: Event,
    *,
    nobody: str = "EMS",
    what: str = "",
    meta: str = "",
    changes: Iterable[Difference] = (),
    is_void: bool = False,
) -> Entry:
    """An event as its record's page shows it.

    nobody: the actor where no person acted; what: in place of the kind's words. A substitute's act
    names for whom it was done.
    """
    return Entry(
        who=event.actor_name or nobody,
        what=_with_behalf(what or words_of(event), event),
        at=event.at,
        note=event.note,
        tone=kind_of(event.kind).tone,
        meta=meta,
        void=is_void,
        changes=list(changes),
        revision=event.revision,
        digest=event.digest,
        voided=int((event.after or {}).get("voided", 0)),
    )


def _with_behalf(what: str, event: Event) -> str:
    """The sentence, with for whom it was done where somebody stood in."""
    name = (event.after or {}).get("onBehalfOfName")
    if not name:
        return what
    return gettext("%(what)s, on behalf of %(name)s") % {"what": what, "name": name}


def history_of(
    record: Model, entry: Callable[[Event], Entry] = entry_of
) -> list[Entry]:
    """The history of one record, newest first."""
    return [entry(event) for event in events_about(record).reverse()]


def row_history(row: Model, others: Others | None = None) -> list[Entry]:
    """The latest of a table's row, newest first; an edit with each value before and after.

    A row whose events hang on another record names it as ``chain``. others: label and words of
    what no column holds, such as the steps of an approval rule.
    """
    events = events_about(getattr(row, "chain", row)).reverse()[:MOST_OF_A_ROW]
    return [_row_entry(event, type(row), others or {}) for event in events]


def _row_entry(event: Event, model: type[Model], others: Others) -> Entry:
    role = str((event.after or {}).get("role", "")) if "role." in event.kind else ""
    was, now = event.before or {}, event.after or {}
    names = [name for name in now if was.get(name) != now[name]]
    return entry_of(
        event,
        what=f"{words_of(event)} {role.upper()}".strip(),
        changes=[
            _difference(model, name, was.get(name), now[name], others)
            for name in (names if kind_of(event.kind).is_edit else ())
        ],
    )


def _difference(
    model: type[Model], name: str, was: Any, now: Any, others: Others
) -> Difference:
    if name in others:
        label, words = others[name]
        return Difference(label, words(was), words(now))
    column: Any = model._meta.get_field(name)
    chosen = dict(column.flatchoices)
    return Difference(
        field_label(model, name),
        *(
            value_words(chosen.get(each, each))
            for each in map(column.to_python, (was, now))
        ),
    )


# Kinds of people, of rows of the setup and of deliveries: their apps lie below, or have no page.
register(
    *kinds_of_import("row"),
    EventKind("role.granted", _("granted the role"), _("granted a role to")),
    EventKind("role.revoked", _("revoked the role"), _("revoked a role of")),
    EventKind("person.became_admin", _("noted a new administrator:")),
    EventKind(
        "person.is_no_admin", _("noted that this person is no longer an administrator:")
    ),
    EventKind("person.logged_out_everywhere", _("ended all sessions of")),
    EventKind("pin.set", _("set their PIN for signatures"), _("set the PIN of")),
    EventKind("pin.removed", _("removed their PIN"), _("removed the PIN of")),
    EventKind("pin.locked", _("typed a wrong PIN too often"), _("locked the PIN of")),
    EventKind(
        "old_client.refused",
        _("was told that a save in the old client was refused"),
        is_quiet=True,
    ),
    EventKind("row.added", _("added it"), _("added a setup row:")),
    EventKind("row.changed", _("changed it"), _("changed a setup row:"), is_edit=True),
    EventKind("row.removed", _("removed it"), _("removed a setup row:")),
    EventKind("delivery.made", _("delivered to an outside system:"), is_quiet=True),
    EventKind("delivery.parked", _("parked the delivery of")),
    EventKind("delivery.resent", _("sent again the delivery of")),
)
