"""`manage.py test`: the whole suite, on SQLite and on PostgreSQL."""

from collections.abc import MutableMapping


def isolate(env: MutableMapping[str, str]) -> None:
    """Give this process, which only starts others, settings that load."""
    env["SECRET_KEY"] = "only-for-tests-" + "0123456789" * 3  # noqa: S105
