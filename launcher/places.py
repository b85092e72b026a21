"""Paths of the project; for code that runs before Django has settings."""

from pathlib import Path

BASE = Path(__file__).resolve().parent.parent
VAR = BASE / "var"
ENV_FILE = BASE / ".env"
ENV_EXAMPLE = BASE / ".env.example"
