"""Whether a decision on a change needs the password or the PIN again (docs/threats.md#t12)."""

from collections.abc import Iterable, Mapping
from typing import Any

from core.accounts.models import User
from core.accounts.services import confirm_signature, needs_reentry
from engineering.models import ChangeNotice
from engineering.queries.thresholds import decisions_need_reentry
from engineering.services.legacy import asked_decision


def confirm_decision(
    *, by: User, changes: Iterable[ChangeNotice], secret: str, address: str
) -> str:
    """Confirm a decision before it is made; returns how, and raises as ``confirm_signature``.

    Must not be called inside a transaction.
    """
    is_needed = decisions_need_reentry(changes)
    return confirm_signature(by=by, secret=secret, address=address, is_needed=is_needed)


def confirm_posted(
    *, by: User, data: Mapping[str, Any], secret: str, address: str
) -> str:
    """The same for a record that is posted and may hold an own decision (``save_change``)."""
    is_needed = _posted_needs_reentry(by, data)
    return confirm_signature(by=by, secret=secret, address=address, is_needed=is_needed)


def _posted_needs_reentry(by: User, data: Mapping[str, Any]) -> bool:
    if not needs_reentry(is_above_threshold=True) or data.get("deleted_at"):
        return False
    if not data.get("id"):
        # Raised and decided in one: nobody has seen yet what it costs, so it counts as above.
        entries = data.get("approvals") or ()
        return bool(data.get("status") or any(each.get("status") for each in entries))
    change = ChangeNotice.objects.alive().filter(pk=data["id"]).first()
    if change is None or asked_decision(change, by, data) is None:
        return False
    return decisions_need_reentry([change])
