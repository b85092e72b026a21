"""The committed company: each call reads a fresh copy, so nobody spoils it for others."""

import json
from pathlib import Path
from typing import Any

DATA = Path(__file__).parent / "data"


def load(name: str) -> Any:
    """Read one table by its file name without the ending."""
    return json.loads((DATA / f"{name}.json").read_text(encoding="utf-8"))
