"""An administrator orders a dry run or an import; the worker carries it out."""

from dataclasses import asdict

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core.accounts.models import User
from core.accounts.permissions import require
from core.errors import DomainError
from core.ledger.services import record
from legacy.models import LegacyRun
from legacy.services.execution import carry_out
from legacy.signals import ORDERED
from legacy.source import shown_address
from legacy.world import Choices

Kind = LegacyRun.Kind


@transaction.atomic
def start_run(
    *, kind: str, by: User, choices: Choices | None = None, since_last: bool = False
) -> LegacyRun:
    """Order a run; an import that stopped goes on as the same run.

    Raises DomainError ``forbidden``, ``unavailable`` (no old database is set), ``illegal_transition``
    (one is under way, or a delta has no import before it).
    """
    require(by, "set_up")
    _require_address()
    if LegacyRun.objects.under_way().exists():
        raise DomainError(
            _("A run is under way. Wait for its end; it is shown below."),
            "illegal_transition",
        )
    stopped = _stopped() if kind == Kind.IMPORT else None
    run = stopped or LegacyRun(kind=kind, started_by=by, started_at=timezone.now())
    if stopped is None:
        _require_beginning(since_last=since_last)
        run.source = shown_address(settings.LEGACY_DATABASE_URL)
        run.options = {
            "choices": asdict(choices or Choices()),
            "isDelta": since_last,
        }
    else:
        run.started_at = timezone.now()
    run.problem, run.told_at = "", None
    run.save()
    record(
        run,
        ORDERED,
        by=by,
        after={"kind": kind, "source": run.source, **run.options},
    )
    carry_out.enqueue(run.pk)
    return run


def _require_address() -> None:
    if not settings.LEGACY_DATABASE_URL:
        raise DomainError(
            _("No old database is set. Set LEGACY_DATABASE_URL and start EMS again."),
            "unavailable",
        )


def _stopped() -> LegacyRun | None:
    """The import that was killed or lost its server, if the last one was."""
    last = LegacyRun.objects.imports().first()
    is_open = last is not None and last.finished_at is None and bool(last.cursors)
    return last if is_open else None


def _require_beginning(*, since_last: bool) -> None:
    imports = LegacyRun.objects.imports()
    if since_last and not imports.exclude(finished_at=None).exists():
        raise DomainError(
            _("There was no import yet. Start a whole one first."),
            "illegal_transition",
        )
