"""What a token may: scopes by verb and path, networks, and how both are typed."""

import ipaddress
from collections.abc import Sequence

from django.utils.translation import gettext as _

from core.errors import invalid

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
READ_ALL = "GET /"
MAX_LINES, MAX_LINE = 30, 200
# Who only asks may ask what a GET would have said.
ASKS = {"HEAD": "GET", "OPTIONS": "GET"}


def allows(scopes: Sequence[str], method: str, path: str) -> bool:
    """Whether one of the scopes holds the verb and a beginning of the path, by whole words."""
    verb = ASKS.get(method, method)
    return any(_covers(scope, verb, path.lower()) for scope in scopes)


def _covers(scope: str, verb: str, path: str) -> bool:
    named, _blank, start = scope.partition(" ")
    start = start.lower().rstrip("/")
    return named == verb and (path == start or path.startswith(f"{start}/"))


def is_from(addresses: Sequence[str], address: str) -> bool:
    """Whether the address lies in one of the networks, or none is named."""
    if not addresses:
        return True
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return False
    # A server that listens on both kinds of addresses writes IPv4 as ::ffff:10.1.2.3.
    plain = getattr(found, "ipv4_mapped", None) or found
    return any(plain in ipaddress.ip_network(each) for each in addresses)


def read_scopes(text: str) -> list[str]:
    """Lines such as ``GET /api/inbox``; a path alone is to be read. Raises DomainError ``invalid``."""
    return list(dict.fromkeys(_scope(line) for line in _lines("scopes", text)))


def _scope(line: str) -> str:
    method, _blank, path = line.partition(" ") if " " in line else ("GET", "", line)
    method, path = method.upper(), path.strip()
    if method not in METHODS or not path.startswith("/") or " " in path:
        raise invalid(
            "scopes",
            _("“%s” is no scope. Write a verb and a path, such as GET /api/inbox.")
            % line[:60],
        )
    return f"{method} {path}"


def read_addresses(text: str) -> list[str]:
    """Addresses and networks, one a line. Raises DomainError ``invalid``."""
    return list(dict.fromkeys(_network(line) for line in _lines("addresses", text)))


def _network(line: str) -> str:
    try:
        return str(ipaddress.ip_network(line, strict=False))
    except ValueError:
        raise invalid(
            "addresses",
            _("“%s” is no address. Write 10.1.2.3 or a network such as 10.1.2.0/24.")
            % line[:60],
        ) from None


def _lines(field: str, text: str) -> list[str]:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if len(lines) > MAX_LINES or any(len(line) > MAX_LINE for line in lines):
        raise invalid(
            field,
            _("At most %(lines)d lines of %(length)d characters.")
            % {"lines": MAX_LINES, "length": MAX_LINE},
        )
    return lines
