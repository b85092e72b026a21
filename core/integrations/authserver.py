"""The company's auth server: logins, and the directory of all people."""

import time
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from http import HTTPStatus
from types import MappingProxyType
from typing import Any

from core.integrations import decoding, tokens
from core.integrations.cache import Cached, Reading, Source
from core.integrations.errors import (
    IdentityMismatch,
    Reason,
    UnknownPerson,
    UpstreamError,
    WrongCredentials,
)
from core.integrations.http import Client, UpstreamAnswer
from core.integrations.limits import Freshness
from core.integrations.persistent_cache import CacheStore
from core.integrations.tokens import Login

EMPTY: Mapping[int, Any] = MappingProxyType({})
WRONG = frozenset(
    {HTTPStatus.BAD_REQUEST, HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}
)
GOOD = frozenset({HTTPStatus.OK, HTTPStatus.CREATED})
# An answer that says no is an answer; the list must not overrule it.
DENIED = frozenset({HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN})


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody in a directory; what it does not tell is None."""

    ext_id: int
    username: str | None
    name: str
    department_ext_id: int | None
    department_name: str | None
    is_head: bool | None
    entry_date: date | None
    phone: str | None
    email: str | None = None


@dataclass(frozen=True, slots=True)
class Department:
    """raw: the accepted object, for the pass-through of ``/api/ecn-page-detail-data``."""

    ext_id: int
    name: str
    raw: Mapping[str, Any] = field(repr=False, compare=False)


def make_person(row: decoding.Row) -> Person:
    """A directory's row as a person; ValueError when id or name is wrong."""
    is_head = row.get("isHead")
    return Person(
        ext_id=decoding.ext_id(row.get("id")),
        username=decoding.text_or_none(row.get("username")),
        name=decoding.required_text(row.get("name")),
        department_ext_id=decoding.ext_id_or_none(row.get("departmentId")),
        department_name=decoding.text_or_none(row.get("departmentName")),
        is_head=is_head if isinstance(is_head, bool) else None,
        entry_date=decoding.date_or_none(row.get("entryDate")),
        phone=decoding.text_or_none(row.get("phone") or row.get("phoneNumber")),
        email=decoding.text_or_none(row.get("email")),
    )


def make_department(row: decoding.Row) -> Department:
    """A directory's row as a department; ValueError when id or name is wrong."""
    name = decoding.required_text(row.get("name"))
    return Department(decoding.ext_id(row.get("id")), name, row)


def parse_people(body: bytes) -> decoding.Parsed[Mapping[int, Person]]:
    """The people by id; ValueError for an invalid answer."""
    rows = decoding.rows_of(decoding.load_json(body), "data", "users", "results")
    return decoding.index(rows, make_person, lambda person: person.ext_id)


def parse_departments(body: bytes) -> decoding.Parsed[Mapping[int, Department]]:
    """The departments by id; ValueError for an invalid answer."""
    rows = decoding.rows_of(decoding.load_json(body), "data", "departments", "results")
    return decoding.index(rows, make_department, lambda each: each.ext_id)


def _same_name(one: str, other: str) -> bool:
    """Whether two spellings are one user name: NFKC, without regard to case (docs/threats.md#t15)."""
    first, second = (unicodedata.normalize("NFKC", n).strip() for n in (one, other))
    return first.casefold() == second.casefold()


class AuthServer:
    """Login and directory. key: of HS256 signatures, "" when the company has none."""

    def __init__(
        self,
        login: Client,
        directory: Client,
        freshness: Freshness,
        *,
        key: str = "",
        store: CacheStore | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.clients = (login, directory)
        self._login, self._directory = login, directory
        self._key, self._clock = key, clock
        people: Source[Mapping[int, Person]] = Source(
            name="auth server people",
            client=directory,
            path="/users/view",
            parse=parse_people,
            empty=EMPTY,
            freshness=freshness,
        )
        departments: Source[Mapping[int, Department]] = Source(
            name="auth server departments",
            client=directory,
            path="/ext-departments",
            parse=parse_departments,
            empty=EMPTY,
            freshness=freshness,
        )
        self._people = Cached(people, store, clock=clock)
        self._departments = Cached(departments, store, clock=clock)

    def __repr__(self) -> str:
        return "<AuthServer>"

    def login(self, username: str, password: str) -> Login:
        """Trade name and password for the auth server's token; asked exactly once.

        Raises WrongCredentials (400, 401, 403) or UpstreamError: with ``is_nonsense`` for
        an answer that is no usable token, else because the server is not there.
        """
        outcome = self._try_login(username, password)
        # Nothing is raised while the password is in a frame of ours (docs/threats.md#t17).
        del username, password
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    def _try_login(self, username: str, password: str) -> Login | Exception:
        body = {"username": username, "password": password}
        try:
            answer = self._login.ask_whole("/login", json=body)
        except TypeError:
            # A lone surrogate: no such text can be anybody's password.
            return WrongCredentials("The user name or the password is wrong.")
        return self._judge(answer) if isinstance(answer, UpstreamAnswer) else answer

    def _judge(self, answer: UpstreamAnswer) -> Login | Exception:
        if answer.status in WRONG:
            return WrongCredentials("The user name or the password is wrong.")
        if answer.status not in GOOD:
            return self._login.refusal(answer)
        try:
            token = tokens.find(answer.body)
            return tokens.check(token, self._key, self._clock())
        except ValueError:
            return self._login.error(Reason.INVALID)

    def person(self, ext_id: int, token: str, username: str | None = None) -> Person:
        """The person behind a login, cross-checked with the directory.

        ext_id and token: from ``login``; username: what was typed. The list decides where
        ``/users/{id}`` does not answer. Raises UnknownPerson, IdentityMismatch, or
        UpstreamError when neither source can be had.
        """
        answer = self._directory.fetch(
            f"/users/{ext_id}", headers={"authorization": token}
        )
        # As in ``login``: no secret in the frame of an error (docs/threats.md#t17).
        del token
        if isinstance(answer, UpstreamError) and answer.status in DENIED:
            raise answer
        # Not every auth server has ``/users/{id}``; then the list decides (docs/contract.md#login).
        person = self._parse_person(answer) or self._listed(ext_id)
        is_same = person.ext_id == ext_id and (
            not username or not person.username or _same_name(username, person.username)
        )
        if not is_same:
            raise IdentityMismatch("The auth server speaks of somebody else.")
        return person

    @staticmethod
    def _parse_person(answer: bytes | UpstreamError) -> Person | None:
        if isinstance(answer, UpstreamError):
            return None
        try:
            row = decoding.as_row(decoding.load_json(answer))
            inner = row.get("data") or row.get("user")
            return make_person(row if "id" in row else decoding.as_row(inner))
        except ValueError:
            # Also a web page with status 200: then that route is not there at all.
            return None

    def _listed(self, ext_id: int) -> Person:
        found = self._people.require().value.get(ext_id)
        if found is None:
            # Perhaps hired since the list was fetched.
            found = self._people.reload().require().value.get(ext_id)
        if found is None:
            raise UnknownPerson("The directory does not know this person.")
        return found

    def people(self) -> Reading[Mapping[int, Person]]:
        return self._people.read()

    def known_people(self) -> Mapping[int, Person]:
        """People that are known already; the server is not asked."""
        return self._people.known()

    def departments(self) -> Reading[Mapping[int, Department]]:
        """All departments by id."""
        return self._departments.read()
