"""Upstreams that would get a secret over an unencrypted connection."""

import ipaddress
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

PLAIN_SWITCH = "Where nobody can listen between, say ALLOW_PLAIN_UPSTREAMS=true."
# The setting with the address -> the one that says that a secret goes there; none: always.
SECRET_GOES_TO = {
    "AUTH_SERVER_URL": None,  # passwords and tokens
    "AI_BASE_URL": "AI_API_KEY",
    "AI_ANTHROPIC_URL": "AI_ANTHROPIC_KEY",
}


def plain_upstreams(settings: Mapping[str, Any]) -> Iterator[str]:
    """The variables that name such an upstream; one's own machine is nobody between."""
    for name, secret in SECRET_GOES_TO.items():
        if (secret is None or settings[secret]) and is_plain(settings[name]):
            yield name
    is_encrypted = settings["EMAIL_USE_TLS"] or settings["EMAIL_USE_SSL"]
    is_far = not is_loopback(settings["EMAIL_HOST"])
    if settings["EMAIL_HOST_PASSWORD"] and is_far and not is_encrypted:
        yield "EMAIL_URL"


def is_plain(url: str) -> bool:
    """Whether an address is spoken to without TLS over a network."""
    if not url.startswith("http://"):
        return False
    try:
        return not is_loopback(urlsplit(url).hostname or "")
    except ValueError:  # a host that cannot be read is not this machine
        return True


def is_loopback(host: str) -> bool:
    """Whether a host is this machine."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
