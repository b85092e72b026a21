"""The words on the left."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from bom.queries.approval import boms_waiting_for
from core.accounts.models import User
from core.accounts.permissions import may
from core.common.paging import counted
from core.ledger.queries import version_of
from engineering.queries.approval import waiting_ids


@dataclass(frozen=True, slots=True)
class Place:
    """One entry: what it is called, its picture, where it leads, whether a phone shows it."""

    key: str
    label: str
    icon: str
    view: str
    prefix: str
    is_primary: bool = False


PLACES = (
    Place("home", gettext_noop("Home"), "home", "home", "/", is_primary=True),
    Place(
        "inbox",
        gettext_noop("Waiting for me"),
        "inbox",
        "inbox",
        "/inbox/",
        is_primary=True,
    ),
    Place(
        "changes",
        gettext_noop("ECN / CCN"),
        "changes",
        "engineering:change_list",
        "/changes/",
        is_primary=True,
    ),
    Place("bom", gettext_noop("BOM"), "bom", "bom:bom_list", "/bom/"),
    Place(
        "documents",
        gettext_noop("Documents"),
        "documents",
        "supportdocs:document_list",
        "/documents/",
    ),
    Place(
        "analyzer",
        gettext_noop("Analyzer"),
        "analyzer",
        "aianalyzer:inquiry_list",
        "/analyzer/",
    ),
    Place("setup", gettext_noop("Setup"), "setup", "setup:index", "/setup/"),
    Place("help", gettext_noop("Guide"), "help", "help", "/help/", is_primary=True),
)


def navigation(request: HttpRequest, user: User) -> list[dict[str, Any]]:
    """The places with their counts; the present one is marked."""
    version = version_of(request)
    boms = counted(boms_waiting_for(user), version)
    counts = {"inbox": len(waiting_ids(user.pk, version)) + boms, "bom": boms}
    return [
        {
            "key": place.key,
            "label": _(place.label),
            "icon": place.icon,
            "url": reverse(place.view),
            "count": counts.get(place.key, 0),
            "hot": place.key == "inbox",
            "active": _is_here(request.path, place),
            "primary": place.is_primary,
        }
        for place in PLACES
        if place.key != "setup" or may(user, "keep_tables")
    ]


def _is_here(path: str, place: Place) -> bool:
    return path == "/" if place.prefix == "/" else path.startswith(place.prefix)
