"""Takes the row lock that a verb needs before it looks at a state."""

from typing import TypeVar

from django.db.models import Model, QuerySet
from django.utils.translation import gettext as _

from core.errors import DomainError

M = TypeVar("M", bound=Model)


def locked(rows: QuerySet[M], pk: int) -> M:
    """The row of this id, locked; raises DomainError ``not_found``."""
    return locked_one(rows.filter(pk=pk))


def locked_one(rows: QuerySet[M]) -> M:
    """The one row of these, locked until the transaction ends; raises DomainError ``not_found``.

    On SQLite the transaction itself is the lock: it begins IMMEDIATE.
    """
    row = rows.select_for_update().first()
    if row is None:
        raise DomainError(_("There is no such record."), "not_found")
    return row
