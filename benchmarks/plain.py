"""An ordinary project's answers on our tables: what the floors of ``benchmarks.floors`` are."""

from typing import Any, ClassVar

import orjson
from django.contrib.admin import AdminSite, ModelAdmin
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.urls import include, path
from rest_framework.pagination import LimitOffsetPagination
from rest_framework.renderers import JSONRenderer
from rest_framework.routers import SimpleRouter
from rest_framework.serializers import ModelSerializer
from rest_framework.viewsets import (
    ReadOnlyModelViewSet,
)

from engineering.models import ChangeItem, ChangeNotice


class ItemSerializer(ModelSerializer[ChangeItem]):
    class Meta:
        model = ChangeItem
        fields = "__all__"


class ChangeSerializer(ModelSerializer[ChangeNotice]):
    """A change with its lines; without its decisions, which makes it the quicker."""

    items = ItemSerializer(many=True)

    class Meta:
        model = ChangeNotice
        exclude: ClassVar = ["search_text"]


class Pages(LimitOffsetPagination):
    """Fifty a page."""

    default_limit = 50


class ChangeViewSet(ReadOnlyModelViewSet[ChangeNotice]):
    """As DRF's tutorial would have it."""

    queryset = ChangeNotice.objects.order_by("id").prefetch_related("items")
    serializer_class = ChangeSerializer
    pagination_class = Pages
    renderer_classes = (JSONRenderer,)
    filter_backends = ()


class ChangeAdmin(ModelAdmin[ChangeNotice]):
    """As Django's tutorial would have it."""

    list_display = ("number", "kind", "status", "date", "po_number", "net")
    list_filter = ("status", "kind")
    search_fields = ("number", "engineering", "detail_problem", "po_number", "customer")
    list_per_page = 50


def empty(_request: HttpRequest) -> HttpResponse:
    """Nothing at all, behind the same middleware."""
    return HttpResponse("")


RAW = {
    "changes": "SELECT * FROM engineering_changenotice ORDER BY id LIMIT 50",
    "items": "SELECT * FROM engineering_changeitem WHERE change_id = ANY_OF ORDER BY id",
    "rounds": "SELECT * FROM approvals_round WHERE record_id = ANY_OF",
}


def raw(_request: HttpRequest) -> HttpResponse:
    """The same rows by the driver alone, as JSON by orjson: no models, no names of the wire."""
    found: dict[str, list[dict[str, Any]]] = {}
    with connection.cursor() as cursor:
        for name, question in RAW.items():
            ids = [row["id"] for row in found.get("changes", ())]
            places = ", ".join(["%s"] * len(ids))
            cursor.execute(question.replace("= ANY_OF", f"IN ({places})"), ids)
            heads = [column[0] for column in cursor.description or ()]
            found[name] = [dict(zip(heads, row, strict=True)) for row in cursor]
    return HttpResponse(orjson.dumps(found, default=str), "application/json")


site = AdminSite("plain")
site.register(ChangeNotice, ChangeAdmin)
router = SimpleRouter()
router.register("changes", ChangeViewSet)
urlpatterns = [
    path("floor/admin/", site.urls),
    path("floor/empty/", empty),
    path("floor/raw/", raw),
    path("floor/", include(router.urls)),
    path("", include("ems.urls")),
]
