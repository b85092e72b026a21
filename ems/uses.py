"""Who uses what of an app that may not know its users: activities cite documents."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.views.decorators.http import require_GET

from activities.models import Activity

MOST = 50


@login_required
@require_GET
def document_uses(request: HttpRequest, pk: int) -> HttpResponse:
    """The activities that cite a document, for a part of its page."""
    rows = Activity.objects.alive().filter(support_table_id=pk).order_by("-id")[:MOST]
    found = [(activity, _page_of(activity)) for activity in rows]
    return render(request, "ems/_document_uses.html", {"found": found})


def _page_of(activity: Activity) -> str:
    """Its page; "" where activities have none."""
    try:
        return reverse("activities:activity_detail", args=[activity.pk])
    except NoReverseMatch:
        return ""
