"""The portal as an app on a phone: what a browser installs, and what it shows without a connection."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

# What the page without a connection needs; nothing else is kept in the browser.
OFFLINE_FILES = (
    "css/portal.css",
    "css/bare.css",
    "css/print.css",
    "img/mark.svg",
    "vendor/inter-latin-5.3.0.woff2",
)


@require_GET
def manifest(_request: HttpRequest) -> JsonResponse:
    """Name, icons and colours for the home screen, and where a long press leads."""
    shortcuts = (
        (_("Waiting for me"), "inbox"),
        (_("Raise an ECN or CCN"), "engineering:change_new"),
        (_("Upload documents"), "supportdocs:document_list"),
    )
    body = {
        "id": "/",
        "name": _("Engineering Management System"),
        "short_name": "EMS",
        "start_url": "/",
        "scope": "/",
        "display": "standalone",
        "background_color": "#0e1a2b",
        "theme_color": "#0e1a2b",
        "icons": [
            _icon("img/mark.svg", "any"),
            _icon("img/mark-maskable.svg", "maskable"),
        ],
        "shortcuts": [{"name": name, "url": reverse(view)} for name, view in shortcuts],
    }
    return JsonResponse(body, content_type="application/manifest+json")


def _icon(path: str, purpose: str) -> dict[str, str]:
    return {
        "src": static(path),
        "sizes": "any",
        "type": "image/svg+xml",
        "purpose": purpose,
    }


@require_GET
@never_cache
def service_worker(request: HttpRequest) -> HttpResponse:
    """The script that shows the offline page; it must lie at the root to see every page."""
    context = {
        "offline": reverse("offline"),
        "files": [static(f) for f in OFFLINE_FILES],
    }
    return render(request, "ems/sw.js", context, content_type="text/javascript")


@require_GET
def offline(request: HttpRequest) -> HttpResponse:
    """There is no connection, in both languages: it is kept before anybody knows which will be read."""
    return render(request, "ems/offline.html")
