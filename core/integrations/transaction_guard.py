"""No upstream is called, nor waited for, while this thread holds a database transaction.

Its locks would be held for as long as the upstream takes.
"""

from django.db import connection


class SocketInTransaction(RuntimeError):  # noqa: N818 - named for what happened
    """Somebody called an upstream while holding a database transaction open."""


def refuse_in_transaction(upstream: str) -> None:
    """Raise SocketInTransaction if a transaction is open; upstream: its name, for people."""
    # A test's own transaction around the code does not count, as with Django's durable blocks.
    if not all(
        getattr(block, "_from_testcase", False) for block in connection.atomic_blocks
    ):
        raise SocketInTransaction(f"{upstream} was called inside a transaction.")
