"""Search: the palette of every page, the page of a browser without scripts, the API."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from core.accounts.permissions import person
from core.http.api import Endpoint
from core.http.wire import WireInteger, WireSerializer, WireText
from ems.palette import actions_for, pages_for
from ems.search import LONGEST, search_everywhere

TEXT = OpenApiParameter("q", str, description="a number, a name or words; at most 200")


@login_required
@require_GET
def search(request: HttpRequest) -> HttpResponse:
    """One box for everything: changes, BOMs, activities, documents, jobs, inquiries."""
    text = request.GET.get("q", "")[:LONGEST]
    pages = pages_for(person(request), text)
    context = {"q": text, "areas": search_everywhere(text), "pages": pages}
    return render(request, "ems/search.html", context)


@login_required
@require_GET
def palette(request: HttpRequest) -> HttpResponse:
    """The options of the palette for what stands in its box."""
    text, by = request.GET.get("q", "")[:LONGEST], person(request)
    context = {
        "q": text.strip(),
        "areas": search_everywhere(text),
        "actions": actions_for(by, text),
        "pages": pages_for(by, text),
    }
    return render(request, "ems/_palette_finds.html", context)


class FindSerializer(WireSerializer):
    """One find. ``match``: ``number``, ``name`` (it begins so) or ``words``; ``status`` where it has one."""

    id = WireInteger(read_only=True)
    title = WireText(read_only=True)
    note = WireText(read_only=True)
    url = WireText(read_only=True)
    match = WireText(read_only=True)
    status = WireInteger(read_only=True)


class AreaSerializer(WireSerializer):
    """The finds of one kind, the best first; ``more`` is the page of all of them."""

    kind = WireText(read_only=True)
    title = WireText(read_only=True)
    more = WireText(read_only=True)
    finds = FindSerializer(many=True, read_only=True)


class SearchEndpoint(Endpoint):
    """``/api/search``."""

    @extend_schema(parameters=[TEXT], responses=AreaSerializer(many=True))
    def get(self, request: Request) -> Response:
        """The best six finds of each kind; the kind that fits best comes first."""
        areas = search_everywhere(request.query_params.get("q", ""))
        rows = [
            {
                "kind": area.kind,
                "title": area.title,
                "more": area.more,
                "finds": [
                    {
                        "id": find.id,
                        "title": find.title,
                        "note": find.note,
                        "url": find.url,
                        "match": find.match.name.lower(),
                        "status": find.status,
                    }
                    for find in area.finds
                ],
            }
            for area in areas
        ]
        return Response(AreaSerializer(rows, many=True).data)
