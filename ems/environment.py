"""Reads the environment; a wrong value is refused with the variable's name (docs/threats.md#f58)."""

import base64
import ipaddress
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured

YES = {"1", "true", "on", "yes", "y", "ok", "t"}
DATABASES = ("sqlite://", "postgres://", "postgresql://")
SECRET_BYTES = 32
NO = {"0", "false", "off", "no", "n", "f", ""}
PLAIN_SWITCH = "Where nobody can listen between, say ALLOW_PLAIN_UPSTREAMS=true."
# The setting with the address -> the one that says that a secret goes there; none: always.
SECRET_GOES_TO = {
    "AUTH_SERVER_URL": None,  # passwords and tokens
    "AI_BASE_URL": "AI_API_KEY",
    "AI_ANTHROPIC_URL": "AI_ANTHROPIC_KEY",
}


class Environment(environ.Env):  # type: ignore[misc]
    """The library's reader, which would take an invalid value for no, or name only the value."""

    def get_value(self, var: str, *args: Any, **kwargs: Any) -> Any:
        try:
            return super().get_value(var, *args, **kwargs)
        except ValueError as error:
            raise ImproperlyConfigured(f"{var}: its value cannot be read.") from error

    def bool(self, var: str, default: Any = environ.Env.NOTSET) -> bool:
        """Read yes or no, and nothing else."""
        given = str(self.ENVIRON.get(var, "")).strip().lower()
        if given not in YES | NO:
            raise ImproperlyConfigured(f"{var}: it must be true or false.")
        return bool(super().bool(var, default=default))

    def one_of(self, var: str, *words: str, default: str = "") -> str:
        """Read one of these words; the first, unless ``default`` names another."""
        word: str = self.str(var, default=default or words[0])
        if word not in words:
            choices = ", ".join(words)
            raise ImproperlyConfigured(f"{var}: it is one of: {choices}.")
        return word

    def secret_key(self, var: str) -> str:
        """Read 32 bytes in base64url, or nothing."""
        text: str = self.str(var, default="")
        try:
            size = len(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        except ValueError:
            size = -1
        if text and size != SECRET_BYTES:
            raise ImproperlyConfigured(f"{var}: it must be 32 bytes in base64url.")
        return text

    def database(self, var: str, default: str) -> dict[str, Any]:
        """Read an address of one of the two databases that we support."""
        # Looked at before the library does: it warns, and puts the password in its words.
        if not self.str(var, default=default).startswith(DATABASES):
            raise ImproperlyConfigured(
                f"{var}: only sqlite:///path and postgres://user@host/name are supported."
            )
        try:
            found: dict[str, Any] = self.db_url(var, default=default)
        except ValueError:
            sentence = f"{var}: it is no address of a database."
            raise ImproperlyConfigured(sentence) from None
        if found["NAME"] in {"", ":memory:"}:
            raise ImproperlyConfigured(f"{var}: it names no database.")
        return found

    def whole(self, var: str, default: int, lowest: int = 1) -> int:
        """Read a whole number that makes sense."""
        try:
            number = int(self.str(var, default=str(default)))
        except ValueError as error:
            sentence = f"{var}: it must be a whole number."
            raise ImproperlyConfigured(sentence) from error
        if number < lowest:
            raise ImproperlyConfigured(f"{var}: it must be at least {lowest}.")
        return number


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
