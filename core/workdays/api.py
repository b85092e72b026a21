"""Leave over the API (docs/contract.md#leave)."""

from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from core.accounts.permissions import person
from core.accounts.queries import people_by_id, strangers
from core.errors import invalid
from core.http.api import Endpoint, small_list
from core.http.wire import parse_moment
from core.text.ids import as_id
from core.workdays.models import Leave
from core.workdays.serializers import LeaveSerializer
from core.workdays.services import enter_leave, remove_leave

FILTERS = [
    OpenApiParameter("userId", int, description="of one person"),
    OpenApiParameter("from", str, description="leave that ends on this day or later"),
    OpenApiParameter("to", str, description="leave that begins on this day or before"),
]


class LeavesEndpoint(Endpoint):
    """``/api/leave``."""

    @extend_schema(parameters=FILTERS, responses=LeaveSerializer(many=True))
    def get(self, request: Request) -> Response:
        """Leave by its first day."""
        return small_list(request, _rows(list(_asked(request))))

    def prepare(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """The directory is asked before a transaction opens."""
        _known(LeaveSerializer.read(request.data).get("ext_user_id"))

    @extend_schema(request=LeaveSerializer, responses={201: LeaveSerializer})
    def post(self, request: Request) -> Response:
        """One's own without ``extUserId``; without ``to`` it is one day."""
        data, by = LeaveSerializer.read(request.data), person(request)
        key = data.get("ext_user_id")
        _known(key)
        row = enter_leave(
            ext_user_id=by.ext_id if key is None else key,
            first=data.get("first"),
            last=data.get("last"),
            by=by,
        )
        return Response(_rows([row])[0], status=201)


class LeaveEndpoint(Endpoint):
    """``/api/leave/{id}``."""

    @extend_schema(responses={204: None})
    def delete(self, request: Request, pk: int) -> Response:
        """Removes it; its event keeps what it held."""
        remove_leave(leave_id=pk, by=person(request))
        return Response(status=204)


def _known(key: int | None) -> None:
    """Refuse somebody whom neither we nor the directory know."""
    if key is not None and strangers([key]):
        raise invalid("extUserId", _("Nobody has this id."))


def _rows(rows: list[Leave]) -> list[dict[str, Any]]:
    names = people_by_id({row.ext_user_id for row in rows})
    for row in rows:
        row.name = names[row.ext_user_id].name  # type: ignore[attr-defined]
    return list(LeaveSerializer(rows, many=True).data)


def _asked(request: Request) -> QuerySet[Leave]:
    query = {
        name.casefold(): str(value) for name, value in request.query_params.items()
    }
    rows = Leave.objects.all()
    if "userid" in query:
        rows = rows.filter(ext_user_id=_number(query["userid"]))
    if "from" in query:
        rows = rows.filter(last__gte=_day(query["from"], "from"))
    if "to" in query:
        rows = rows.filter(first__lte=_day(query["to"], "to"))
    return rows


def _number(text: str) -> int:
    found = as_id(text.strip())
    if found is None:
        raise invalid("userId", _("A number is needed."))
    return found


def _day(text: str, name: str) -> date:
    moment = parse_moment(text)
    if moment is None:
        raise invalid(
            name,
            _("A date of the years 2000 to 2100 is needed, such as 2026-01-07."),
        )
    return moment.date()
