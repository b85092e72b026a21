"""Configuration, departments, process times and report tables (docs/contract.md#setup-tables)."""

from typing import Any, ClassVar

from django.db.models import Model, QuerySet
from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.request import Request
from rest_framework.response import Response

from core.accounts.permissions import person, require
from core.db.paging import counted, in_order, sliced_ids
from core.errors import invalid
from core.http.api import Endpoint, one_page, page_of, small_list, streamed, tagged
from core.http.wire import WireSerializer
from core.ledger.queries import last_event_id
from core.ledger.services import remove_row, save_row
from engineering.api.changes import PAGING
from engineering.models import (
    Configuration,
    DepartmentConfig,
    DonePo,
    EngineerSupport,
    OutstandingPostPo,
    PanelProcess,
    SupportDetail,
)
from engineering.serializers import (
    ConfigurationSerializer,
    DepartmentConfigSerializer,
    DonePoSerializer,
    EngineerSupportSerializer,
    OutstandingPostPoSerializer,
    PanelProcessSerializer,
    SupportDetailSerializer,
)
from engineering.services import choose_departments


def listed(
    request: Request, rows: QuerySet[Any], shape: type[WireSerializer]
) -> HttpResponseBase:
    """A bare list, or the page that was asked for."""
    page = page_of(request)
    if page is None:
        writer = shape()
        return streamed(
            writer.to_representation(row) for row in rows.iterator(chunk_size=500)
        )
    total = counted(rows, last_event_id())
    ids = sliced_ids(rows.order_by("pk"), page, total)
    found = in_order(rows.filter(pk__in=ids), ids)
    return one_page(request, list(shape(found, many=True).data), page, total)


class TableEndpoint(Endpoint):
    """A simple table: the whole list, and one verb that creates or updates a row."""

    model: ClassVar[type[Model]]
    shape: ClassVar[type[WireSerializer]]
    verb = "keep_tables"

    def get(self, request: Request) -> HttpResponseBase:
        """Every row that was not removed."""
        rows = self.model._default_manager.filter(deleted_at=None).order_by("pk")
        return listed(request, rows, self.shape)

    def post(self, request: Request) -> Response:
        """Create (no id) or update what was sent (known id)."""
        body = self.shape(data=request.data)
        body.is_valid(raise_exception=True)
        row = save_row(
            model=self.model,
            data=body.validated_data,
            by=person(request),
            verb=self.verb,
        )
        return Response(self.shape(row).data)


def documented(shape: type[WireSerializer]) -> Any:
    """Tell the schema a table's own shape."""
    return extend_schema_view(
        get=extend_schema(parameters=PAGING, responses=shape(many=True)),
        post=extend_schema(request=shape, responses={200: shape}),
    )


@documented(EngineerSupportSerializer)
class EngineerSupportsEndpoint(TableEndpoint):
    """``/engineerSupports``."""

    model, shape = EngineerSupport, EngineerSupportSerializer


@documented(SupportDetailSerializer)
class SupportDetailsEndpoint(TableEndpoint):
    """``/supportDetails``."""

    model, shape = SupportDetail, SupportDetailSerializer


@documented(OutstandingPostPoSerializer)
class OutstandingPostPosEndpoint(TableEndpoint):
    """``/outstandingPostPOs``."""

    model, shape = OutstandingPostPo, OutstandingPostPoSerializer


@documented(DonePoSerializer)
class DonePosEndpoint(TableEndpoint):
    """``/donePOs``."""

    model, shape = DonePo, DonePoSerializer


@documented(ConfigurationSerializer)
class ConfigurationsEndpoint(TableEndpoint):
    """``/configurations``; administrators only."""

    model, shape, verb = Configuration, ConfigurationSerializer, "set_up"


class DepartmentsEndpoint(Endpoint):
    """``/api/deptconfigs``."""

    @extend_schema(responses=DepartmentConfigSerializer(many=True))
    def get(self, request: Request) -> Response:
        """The departments that were chosen as engineering."""
        rows = DepartmentConfig.objects.all()
        return small_list(
            request, list(DepartmentConfigSerializer(rows, many=True).data)
        )

    @extend_schema(
        request=DepartmentConfigSerializer(many=True),
        responses=DepartmentConfigSerializer(many=True),
    )
    def post(self, request: Request) -> Response:
        """Replace the whole choice: a department that is left out is gone."""
        require(person(request), "set_up")
        body = DepartmentConfigSerializer(
            data=request.data, many=True, allow_empty=True
        )
        body.is_valid(raise_exception=True)
        # With the predecessor a department that was un-ticked came back (docs/contract.md#setup-tables).
        ids = [_department(row) for row in body.validated_data]
        rows = choose_departments(department_ids=ids, by=person(request))
        return Response(DepartmentConfigSerializer(rows, many=True).data)


def _department(row: dict[str, Any]) -> int:
    if row.get("department_id") is None:
        raise invalid("departmentId", _("This member is needed."))
    return int(row["department_id"])


class PanelProcessesEndpoint(Endpoint):
    """``/panelprocess``."""

    @extend_schema(parameters=PAGING, responses=PanelProcessSerializer(many=True))
    def get(self, request: Request) -> HttpResponseBase:
        """Every process time of every panel type."""
        return listed(
            request, PanelProcess.objects.order_by("pk"), PanelProcessSerializer
        )

    @extend_schema(
        request=PanelProcessSerializer, responses={201: PanelProcessSerializer}
    )
    def post(self, request: Request) -> Response:
        """Add a process time."""
        row = _save_process(request, None)
        location = {"Location": f"/panelprocess/{row.pk}"}
        return Response(PanelProcessSerializer(row).data, status=201, headers=location)


class PanelProcessEndpoint(Endpoint):
    """``/panelprocess/{id}``; the id of the path wins over that of the body."""

    @extend_schema(responses=PanelProcessSerializer)
    def get(self, request: Request, pk: int) -> Response:
        """One process time, by its id."""
        return tagged(
            PanelProcessSerializer(get_object_or_404(PanelProcess, pk=pk)).data
        )

    @extend_schema(request=PanelProcessSerializer, responses=PanelProcessSerializer)
    def put(self, request: Request, pk: int) -> Response:
        """Change what was sent."""
        return Response(PanelProcessSerializer(_save_process(request, pk)).data)

    @extend_schema(responses={204: None})
    def delete(self, request: Request, pk: int) -> Response:
        """Remove a process time."""
        remove_row(row=get_object_or_404(PanelProcess, pk=pk), by=person(request))
        return Response(status=204)


def _save_process(request: Request, pk: int | None) -> PanelProcess:
    body = PanelProcessSerializer(data=request.data)
    body.is_valid(raise_exception=True)
    data = body.validated_data | {"id": pk}
    for name, wire in {
        "panel_type": "panelType",
        "process_name": "processName",
    }.items():
        if not data.get(name) and (pk is None or name in data):
            raise invalid(wire, _("This member is needed."))
    if data.get("minutes") is None and (pk is None or "minutes" in data):
        raise invalid("minutes", _("This member is needed."))
    return save_row(model=PanelProcess, data=data, by=person(request))
