"""The kinds of record that people talk about; each app registers its own.

Who may read a record may read and write what is said about it: a living one everybody who is logged
in, one that was taken away nobody.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Model, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from core.db.locking import locked_one
from core.errors import DomainError, invalid
from core.text.ids import as_id

RECORD = "record"  # what the wire calls it


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a record that can be quoted: its key in a form, and how it reads."""

    key: str
    text: str


def no_lines(_record: Any) -> Sequence[Line]:
    """Where there is nothing to quote."""
    return ()


@dataclass(frozen=True, slots=True)
class TalkSubject:
    """A kind of record that is talked about.

    name: what the API calls it (``change:7``). rows: its living records. key: the field that addresses
    one, on pages and on the wire; view: the name of its page. number: the record in a word or two.
    requester: user id of who asked for it, who is asked when nobody else is named. concerned: those who
    raised it, asked for it or are in charge, as a condition on people. lines: what can be quoted.
    """

    name: str
    model: type[Model]
    rows: Callable[[], QuerySet[Any]]
    view: str
    number: Callable[[Any], str]
    requester: Callable[[Any], int | None]
    concerned: Callable[[Any], Q]
    lines: Callable[[Any], Sequence[Line]] = no_lines
    key: str = "pk"

    def wire_id(self, record: Any) -> int:
        """The id by which pages and programs know it."""
        return int(getattr(record, self.key))

    def reference(self, record: Any) -> str:
        """The record as the wire names it: ``change:7``."""
        return f"{self.name}:{self.wire_id(record)}"

    def url(self, record: Any) -> str:
        """The address of its page."""
        return Place(self, self.wire_id(record)).url


@dataclass(frozen=True, slots=True)
class Place:
    """A record as a reference names it, before anybody has looked whether there is one."""

    subject: TalkSubject
    wire_id: int

    @property
    def url(self) -> str:
        """The address of its page."""
        return reverse(self.subject.view, args=[self.wire_id])

    def found(self) -> Any:
        """The living record; raises DomainError ``not_found``."""
        record = self._rows().first()
        if record is None:
            raise DomainError(_("There is no such record."), "not_found")
        return record

    def locked(self) -> Any:
        """The same, locked, so that nobody takes it away meanwhile."""
        return locked_one(self._rows().select_related(None))

    def _rows(self) -> QuerySet[Any]:
        return self.subject.rows().filter(**{self.subject.key: self.wire_id})


SUBJECTS: dict[str, TalkSubject] = {}


def register(subject: TalkSubject) -> None:
    """Add a kind of record, by the label of its model."""
    SUBJECTS[subject.model._meta.label] = subject


def subject_of(record: Model) -> TalkSubject:
    """The kind of a record."""
    return SUBJECTS[record._meta.label]


def place_of(record: Model) -> Place:
    """A record as a place."""
    subject = subject_of(record)
    return Place(subject, subject.wire_id(record))


def named_place(name: str, wire_id: int) -> Place:
    """The record of a kind's name and an id; raises DomainError ``not_found`` for another kind."""
    for subject in SUBJECTS.values():
        if subject.name == name:
            return Place(subject, wire_id)
    raise DomainError(_("There is no such record."), "not_found")


def read_reference(text: str) -> Place:
    """``change:7`` as a record; raises DomainError ``invalid`` under the wire's name of the field."""
    name, _colon, number = text.strip().partition(":")
    wire_id = as_id(number)
    known = {subject.name for subject in SUBJECTS.values()}
    if wire_id is None or name not in known:
        kinds = ", ".join(sorted(known))
        raise invalid(
            RECORD,
            _("Name the record by kind and id, such as change:7. Kinds: %s.") % kinds,
        )
    return named_place(name, wire_id)


def living(places: Iterable[tuple[str, int]]) -> Mapping[tuple[str, int], Any]:
    """The living records of these (label, id), in one query a kind."""
    ids: dict[str, set[int]] = {}
    for label, pk in places:
        ids.setdefault(label, set()).add(pk)
    return {
        (label, record.pk): record
        for label, keys in ids.items()
        if label in SUBJECTS
        for record in SUBJECTS[label].rows().filter(pk__in=keys)
    }
