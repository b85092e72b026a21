"""Large Excel files are made by the worker: ordered, made with progress, forgotten after a week."""

import uuid
from collections.abc import Iterable, Iterator
from datetime import timedelta
from types import SimpleNamespace
from typing import TypeVar

import structlog
from django.core.files import File
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import QuerySet, Sum
from django.http import QueryDict
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _
from django_tasks import task

from activities.exports import (
    LIST_COLUMNS,
    REPORT_COLUMNS,
    list_records,
    report_records,
)
from activities.filters import ActivityFilter
from activities.models import Activity, Export
from core.accounts.models import User
from core.accounts.queries import names
from core.files.xlsx import write_columns
from core.pages.excel_heads import above, form_words

log = structlog.get_logger(__name__)
Record = TypeVar("Record")
LONG = 3_000
STEP = 500
KEEP = timedelta(days=7)
LIST, TASKS = "list", "tasks"
NAMES = {LIST: "Activities", TASKS: "activity_tasks"}
TITLES = {LIST: _("Activities"), TASKS: _("Tasks of activities")}


def is_long(rows: QuerySet[Activity], report: str) -> bool:
    """Whether a file is so long that nobody should wait for it at the page."""
    return rows_of(rows, report) > LONG


def rows_of(rows: QuerySet[Activity], report: str) -> int:
    """Number of rows that the file will have."""
    if report == LIST:
        return rows.order_by().count()
    return int(rows.order_by().aggregate(n=Sum("task_count"))["n"] or 0)


@transaction.atomic
def order_export(*, by: User, report: str, query: str, total: int) -> Export:
    """Promise a file of the filtered list; ``query`` is the list's address after ``?``."""
    export = Export.objects.create(
        owner=by,
        report=report,
        query=query[:2000],
        language=translation.get_language() or "id",
        total=total,
    )
    make_export.enqueue(export.pk)
    return export


@task()
def make_export(export_id: int) -> None:
    """Make the file, noting every five hundred rows how far it is; a failure is noted, too."""
    export = Export.objects.select_related("owner").get(pk=export_id)
    if export.state == Export.State.READY:
        return
    _note(export, state=Export.State.RUNNING, done=0)
    try:
        # The worker has no request: its language is that of the person who ordered the file.
        with translation.override(export.language):
            _make(export)
    except Exception:
        log.exception("export_failed", export=export_id)
        _note(export, state=Export.State.FAILED)


def _make(export: Export) -> None:
    chosen, rows = _filtered(export)
    title = str(TITLES[export.report])
    people = {str(key): name for key, name in names().items()}
    words = form_words(chosen.form, people)
    head = above(title, [words], export.owner)
    if export.report == LIST:
        lines = _counted(list_records(rows), export)
        file = write_columns(title, LIST_COLUMNS, lines, above=head)
    else:
        tasks = _counted(report_records(rows), export)
        file = write_columns(title, REPORT_COLUMNS, tasks, above=head)
    with file:
        stored = default_storage.save(f"exports/{uuid.uuid4().hex}.xlsx", File(file))
    day = timezone.localdate()
    name = f"{NAMES[export.report]}_{day}.xlsx"
    _note(export, state=Export.State.READY, stored_name=stored, name=name)


def _filtered(export: Export) -> tuple[ActivityFilter, QuerySet[Activity]]:
    """The filter and the rows that the owner saw when the file was ordered."""
    chosen = ActivityFilter(
        QueryDict(export.query),
        queryset=Activity.objects.alive(),
        request=SimpleNamespace(user=export.owner),
    )
    rows: QuerySet[Activity] = (
        chosen.qs if chosen.is_valid() else Activity.objects.none()
    )
    return chosen, rows


def _counted(rows: Iterable[Record], export: Export) -> Iterator[Record]:
    count = 0
    for count, row in enumerate(rows, 1):
        if count % STEP == 0:
            _note(export, done=count)
        yield row
    _note(export, done=count)


def _note(export: Export, **values: object) -> None:
    Export.objects.filter(pk=export.pk).update(updated_at=timezone.now(), **values)


def forget_exports() -> int:
    """Remove files that are older than a week; returns how many."""
    old = list(Export.objects.filter(created_at__lt=timezone.now() - KEEP)[:500])
    for export in old:
        if export.stored_name:
            default_storage.delete(export.stored_name)
        export.delete()
    return len(old)
