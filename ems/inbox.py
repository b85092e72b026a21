"""What waits for me: one list, and beside it the record that is open."""

from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_GET

from activities.models import Task
from activities.queries.mine import waiting_tasks
from activities.queries.signers import stood_in_for
from activities.views.tasks import task_context, task_or_404
from bom.models import BomApproval
from bom.views.records import record_context as bom_context
from core.accounts.permissions import person
from core.approvals.queries.inbox import stands_in_for
from core.approvals.services import note_opening
from core.errors import DomainError
from core.ledger.queries import version_of
from core.talk.queries.questions import OpenQuestion, open_questions
from core.talk.views import talk_context
from core.text.ids import as_id
from ems.home.parts import (
    MOST_TASKS,
    task_lines,
    waiting_boms,
    waiting_rows,
    with_behalf,
)
from engineering.models import ChangeNotice
from engineering.queries.approval import waiting_ids
from engineering.views.changes import record_context as change_context

PARTS = {"decisions", "signatures", "questions"}
Row = dict[str, Any]


@login_required
@require_GET
def inbox(request: HttpRequest) -> HttpResponse:
    """All that waits for my decision, signature or answer, or only one of the three; ``?open=change:64``
    shows that record beside it."""
    rows = waiting(request)
    opened = request.GET.get("open", "")
    target = request.headers.get("HX-Target", "")
    if "HX-Request" in request.headers and target != "preview":
        return render(request, "ems/_inbox_rows.html", rows | {"opened": opened})
    context = rows | {"opened": opened}
    if opened:
        context |= preview(request, rows, opened)
    template = "ems/_preview.html" if target == "preview" else "ems/inbox.html"
    return render(request, template, context)


def waiting(request: HttpRequest) -> Row:
    """The rows of the list."""
    by, only = person(request), request.GET.get("only", "")
    standing = stands_in_for(by.pk)
    away = stood_in_for(by, standing)
    shows = {only} if only in PARTS else PARTS
    tasks = waiting_tasks(by, away) if "signatures" in shows else Task.objects.none()
    shown = list(tasks[: MOST_TASKS + 1])
    found: Row = {
        "only": only if only in PARTS else "",
        "signs": task_lines(shown[:MOST_TASKS], by, away),
        "more": tasks.count() - MOST_TASKS if len(shown) > MOST_TASKS else 0,
        "here": request.get_full_path(),
        "questions": open_questions(by, MOST_TASKS) if "questions" in shows else (),
        "waiting": (),
        "boms": (),
    }
    if "decisions" in shows:
        changes = list(waiting_rows(waiting_ids(by.pk, version_of(request))))
        boms = list(waiting_boms(by, standing))
        with_behalf(by, standing, changes, boms)
        found |= {"waiting": changes, "boms": boms}
    return found


# --- The record beside the list -----------------------------------------------------


def preview(request: HttpRequest, rows: Row, opened: str) -> Row:
    """The record that an address names, as its own page shows it, and the way to the next row."""
    kind, _colon, number = opened.partition(":")
    key = as_id(number)
    if kind not in SHOWN or key is None:
        raise Http404
    after = address(rows["only"], following(list(references(rows)), opened))
    try:
        found: Row = SHOWN[kind](request, key)
    except (Http404, DomainError):
        # Somebody decided it or took it away since the list was made.
        return {"is_gone": True, "next_url": after}
    return found | {"next_url": after, "here": after}


def references(rows: Row) -> Iterator[str]:
    """The rows as addresses name them, in the order of the page."""
    yield from (f"change:{row.pk}" for row in rows["waiting"])
    yield from (f"bom:{row.pk}" for row in rows["boms"])
    yield from (f"question:{row.comment.pk}" for row in rows["questions"])
    yield from (f"task:{row.task.pk}" for row in rows["signs"])


def following(found: list[str], opened: str) -> str:
    """The row after this one; after the last one the first; nothing when no other is left."""
    others = [each for each in found if each != opened]
    place = found.index(opened) if opened in found else 0
    return next(iter(others[place:] or others), "")


def address(only: str, opened: str) -> str:
    """The inbox with this row open."""
    query = {"only": only, "open": opened}
    kept = urlencode({key: value for key, value in query.items() if value})
    return f"{reverse('inbox')}?{kept}" if kept else reverse("inbox")


def _change(request: HttpRequest, key: int) -> Row:
    change = get_object_or_404(ChangeNotice.objects.alive(), pk=key)
    note_opening(record=change, by=person(request))
    found = change_context(request, change)
    return found | {
        "template": "engineering/_change_record.html",
        "page_url": reverse("engineering:change_detail", args=[key]),
        "may_decide": found["record"].may_decide,
    }


def _bom(request: HttpRequest, key: int) -> Row:
    approval = get_object_or_404(BomApproval.objects.alive(), pk=key)
    note_opening(record=approval, by=person(request))
    found = bom_context(request, approval)
    page = reverse("bom:bom_detail", args=[approval.ext_bom_leveled_id])
    return found | {
        "template": "bom/_bom_record.html",
        "page_url": page,
        "may_decide": found["record"].may_decide,
    }


def _task(request: HttpRequest, key: int) -> Row:
    return task_context(request, task_or_404(key)) | {
        "template": "activities/_task_record.html",
        "page_url": reverse("activities:task_detail", args=[key]),
    }


def _question(request: HttpRequest, key: int) -> Row:
    asked = open_questions(person(request), MOST_TASKS)
    found: OpenQuestion | None = next(
        (each for each in asked if each.comment.pk == key), None
    )
    if found is None:
        raise Http404
    return talk_context(request, found.record) | {
        "template": "talk/_card.html",
        "page_url": found.url,
    }


SHOWN: dict[str, Callable[[HttpRequest, int], Row]] = {
    "change": _change,
    "bom": _bom,
    "task": _task,
    "question": _question,
}
