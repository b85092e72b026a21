"""The version, said in one place: ``[project]`` of pyproject.toml."""

import tomllib
from functools import cache
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[1] / "pyproject.toml"


@cache
def version() -> str:
    """Such as ``2.0.0.dev0``."""
    with PROJECT.open("rb") as file:
        return str(tomllib.load(file)["project"]["version"])
