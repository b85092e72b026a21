"""The meeting server: the fuller directory, and templates of task lists."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from core.integrations import decoding
from core.integrations.authserver import (
    Department,
    Person,
    parse_departments,
    parse_people,
)
from core.integrations.cache import Cached, Reading, Source
from core.integrations.http import Client
from core.integrations.limits import Freshness
from core.integrations.persistent_cache import CacheStore

EMPTY: Mapping[int, Any] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class TemplateItem:
    """One task that a template proposes; working_minutes: 0 when it does not say."""

    name: str
    working_minutes: float


@dataclass(frozen=True, slots=True)
class Template:
    """A named list of tasks to begin an activity with."""

    name: str
    items: tuple[TemplateItem, ...]


def _item(row: decoding.Row) -> TemplateItem:
    name = decoding.required_text(row.get("name"))
    return TemplateItem(name, decoding.minutes(row.get("workingMins")))


def _template(row: decoding.Row) -> Template:
    # Protobuf JSON leaves an empty list out; a wrong item costs only itself.
    items, _ = decoding.several(decoding.rows_of(row.get("items") or []), _item)
    return Template(decoding.required_text(row.get("name")), tuple(items))


def _templates(body: bytes) -> decoding.Parsed[tuple[Template, ...]]:
    rows = decoding.rows_of(decoding.load_json(body), "templates")
    parsed = decoding.index(rows, _template, lambda template: template.name)
    return decoding.Parsed(tuple(parsed.value.values()), parsed.rows, parsed.set_aside)


class Meeting:
    """The client of MEETING_URL and what is kept of it."""

    def __init__(
        self,
        client: Client,
        freshness: Freshness,
        *,
        store: CacheStore | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.clients = (client,)
        people: Source[Mapping[int, Person]] = Source(
            name="meeting people",
            client=client,
            path="/ext-users",
            parse=parse_people,
            empty=EMPTY,
            freshness=freshness,
        )
        departments: Source[Mapping[int, Department]] = Source(
            name="meeting departments",
            client=client,
            path="/ext-departments",
            parse=parse_departments,
            empty=EMPTY,
            freshness=freshness,
        )
        templates: Source[tuple[Template, ...]] = Source(
            name="meeting templates",
            client=client,
            path="/tasklisttemplates-proto",
            parse=_templates,
            empty=(),
            freshness=freshness,
        )
        self._people = Cached(people, store, clock=clock)
        self._departments = Cached(departments, store, clock=clock)
        self._templates = Cached(templates, store, clock=clock)

    def people(self) -> Reading[Mapping[int, Person]]:
        """Everybody by id, with department and whether they head it."""
        return self._people.read()

    def known_people(self) -> Mapping[int, Person]:
        """People that are known already; the server is not asked."""
        return self._people.known()

    def departments(self) -> Reading[Mapping[int, Department]]:
        """All departments by id."""
        return self._departments.read()

    def templates(self) -> Reading[tuple[Template, ...]]:
        """The templates of task lists, in the server's sequence."""
        return self._templates.read()
