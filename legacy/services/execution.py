"""The work of an ordered run, in the worker."""

import tempfile
from collections import deque
from pathlib import Path
from typing import Any

import orjson
import structlog
from django.conf import settings
from django.core.files.base import File
from django.core.files.storage import default_storage
from django.utils import timezone
from django.utils.translation import gettext as _
from django_tasks import task

from core.errors import DomainError
from legacy.dry_run import run_dry
from legacy.models import LegacyRun
from legacy.report import WORKBOOK
from legacy.running import SPELLED
from legacy.services.importing import Wanted, import_old, stop
from legacy.world import Choices

log = structlog.get_logger(__name__)
QUEUE = "switch"
# Of what a dry run says, the last lines explain why it could not.
LAST_LINES = 5


@task(queue_name=QUEUE)
def carry_out(run_id: int) -> None:
    """Bring an ordered run to its end; why it stopped stands in the run."""
    run = LegacyRun.objects.filter(pk=run_id, finished_at=None, problem="").first()
    if run is None:
        return
    LegacyRun.objects.filter(pk=run_id).update(told_at=timezone.now())
    try:
        if run.kind == LegacyRun.Kind.DRY_RUN:
            _rehearse(run)
        else:
            _import(run)
    except DomainError as error:
        stop(run, error.sentence)
    except Exception as error:  # noqa: BLE001 - the words of a driver may hold the address
        kind = type(error).__name__
        log.warning("switch_failed", run=run_id, kind=kind)
        stop(run, _("It stopped with an error that EMS does not know (%s).") % kind)


def _import(run: LegacyRun) -> None:
    wanted = Wanted(
        choices_of(run),
        files_folder(),
        since_last=bool(run.options.get("isDelta")),
        ordered=run,
    )
    import_old(settings.LEGACY_DATABASE_URL, wanted, lambda _line: None)


def files_folder() -> Path | None:
    """The old server's folder, if one is set."""
    return Path(settings.LEGACY_FILES) if settings.LEGACY_FILES else None


def choices_of(run: LegacyRun | None) -> Choices:
    """What was chosen when a run was started."""
    return Choices(**(run.options.get("choices", {}) if run else {}))


def _rehearse(run: LegacyRun) -> None:
    """A dry run: all that stays of it is its report."""
    said: deque[str] = deque(maxlen=LAST_LINES)
    with tempfile.TemporaryDirectory(prefix="ems-report-") as folder:
        words = ["--report", folder, "--progress-as-json", *choices_of(run).words()]
        if settings.LEGACY_FILES:
            words += ["--files", str(files_folder())]
        code = run_dry(
            words,
            lambda line: _hear(run, line, said),
            address=settings.LEGACY_DATABASE_URL,
        )
        report = Path(folder) / "report.json"
        if code not in {0, 1} or not report.is_file():
            sentence = "\n".join(said) or _("The dry run was ended from outside.")
            raise DomainError(sentence, "unavailable")
        run.result = orjson.loads(report.read_bytes())
        with (Path(folder) / WORKBOOK).open("rb") as book:
            run.workbook = default_storage.save(
                f"switch/dry-run-{run.pk}.xlsx", File(book)
            )
    _forget_workbooks(run)
    run.read, run.written = run.result["read"], run.result["written"]
    run.finished_at = timezone.now()
    run.save(update_fields=["result", "workbook", "read", "written", "finished_at"])


def _hear(run: LegacyRun, line: str, said: deque[str]) -> None:
    """A line of the dry run: how far it is, or words for people, or for the log."""
    found = _spelled(line)
    if found is None:
        said.append(line)
    elif found.keys() == set(SPELLED):
        rows = LegacyRun.objects.filter(pk=run.pk)
        rows.update(told_at=timezone.now(), **found)


def _spelled(line: str) -> dict[str, Any] | None:
    """What a program wrote: how far it is, or, with other names, its log; None for words."""
    try:
        found = orjson.loads(line)
    except orjson.JSONDecodeError:
        return None
    return found if isinstance(found, dict) else None


def _forget_workbooks(run: LegacyRun) -> None:
    """Of the dry runs before, the rows are history."""
    for other in LegacyRun.objects.exclude(workbook="").exclude(pk=run.pk):
        default_storage.delete(other.workbook)
        other.workbook = ""
        other.save(update_fields=["workbook"])
