"""Pages of the guide."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.views.decorators.http import require_GET

from ems.guide.sections import BY_SLUG, SECTIONS, text_of


@login_required
@require_GET
def guide(request: HttpRequest) -> HttpResponse:
    """The first chapter of most interest: what the home page offers."""
    return redirect("guide_section", slug="home")


@login_required
@require_GET
def guide_section(request: HttpRequest, slug: str) -> HttpResponse:
    """One chapter, with the list of all beside it."""
    if slug not in BY_SLUG:
        raise Http404
    place = list(BY_SLUG).index(slug)
    language = "en" if get_language() == "en" else "id"
    context = {
        "sections": SECTIONS,
        "section": BY_SLUG[slug],
        "text": text_of(slug, language),
        "before": SECTIONS[place - 1] if place else None,
        "after": SECTIONS[place + 1] if place + 1 < len(SECTIONS) else None,
    }
    return render(request, "ems/guide.html", context)
