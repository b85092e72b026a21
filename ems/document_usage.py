"""Uses of a record by apps above its own: activities cite documents and changes."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.views.decorators.http import require_GET

from activities.models import Activity, Task
from activities.queries.mine import in_charge_by_task, waiting_word
from core.accounts.queries import people_by_id

MOST = 50


@login_required
@require_GET
def document_uses(request: HttpRequest, pk: int) -> HttpResponse:
    """The activities that cite a document, for a part of its page."""
    rows = Activity.objects.alive().filter(support_table_id=pk).order_by("-id")[:MOST]
    found = [(activity, _page_of(activity)) for activity in rows]
    return render(request, "ems/_document_uses.html", {"found": found})


@login_required
@require_GET
def change_work(request: HttpRequest, pk: int) -> HttpResponse:
    """The activities planned for a change, with their tasks, for a part of its page."""
    activities = list(
        Activity.objects.alive()
        .filter(ext_engineering_detail_problem_id=pk)
        .order_by("-id")[:MOST]
    )
    rows = Task.objects.filter(activity__in=activities, deleted_at=None)
    tasks = list(rows.order_by("activity_id", "position", "id")[: MOST * 10])
    charges = in_charge_by_task(tasks)
    names = people_by_id({key for people in charges.values() for key in people})
    lines: dict[int, list[tuple[Task, str, str]]] = {}
    for task in tasks:
        who = ", ".join(names[key].name for key in sorted(charges[task.pk]))
        lines.setdefault(task.activity_id, []).append((task, who, waiting_word(task)))
    found = [(activity, lines.get(activity.pk, [])) for activity in activities]
    context = {"found": found, "change_id": pk}
    return render(request, "ems/_change_work.html", context)


def _page_of(activity: Activity) -> str:
    """Its page; "" where activities have none."""
    try:
        return reverse("activities:activity_detail", args=[activity.pk])
    except NoReverseMatch:
        return ""
