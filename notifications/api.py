"""The predecessor's notifications at its paths (docs/contract.md#notifications).

They answer from the rows that the portal shows to people: one per event and person. The paths
know roles only, so each event is listed once, by its first row.
"""

from dataclasses import dataclass
from typing import Any

from django.http import HttpResponseBase
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from activities.models import Task
from activities.services import SAID, reopen, sign_off, stage_of
from core.accounts.api import SignedEndpoint
from core.accounts.permissions import person
from core.db.paging import Page, counted, sliced_ids
from core.errors import DomainError, invalid
from core.http.api import Endpoint, one_page, page_of, streamed
from core.ledger.queries import last_event_id
from notifications.models import Notification, NotificationQuerySet
from notifications.queries import each_wire_row, notices_for, stage_row, wire_rows
from notifications.queries.groups import own_rows
from notifications.serializers import (
    NotificationSerializer,
    OwnNoticeSerializer,
    StageSerializer,
)
from notifications.services import post_notice, remove_notice, see_notice

PAGING = [
    OpenApiParameter(
        "limit", int, description="rows of a page; without it the whole list"
    ),
    OpenApiParameter("offset", int, description="rows to skip"),
]
OWN_AT_ONCE = 50
STAGE = [
    OpenApiParameter("taskId", int, description="in the query or in the body"),
    OpenApiParameter("role", str, description="pic, spv or manager, any letter case"),
]


def _list(request: Request, rows: NotificationQuerySet) -> HttpResponseBase:
    page = page_of(request)
    if page is None:
        return streamed(each_wire_row(rows))
    total = counted(rows, last_event_id())
    ids = sliced_ids(rows.order_by("-pk"), page, total)
    return one_page(request, wire_rows(ids), page, total)


def _one(pk: int) -> Notification:
    notice = Notification.objects.filter(pk=pk, task_id__isnull=False).first()
    if notice is None:
        raise DomainError(_("There is no such notification."), "not_found")
    return notice


def _body(kind: type[Any], request: Request) -> dict[str, Any]:
    body = kind(data=request.data or {})
    body.is_valid(raise_exception=True)
    return dict(body.validated_data)


class NotificationsEndpoint(Endpoint):
    """``/api/notifications``."""

    @extend_schema(parameters=PAGING, responses=NotificationSerializer(many=True))
    def get(self, request: Request) -> HttpResponseBase:
        """Every notification of a task, newest first."""
        return _list(request, Notification.objects.about_tasks())

    @extend_schema(
        request=NotificationSerializer, responses={200: NotificationSerializer}
    )
    def post(self, request: Request) -> Response:
        """Tell who holds a stage of a task something."""
        given = _body(NotificationSerializer, request)
        if not given.get("task_id"):
            raise invalid("taskId", _("Name the task."))
        notice = post_notice(
            by=person(request),
            task_id=given["task_id"],
            role=stage_of(given.get("role") or ""),
            title=given.get("title") or "",
            message=given.get("message") or "",
        )
        return Response(wire_rows([notice.pk])[0])


class MineEndpoint(Endpoint):
    """``/api/notifications/mine``."""

    @extend_schema(
        parameters=[
            OpenApiParameter("unread", bool, description="only those not read"),
            *PAGING,
        ],
        responses=OwnNoticeSerializer(many=True),
    )
    def get(self, request: Request) -> Response:
        """The caller's own, of every kind, newest first, in the caller's language; 50 without a ``limit``."""
        rows = notices_for(person(request))
        if request.query_params.get("unread", "").casefold() == "true":
            rows = rows.unread()
        page = page_of(request) or Page(OWN_AT_ONCE, 0)
        shown = own_rows(rows[page.offset : page.offset + page.limit])
        data = list(OwnNoticeSerializer(shown, many=True).data)
        return one_page(request, data, page, rows.count())


class ActiveEndpoint(Endpoint):
    """``/api/notifications/active``."""

    @extend_schema(
        parameters=[OpenApiParameter("role", str, required=True), *PAGING],
        responses=NotificationSerializer(many=True),
    )
    def get(self, request: Request) -> HttpResponseBase:
        """Open notifications of a role, newest first."""
        names = {
            name.casefold(): str(text) for name, text in request.query_params.items()
        }
        rows = Notification.objects.about_tasks().open()
        return _list(request, rows.filter(role=stage_of(names.get("role", ""))))


class OpenNoticesEndpoint(Endpoint):
    """``/api/notifications/dashboard``."""

    @extend_schema(parameters=PAGING, responses=NotificationSerializer(many=True))
    def get(self, request: Request) -> HttpResponseBase:
        """All open notifications, newest first."""
        return _list(request, Notification.objects.about_tasks().open())


class TaskNoticesEndpoint(Endpoint):
    """``/api/notifications/task/{taskId}``."""

    @extend_schema(parameters=PAGING, responses=NotificationSerializer(many=True))
    def get(self, request: Request, task_id: int) -> HttpResponseBase:
        """All notifications of a task, newest first; none is ``[]``."""
        rows = Notification.objects.about_tasks().filter(task_id=task_id)
        return _list(request, rows)


class NotificationEndpoint(Endpoint):
    """``/api/notifications/{id}``."""

    needs_body = False

    @extend_schema(responses=NotificationSerializer)
    def get(self, request: Request, pk: int) -> Response:
        """One notification; reading it here does not mark it."""
        return Response(wire_rows([_one(pk).pk])[0])

    @extend_schema(request=None, responses={200: NotificationSerializer})
    def put(self, request: Request, pk: int) -> Response:
        """Mark it as read for oneself."""
        notice = see_notice(notice=_one(pk), by=person(request))
        return Response(wire_rows([notice.pk])[0])

    @extend_schema(responses={204: None})
    def delete(self, request: Request, pk: int) -> Response:
        """Remove it: one's own, or any as manager or administrator."""
        remove_notice(notice=_one(pk), by=person(request))
        return Response(status=204)


@dataclass(frozen=True, slots=True)
class _Stage:
    """A stage of a task as the request names it, why it is taken back, for whom it is signed, and what is said of the work."""

    task_id: int
    role: str
    reason: str
    on_behalf_of: int | None
    said: dict[str, Any]


def _stage(request: Request) -> _Stage:
    """Task and role, from the query or from the body; both are needed."""
    given = _body(StageSerializer, request)
    names = {name.casefold(): text for name, text in request.query_params.items()}
    query = {
        "taskId": names.get("taskid"),
        "role": names.get("role"),
        "reason": names.get("reason"),
        "onBehalfOfExtUserId": names.get("onbehalfofextuserid"),
    }
    asked = StageSerializer(data={k: v for k, v in query.items() if v is not None})
    asked.is_valid(raise_exception=True)
    both = given | asked.validated_data
    if not both.get("task_id"):
        raise invalid("taskId", _("Name the task."))
    return _Stage(
        int(both["task_id"]),
        stage_of(both.get("role") or ""),
        both.get("reason") or "",
        both.get("on_behalf_of_ext_user_id"),
        {name: both.get(name) for name in SAID},
    )


class DoneEndpoint(SignedEndpoint):
    """``/api/notifications/done``."""

    needs_body = False

    @extend_schema(
        parameters=STAGE,
        request=StageSerializer,
        responses={200: NotificationSerializer},
    )
    def put(self, request: Request) -> Response:
        """Sign a stage of a task as oneself: its notice closes, the next stage is asked once."""
        asked = _stage(request)
        # The predecessor touched the notice only: the task stayed unsigned
        # (docs/contract.md#notifications).
        confirmed = self.confirmation(request)
        task = sign_off(
            task_id=asked.task_id,
            stage=asked.role,
            by=person(request),
            confirmed=confirmed,
            on_behalf_of=asked.on_behalf_of,
            said=asked.said,
        )
        return Response(stage_row(task, asked.role, person(request)))

    post = put


class UndoDoneEndpoint(Endpoint):
    """``PUT /api/notifications/undo-done``: the name under which pages call ``undone``."""

    needs_body = False

    @extend_schema(
        parameters=STAGE,
        request=StageSerializer,
        responses={200: NotificationSerializer},
    )
    def put(self, request: Request) -> Response:
        """Take the latest signature back: the follow-up is withdrawn, the stage asked again."""
        asked, by = _stage(request), person(request)
        task: Task = reopen(
            task_id=asked.task_id, stage=asked.role, by=by, reason=asked.reason
        )
        return Response(stage_row(task, asked.role, by))


class UndoneEndpoint(UndoDoneEndpoint):
    """``/api/notifications/undone``."""

    post = UndoDoneEndpoint.put
