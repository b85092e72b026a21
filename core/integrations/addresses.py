"""A call goes to the host of the settings, and nowhere else (docs/threats.md#t48)."""

from urllib.parse import urlsplit

FORBIDDEN = ("\\", "..", "@", "#", " ")


def is_address(url: str) -> bool:
    """True for an http or https address with a host, as a setting should hold."""
    try:
        parts = urlsplit(url)
        return (
            parts.scheme in {"http", "https"}
            and bool(parts.hostname)
            and parts.port != 0
        )
    except ValueError:
        return False


def is_path(path: str) -> bool:
    """True for a path below that address that cannot be read as another host."""
    is_plain = path.isascii() and path.isprintable()
    is_local = path.startswith("/") and not path.startswith("//")
    return is_plain and is_local and not any(part in path for part in FORBIDDEN)
