"""What a careless hand might break. Each must turn a run red; if one does not, the run proves nothing."""

from collections.abc import Callable
from typing import Any

from tests.chaos.kill_points import die_at


def on_commit() -> None:
    """Tell PPIC after the commit instead of owing it: a kill in between loses the snapshot."""
    from django.db import transaction

    from bom.services import decisions
    from core.integrations import upstreams

    def send(approval: Any, by: Any, ballot: Any) -> None:
        revision = approval.revisions.get(number=approval.revision)
        payload = decisions.snapshot_payload(approval, revision, ballot)
        key = decisions.snapshot_key(approval)

        def now() -> None:
            die_at("K4")
            upstreams.ppic().relay.send(
                "POST",
                f"/snapshot-bom/{approval.ext_bom_leveled_id}",
                json={"digest": payload["digest"]},
                headers={"Idempotency-Key": key},
            )

        transaction.on_commit(now, robust=True)

    decisions._owe_snapshot = send


def no_unique() -> None:
    """Neither the lock nor the constraint that would catch its loss."""
    from django.db import connection, models

    from core.approvals.models import Assignment, Decision

    no_lock()
    unique = Decision._meta.get_field("assignment")
    plain = models.ForeignKey(Assignment, models.CASCADE, related_name="+")
    plain.set_attributes_from_name("assignment")
    plain.model = Decision
    with connection.schema_editor() as editor:
        editor.alter_field(Decision, unique, plain)


def no_lock() -> None:
    """No row lock, and no early write lock on SQLite."""
    from django.db import connections

    from bom.models import BomApproval
    from bom.services import decisions

    decisions.locked_bom = lambda ext_bom_id: BomApproval.objects.get(
        ext_bom_leveled_id=ext_bom_id
    )
    if connections["default"].vendor == "sqlite":
        kind: Any = type(connections["default"])
        kind._start_transaction_under_autocommit = _begin


def _begin(self: Any) -> None:
    """SQLite's plain BEGIN, which takes no lock until the first write."""
    self.cursor().execute("BEGIN")


def no_revision() -> None:
    """A decision counts whatever content was shown."""
    from bom.services import decisions

    decisions._require_shown = lambda approval, revision, digest: None


def notices_later() -> None:
    """Tell people after the commit: a kill in between leaves a task that nobody hears of."""
    from notifications.receivers import tasks

    place: Any = tasks
    place.notify = _after_commit(place.notify)


def orders_later() -> None:
    """Owe PPIC the work order after the commit: a kill in between loses it."""
    from activities.services import tasks

    place: Any = tasks
    place._owe = _after_commit(place._owe)


def _after_commit(verb: Callable[..., Any]) -> Callable[..., None]:
    from django.db import transaction

    def later(*given: Any, **named: Any) -> None:
        def now() -> None:
            die_at("A7")
            with transaction.atomic():
                verb(*given, **named)

        transaction.on_commit(now)

    return later


SPOILERS: dict[str, Callable[[], None]] = {
    "on_commit": on_commit,
    "no_unique": no_unique,
    "no_lock": no_lock,
    "no_revision": no_revision,
    "notices_later": notices_later,
    "orders_later": orders_later,
}
