"""Saved views over the API (docs/contract.md#views)."""

from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from core.accounts.models import User
from core.accounts.permissions import person
from core.http.api import Endpoint, small_list
from core.lists.models import SavedView
from core.lists.queries import (
    default_views,
    view_lines,
    visible_view,
    visible_views,
)
from core.lists.serializers import ViewSerializer
from core.lists.services import change_view, open_with, remove_view, save_view

LIST = OpenApiParameter(
    "list", str, description="only of this list: `changes`, `boms`, `activities`, …"
)


def _rows(by: User, name: str = "", key: int | None = None) -> list[dict[str, Any]]:
    views = visible_views(by, name)
    if key is not None:
        views = views.filter(pk=key)
    defaults = default_views(by)
    rows = [
        {
            "id": line.view.pk,
            "list": line.view.list_name,
            "name": line.view.name,
            "query": line.view.query,
            "shared": line.is_shared,
            "default": line.view.pk in defaults,
            "mine": line.is_mine,
            "owner": line.view.owner.name,
            "url": line.url,
        }
        for line in view_lines(views, by, None)
    ]
    return list(ViewSerializer(rows, many=True).data)


def _set_default(view: SavedView, by: User, *, wanted: bool | None) -> None:
    if wanted is None:
        return
    if wanted or view.pk in default_views(by):
        open_with(by=by, name=view.list_name, view_id=view.pk if wanted else None)


class ViewsEndpoint(Endpoint):
    """``/api/views``."""

    @extend_schema(parameters=[LIST], responses=ViewSerializer(many=True))
    def get(self, request: Request) -> Response:
        """The caller's own views and those shared with their department, by name."""
        name = request.query_params.get("list", "")
        return small_list(request, _rows(person(request), name))

    @extend_schema(request=ViewSerializer, responses={201: ViewSerializer})
    def post(self, request: Request) -> Response:
        """Saves a view; the caller's own of that name is replaced."""
        given, by = ViewSerializer.read(request.data), person(request)
        view = save_view(
            by=by,
            name=given.get("list") or "",
            label=given.get("name") or "",
            query=given.get("query") or "",
            is_shared=bool(given.get("shared")),
        )
        _set_default(view, by, wanted=given.get("default"))
        return Response(_rows(by, key=view.pk)[0], status=201)


class ViewEndpoint(Endpoint):
    """``/api/views/{id}``."""

    @extend_schema(request=ViewSerializer, responses={200: ViewSerializer})
    def put(self, request: Request, pk: int) -> Response:
        """Changes what is sent of one's own view; ``default`` also for one that is shared."""
        given, by = ViewSerializer.read(request.data), person(request)
        if set(given) - {"default"}:
            view = change_view(
                view_id=pk,
                by=by,
                label=given.get("name"),
                query=given.get("query"),
                is_shared=given.get("shared"),
            )
        else:
            view = visible_view(pk, by)
        _set_default(view, by, wanted=given.get("default"))
        return Response(_rows(by, key=pk)[0])

    @extend_schema(responses={204: None})
    def delete(self, request: Request, pk: int) -> Response:
        """Removes one's own view."""
        remove_view(view_id=pk, by=person(request))
        return Response(status=204)
