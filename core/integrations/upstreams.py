"""Our values for each upstream, and the one place that reads the settings for them.

docs/decisions/0002-upstreams.md gives the reasons. An upstream without an address answers every
call with a clear error and never stops the rest.
"""

import contextlib
import functools
import os
from collections.abc import Mapping
from typing import Any

from django.conf import settings

from core.integrations import cache
from core.integrations.ai import Estimator
from core.integrations.anthropic_chat import AnthropicChat
from core.integrations.authserver import AuthServer, Department, Person
from core.integrations.cache import Reading, UpstreamHealth
from core.integrations.crm import Crm
from core.integrations.http import Client
from core.integrations.limits import MIB, BreakerRule, Freshness, UpstreamLimits
from core.integrations.meeting import Meeting
from core.integrations.openai_chat import OpenAiChat
from core.integrations.persistent_cache import (
    CacheStore,
    DirectoryStore,
    NoStore,
    RedisStore,
    Stores,
)
from core.integrations.ppic import Ppic

MINUTE = 60.0
HOUR = 60 * MINUTE

FIVE_IN_A_ROW = BreakerRule(failures=5, window=5, open_seconds=10)
FIVE_OF_TEN = BreakerRule(failures=5, window=10, open_seconds=15)
THREE_OF_FIVE = BreakerRule(failures=3, window=5, open_seconds=60)

# No retry: a password is never sent twice. No queue: a login too many is told at once.
AUTH_LOGIN = UpstreamLimits(
    connect=1,
    read=4,
    total=5,
    retries=0,
    concurrency=8,
    breaker=FIVE_IN_A_ROW,
    body_cap=1 * MIB,
    queue=0.05,
    # It may mean one account; a stranger must not lock out all others for an hour.
    longest_wait=30,
)
AUTH_DIRECTORY = UpstreamLimits(
    connect=1, read=3, total=4, retries=1, concurrency=4, breaker=FIVE_OF_TEN
)
CRM = UpstreamLimits(
    connect=1, read=4, total=6, retries=1, concurrency=4, breaker=FIVE_OF_TEN
)
PPIC = UpstreamLimits(
    connect=1, read=5, total=8, retries=1, concurrency=4, breaker=FIVE_OF_TEN
)
# Retries are the ledger's schedule; while the breaker is open the relay pauses.
PPIC_RELAY = UpstreamLimits(
    connect=2, read=15, total=20, retries=0, concurrency=2, breaker=FIVE_OF_TEN
)
AI = UpstreamLimits(
    connect=2,
    read=120,
    total=180,
    retries=1,
    concurrency=2,
    breaker=THREE_OF_FIVE,
    body_cap=2 * MIB,
    backoff=2.0,
    retried_posts=frozenset({429, 503}),
)
AUTH_FRESHNESS = Freshness(5 * MINUTE, 15 * MINUTE, 24 * HOUR)
CRM_FRESHNESS = Freshness(5 * MINUTE, 30 * MINUTE, 24 * HOUR)
PPIC_FRESHNESS = Freshness(10 * MINUTE, 60 * MINUTE, 24 * HOUR)


def _setting(name: str) -> str:
    return str(getattr(settings, name, "") or "")


# Each is built at its first call. Should two threads come first at the same moment, one of them
# makes its first call with an object of its own; from then on all share the other.


@functools.cache
def _store() -> CacheStore:
    stores: list[CacheStore] = []
    if path := _setting("UPSTREAM_CACHE_DIR"):
        stores.append(DirectoryStore(path))
    if url := _setting("REDIS_URL"):
        stores.append(RedisStore(url))
    return Stores(stores) if stores else NoStore()


@functools.cache
def auth() -> AuthServer:
    """The auth server of AUTH_SERVER_URL; AUTH_JWT_KEY, if set, checks signatures."""
    url = _setting("AUTH_SERVER_URL")
    return AuthServer(
        Client("auth server login", url, AUTH_LOGIN),
        Client("auth server", url, AUTH_DIRECTORY),
        AUTH_FRESHNESS,
        key=_setting("AUTH_JWT_KEY"),
        store=_store(),
    )


@functools.cache
def crm() -> Crm:
    """The CRM of CRM_URL and CRM_INQUIRIES_URL."""
    main = Client("CRM", _setting("CRM_URL"), CRM)
    inquiries = Client("CRM inquiries", _setting("CRM_INQUIRIES_URL"), CRM)
    return Crm(main, inquiries, CRM_FRESHNESS, store=_store())


@functools.cache
def ppic() -> Ppic:
    """PPIC of PPIC_URL, with the relay that the ledger sends through."""
    url = _setting("PPIC_URL")
    client, relay = Client("PPIC", url, PPIC), Client("PPIC relay", url, PPIC_RELAY)
    return Ppic(client, relay, PPIC_FRESHNESS, store=_store())


@functools.cache
def meeting() -> Meeting:
    """The meeting server of MEETING_URL."""
    client = Client("meeting server", _setting("MEETING_URL"), AUTH_DIRECTORY)
    return Meeting(client, AUTH_FRESHNESS, store=_store())


@functools.cache
def estimator() -> Estimator:
    """The company's estimator of AI_ESTIMATOR_URL."""
    return Estimator(Client("estimator", _setting("AI_ESTIMATOR_URL"), AI))


@functools.cache
def openai() -> OpenAiChat:
    """The model server of AI_BASE_URL."""
    return OpenAiChat(_setting("AI_BASE_URL"), _setting("AI_API_KEY"), AI)


@functools.cache
def anthropic() -> AnthropicChat:
    """Anthropic's API of AI_ANTHROPIC_URL."""
    return AnthropicChat(_setting("AI_ANTHROPIC_URL"), _setting("AI_ANTHROPIC_KEY"), AI)


@functools.cache
def whatsapp() -> Client:
    """The gateway behind the auth server (``/send-multi-whatsapp``); the ledger brings the schedule."""
    return Client("WhatsApp", _setting("AUTH_SERVER_URL"), PPIC_RELAY)


BUILT: tuple[Any, ...] = (
    _store,
    auth,
    crm,
    ppic,
    meeting,
    estimator,
    openai,
    anthropic,
    whatsapp,
)


def people() -> Reading[Mapping[int, Person]]:
    """Everybody by id: from the meeting server if there is one, else the auth server."""
    return meeting().people() if _setting("MEETING_URL") else auth().people()


def known_people() -> Mapping[int, Person]:
    """The same as last read; asks nobody, so that a transaction may."""
    return (
        meeting().known_people() if _setting("MEETING_URL") else auth().known_people()
    )


def departments() -> Reading[Mapping[int, Department]]:
    """All departments by id, from the same place as ``people``."""
    return meeting().departments() if _setting("MEETING_URL") else auth().departments()


def health() -> list[UpstreamHealth]:
    """Every reading, and the upstreams that are not read, by name; asks no upstream."""
    crm()
    bare = (auth().clients[0], ppic().relay, *estimator().clients)
    rows = [
        UpstreamHealth(
            name=client.name,
            as_of=None,
            is_stale=False,
            breaker_state=client.breaker_state,
            set_aside=0,
            last_error=None,
        )
        for client in bare
    ]
    rows.append(ppic().material_request_health())
    return sorted(cache.health() + rows, key=lambda row: row.name)


def reset() -> None:
    """Close and forget everything, so that the next call reads the settings anew."""
    for build in BUILT:
        if build.cache_info().currsize:
            built = build()
            for each in getattr(built, "clients", (built,)):
                each.close()
    _forget()


def _forget() -> None:
    for build in BUILT:
        build.cache_clear()


with contextlib.suppress(AttributeError):  # no fork on this platform
    # A child must not share its parent's connections.
    os.register_at_fork(after_in_child=_forget)
