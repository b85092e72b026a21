"""The kinds of record that are decided; each app registers its own.

The engine knows rounds; an app knows what its record is, who wrote it, and what follows from a
decision.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Model
from django.utils.translation import gettext as _

from core.accounts.models import User
from core.errors import DomainError

# A record and people: the user ids of those who may decide on it.
Able = Callable[[Any, Collection[User]], frozenset[int]]


@dataclass(frozen=True, slots=True)
class Description:
    """A record in words: its number, a line that says what it is about, its page."""

    number: str
    title: str
    url: str
    wire_id: int


def nobody_concerned(_record: Any) -> frozenset[int]:
    """Where nobody asked for it."""
    return frozenset()


def no_department(_record: Any) -> int | None:
    """Where no head of a department is asked."""
    return None


def no_rule(_records: Sequence[Any]) -> dict[int, Sequence[Any]]:
    """Where no rule says who is asked."""
    return {}


def nothing_more(*_args: Any, **_kwargs: Any) -> None:
    """Where an app has nothing to do."""


def nothing_shown(_record: Any, _user: User) -> dict[str, Any]:
    """Where a page needs no more than the description."""
    return {}


@dataclass(frozen=True, slots=True)
class Subject:
    """A kind of record under approval.

    name: what the API calls it (``recordType``).
    lock: the record of an id, locked; raises DomainError ``not_found``.
    able: those of these people who may decide on a record (user ids): four eyes.
    joined: what is read with the record, so that the department costs no query.
    able_among: the same function for records of which all that it needs is read at once.
    describe: descriptions by id.
    requesters: user ids of those who hear that nobody can decide.
    department: ext id of the department whose head may be asked.
    decide: the verb of a decision, called with the record's id and, by name, ``by``, ``status``, ``remark``,
    ``revision``, ``digest``, ``on_behalf_of``, ``door`` and ``confirmed``; returns the decision.
    template: shows the record in short to those who decide by the link of a message, with the values of
    ``shown(record, user)``.
    replaced: called with the record, the person who is no longer asked and the one who is instead.
    routes: the steps of today's rule by id, for records that a rule routes.
    """

    name: str
    model: type[Model]
    lock: Callable[[int], Any]
    able: Able
    describe: Callable[[Iterable[int]], Mapping[int, Description]]
    decide: Callable[..., Any]
    template: str
    shown: Callable[[Any, User], Mapping[str, Any]] = nothing_shown
    requesters: Callable[[Any], frozenset[int]] = nobody_concerned
    department: Callable[[Any], int | None] = no_department
    replaced: Callable[..., None] = nothing_more
    routes: Callable[[Sequence[Any]], Mapping[int, Sequence[Any]]] = no_rule
    joined: Sequence[str] = ()
    able_among: Callable[[Sequence[Any]], Able] | None = None

    @property
    def has_rules(self) -> bool:
        """Whether a rule says who is asked."""
        return self.routes is not no_rule

    def able_of(self, records: Sequence[Any]) -> Able:
        """Who may decide on any of these records, read at once where the app can."""
        return self.able if self.able_among is None else self.able_among(records)


SUBJECTS: dict[str, Subject] = {}
# What else waits for a person and is no round: rows of ``InboxRowSerializer``, at most so many.
INBOX: list[Callable[[User, int], list[dict[str, Any]]]] = []


def register(subject: Subject) -> None:
    """Add a kind of record, by the label of its model."""
    SUBJECTS[subject.model._meta.label] = subject


def named_subject(name: str) -> Subject:
    """The kind of record that the API calls so; raises DomainError ``not_found``."""
    for subject in SUBJECTS.values():
        if subject.name == name:
            return subject
    raise DomainError(_("There is no such record."), "not_found")


def described(
    places: Iterable[tuple[str, int]],
) -> dict[tuple[str, int], tuple[Subject, Description]]:
    """The kind and the description of each record, in one query a kind; without what is gone."""
    ids: dict[str, set[int]] = {}
    for label, key in places:
        ids.setdefault(label, set()).add(key)
    return {
        (label, key): (SUBJECTS[label], told)
        for label, keys in ids.items()
        for key, told in SUBJECTS[label].describe(keys).items()
    }


def subject_of(record: Model) -> Subject:
    """The kind of a record."""
    return SUBJECTS[record._meta.label]
