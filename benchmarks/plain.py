"""An ordinary project's answers on our tables: what the floors of ``benchmarks.floors`` are."""

from typing import ClassVar

from django.contrib.admin import AdminSite, ModelAdmin
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


site = AdminSite("plain")
site.register(ChangeNotice, ChangeAdmin)
router = SimpleRouter()
router.register("changes", ChangeViewSet)
urlpatterns = [
    path("floor/admin/", site.urls),
    path("floor/empty/", empty),
    path("floor/", include(router.urls)),
    path("", include("ems.urls")),
]
