"""What the history calls the address of a deed: never what the client writes into a header."""

from typing import Any

import pytest

from core.ledger.models import Event
from core.ledger.queries import last_event_id
from tests.people import Caller, Cast

PEER, CLIENT, LIE = "203.0.113.9", "198.51.100.7", "6.6.6.6"
PROXY = "10.0.0.1"
HEADERS = (
    "X-Forwarded-For",
    "X-Real-IP",
    "Client-IP",
    "X-Client-IP",
    "Forwarded",
    "Forwarded-For",
    "X-Forwarded",
    "X-Cluster-Client-Ip",
    "True-Client-IP",
    "CF-Connecting-IP",
    "Fastly-Client-IP",
    "Via",
)


def address_of_a_deed(cast: Cast, peer: str, headers: dict[str, str]) -> str:
    """Where the history says that a change was raised from."""
    caller = Caller(REMOTE_ADDR=peer)
    caller.token = cast.token("agus")
    before = last_event_id()
    caller.write("/engineeringDetailProblems", {"engineering": "x"}, headers=headers)
    return Event.objects.filter(pk__gt=before).latest("pk").address


@pytest.mark.parametrize("header", HEADERS)
def test_a_header_of_the_client_is_no_address(cast: Cast, header: str) -> None:
    told = f"for={LIE}" if header == "Forwarded" else LIE
    assert address_of_a_deed(cast, PEER, {header: told}) == PEER


@pytest.mark.parametrize("header", HEADERS)
def test_behind_a_trusted_proxy_only_its_own_hop_counts(
    cast: Cast, settings: Any, header: str
) -> None:
    settings.TRUSTED_PROXIES = ["10.0.0.0/8"]
    told = f"for={LIE}" if header == "Forwarded" else LIE
    headers = {header: told} | {"X-Forwarded-For": f"{LIE}, {CLIENT}"}
    assert address_of_a_deed(cast, PROXY, headers) == CLIENT
