"""Which records a person has opened as they are now."""

from collections.abc import Iterable
from typing import Any

from core.accounts.models import User
from core.approvals.models import Opening


def has_opened(record: Any, user: User) -> bool:
    """Whether this person has opened the content of the record's present revision."""
    return not unopened([record], user)


def unopened(records: Iterable[Any], user: User) -> set[int]:
    """Ids of those, of records of one model, that a person has not opened as they are now."""
    rows = {record.pk: record for record in records}
    if not rows:
        return set()
    label = next(iter(rows.values()))._meta.label
    found = Opening.objects.filter(
        person=user, record_type=label, record_id__in=list(rows)
    )
    seen = set(found.values_list("record_id", "revision"))
    return {pk for pk, record in rows.items() if (pk, record.revision) not in seen}
