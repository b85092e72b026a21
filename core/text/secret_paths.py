"""Hides the keys that stand in addresses before an address is written to a log or a table."""

import re

# The path of a link to decide (``/decide/<token>/``), wherever it stands in a text.
TOKEN = re.compile(r"(/decide/)[^/\s\"'<>?]+", re.IGNORECASE)


def without_tokens(text: str) -> str:
    """The text without the tokens of links: ``/decide/…/``."""
    return TOKEN.sub(r"\1…", text)
