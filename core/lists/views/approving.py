"""A yes to many records at once, as each app's list of them offers it."""

from collections.abc import Callable
from typing import Any

from core.accounts.models import User
from core.approvals.models import Status
from core.approvals.services import require_opened
from core.lists.subjects import Act, Given, Pick


def approving(
    decide: Callable[..., object], key: str, attribute: str = "pk"
) -> Callable[[User, Given], Act]:
    """A yes to each that this person has opened as it is now.

    decide: the service; key: its parameter that names the record, by what stands in ``attribute``.
    """

    def prepare(by: User, given: Given) -> Act:
        def approve(record: Any, _pick: Pick) -> None:
            require_opened(record, by)
            decide(
                **{key: getattr(record, attribute)},
                by=by,
                status=Status.ACCEPTED,
                revision=record.revision,
                digest=record.digest,
                confirmed=given.confirmed,
            )

        return approve

    return prepare
