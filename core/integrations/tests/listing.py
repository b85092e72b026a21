"""A kept list whose upstream the test writes."""

from collections.abc import Mapping
from typing import Any

from core.integrations import decoding
from core.integrations.cache import Cached, Source
from core.integrations.limits import BreakerRule
from core.integrations.persistent_cache import CacheStore
from core.integrations.tests.conftest import TIMES, Clock, MakeClient, until

DEPARTMENTS = "/ext-departments"
Names = Mapping[int, str]


def _pair(row: decoding.Row) -> tuple[int, str]:
    return decoding.ext_id(row.get("id")), decoding.text(decoding.must(row, "name"))


def parse(body: bytes) -> decoding.Parsed[Names]:
    rows = decoding.rows_of(decoding.load_json(body))
    parsed = decoding.index(rows, _pair, lambda pair: pair[0])
    value = {key: pair[1] for key, pair in parsed.value.items()}
    return decoding.Parsed(value, parsed.rows, parsed.set_aside)


class Listing:
    """A reading of a list that the test writes, with hand-set clocks."""

    def __init__(
        self, box: Any, make_client: MakeClient, store: CacheStore | None = None
    ) -> None:
        self.box = box
        self.clock = Clock()
        self.client = make_client(
            box.auth.url, clock=self.clock, breaker=BreakerRule(99, 99, 5), read=0.4
        )
        self.store = store
        self.cached = self.again()

    def again(self) -> Cached[Names]:
        """The same reading as a new process would have it."""
        source: Source[Names] = Source(
            name="names",
            client=self.client,
            path=DEPARTMENTS,
            parse=parse,
            empty={},
            freshness=TIMES,
        )
        return Cached(source, self.store, clock=self.clock)

    def says(self, *names: str) -> None:
        """What the upstream says from now on."""
        rows = [{"id": number, "name": name} for number, name in enumerate(names, 1)]
        self.answers(rows)

    def answers(self, value: Any) -> None:
        """The very JSON that the upstream answers with from now on."""
        self.box.auth.departments[:] = value

    def fails(self, kind: str = "status", value: Any = 500, **more: Any) -> None:
        """How the upstream misbehaves from now on."""
        self.box.auth.faults.clear()
        self.box.auth.faults.set(DEPARTMENTS, kind, value, **more)

    def recovers(self) -> None:
        """And no more."""
        self.box.auth.faults.clear()

    @property
    def calls(self) -> int:
        """How often it was asked."""
        return len(self.box.auth.calls)

    def settle(self) -> None:
        """Wait until no refresh is under way."""
        until(lambda: self.cached._flight is None)
