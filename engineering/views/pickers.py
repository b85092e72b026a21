"""Parts that the form fetches while it is filled in."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from core.text.ids import as_id
from engineering.queries import pickers

MAX_IDS = 500


def _text(request: HttpRequest) -> str:
    return request.GET.get("q", "")[:200]


@login_required
@require_GET
def pick(request: HttpRequest, what: str) -> HttpResponse:
    """Lines of one picker: job, panel, order or person."""
    text, job = _text(request), as_id(request.GET.get("job", ""))
    offers = {
        "job": lambda: pickers.jobs(text),
        "panel": lambda: pickers.panels(text, job),
        "order": lambda: pickers.orders(text, job),
        "person": lambda: pickers.people(text),
    }
    if what not in offers:
        raise Http404
    return render(
        request, "engineering/_picker_choices.html", {"offer": offers[what]()}
    )


@login_required
@require_GET
def pick_part(request: HttpRequest) -> HttpResponse:
    """Lines of the part picker."""
    text = _text(request)
    context = {"found": pickers.parts(text) if text.strip() else None, "q": text}
    return render(request, "engineering/_part_choices.html", context)


@login_required
@require_GET
def prices(request: HttpRequest) -> JsonResponse:
    """Present prices of all lines at once: ``?ids=1001,1002``."""
    texts = request.GET.get("ids", "").split(",")[:MAX_IDS]
    ids = [each for each in map(as_id, texts) if each is not None]
    found = pickers.prices_of(ids)
    return JsonResponse(
        {
            "prices": {str(key): str(price) for key, price in found.by_item.items()},
            "asOf": found.as_of,
            "isStale": found.is_stale,
        }
    )
