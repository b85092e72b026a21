"""Every misbehaviour against every operation.

In each cell: nothing but an UpstreamError comes out, all ends within the total time and
half a second, what was known stays as it was, and nothing wrong is stored.
"""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import pytest

from core.integrations.ai import Estimator
from core.integrations.authserver import AuthServer
from core.integrations.cache import Cached
from core.integrations.crm import Crm
from core.integrations.errors import LoginRefused, UpstreamError
from core.integrations.meeting import Meeting
from core.integrations.ppic import Ppic
from core.integrations.tests.conftest import TIMES, Clock, MakeClient, MemoryStore

MISBEHAVIOURS: list[tuple[str, Any]] = [
    ("refuse", None),
    ("reset", None),
    ("half_open", None),
    ("latency", 30),
    ("slow", 0.05),
    ("slow_headers", 0.05),
    ("flapping", [0.0, 1.0]),
    ("drop_after_effect", None),
    ("status", 400),
    ("status", 401),
    ("status", 404),
    ("status", 429),
    ("status", 500),
    ("status", 503),
    ("html", None),
    ("empty", None),
    ("garbage", None),
    ("truncated", None),
    ("wrong_charset", None),
    ("gzip_bomb", None),
    ("endless", None),
    ("huge", None),
    ("redirect", None),
    ("reshape", "rename:id"),
    ("reshape", "rename:name"),
    ("reshape", "drop:masterJavaBaseModel"),
    ("reshape", "null_list"),
    ("reshape", "bad_row"),
    ("reshape", "duplicate"),
    ("reshape", "multiply:10"),
    ("reshape", "ids_to_str"),
    ("reshape", "ids_to_int"),
    ("reshape", "extra"),
    ("reshape", "shrink:1"),
]
# Twenty readers at once, some of ten times the rows, on a busy machine: parsing takes its time.
# A hang would take for ever; half a second more or less proves nothing.
ALLOWED = 2.5


@dataclass
class World:
    """All upstreams through all adapters."""

    box: Any
    auth: AuthServer
    crm: Crm
    ppic: Ppic
    meeting: Meeting
    estimator: Estimator
    store: MemoryStore
    clock: Clock

    @property
    def readings(self) -> dict[str, Cached[Any]]:
        """Every list that is kept."""
        return {
            f"{type(owner).__name__}.{name}": value
            for owner in (self.auth, self.crm, self.ppic, self.meeting)
            for name, value in vars(owner).items()
            if isinstance(value, Cached)
        }

    @property
    def operations(self) -> dict[str, Callable[[], Any]]:
        """Everything that asks an upstream."""
        token = self.box.auth.token_for("rina")
        lists = {name: each.reload for name, each in self.readings.items()}
        return lists | {
            "login": lambda: self.auth.login("rina", self.box.auth.password),
            "person": lambda: self.auth.person(3, token, "rina"),
            "bom": lambda: self.ppic.bom_detailed(700),
            "boms now": self.ppic.boms_now,
            "requests": lambda: self.ppic.material_requests([1, 2]),
            "request": lambda: self.ppic.material_request(4),
            "relay": lambda: self.ppic.relay.send("POST", "/snapshot-bom/700", json={}),
            "estimator": lambda: self.estimator.process_pdf(b"x", "gpt4"),
        }


@pytest.fixture
def world(box: Any, make_client: MakeClient) -> World:
    """All upstreams, whose lists have been read once and are old by now."""
    store, clock = MemoryStore(), Clock()

    def client(name: str) -> Any:
        url = getattr(box, name).url
        return make_client(url, clock=clock, concurrency=20, total=0.4, read=0.25)

    shared: dict[str, Any] = {"store": store, "clock": clock}
    made = World(
        box,
        AuthServer(client("auth"), client("auth"), TIMES, **shared),
        Crm(client("crm"), client("crm"), TIMES, **shared),
        Ppic(client("ppic"), client("ppic"), TIMES, **shared),
        Meeting(client("meeting"), TIMES, **shared),
        Estimator(client("ai")),
        store,
        clock,
    )
    for reading in made.readings.values():
        reading.reload()
    made.ppic.material_requests([1, 2])
    clock.advance(31)
    return made


def run(work: Callable[[], Any]) -> tuple[float, Any]:
    """How long it took, and the result or the error."""
    began = time.monotonic()
    try:
        outcome = work()
    except (UpstreamError, LoginRefused) as error:
        outcome = error
    return time.monotonic() - began, outcome


def test_every_operation_works_when_nothing_is_wrong(world: World) -> None:
    # The control: without a fault no cell of the matrix is an error.
    outcomes = {name: run(work)[1] for name, work in world.operations.items()}
    assert len(outcomes) == 20
    assert [
        name for name, each in outcomes.items() if isinstance(each, Exception)
    ] == []
    assert [n for n, r in world.readings.items() if r.read().error is not None] == []


@pytest.mark.parametrize(
    ("kind", "value"), MISBEHAVIOURS, ids=lambda part: str(part).replace(" ", "")
)
def test_no_misbehaviour_breaks_or_poisons_anything(
    kind: str, value: Any, world: World
) -> None:
    before = {name: each._held for name, each in world.readings.items()}
    stored = {key: each.body for key, each in world.store.kept.items()}
    operations = world.operations
    for server in world.box.servers.values():
        server.faults.set("/", kind, value)
    with ThreadPoolExecutor(len(operations)) as pool:
        outcomes = dict(
            zip(operations, pool.map(run, operations.values()), strict=True)
        )

    slow = {name: took for name, (took, _) in outcomes.items() if took > 0.4 + ALLOWED}
    assert slow == {}
    for name, reading in world.readings.items():
        held = before[name]
        assert held is not None
        assert reading.read().value == held.parsed.value, name
    for key, body in stored.items():
        is_new = world.store.kept[key].body != body
        # A changed body may be stored only where it says the very same (seen above).
        assert not is_new or kind in {"reshape", "wrong_charset"}, key
