"""Activities and tasks at the predecessor's paths (docs/contract.md#activities)."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpResponseBase
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from activities.exports import API_COLUMNS, report_file
from activities.models import Activity, Task
from activities.queries.lookups import Facts, Names, people_names, planning_facts
from activities.queries.wire import (
    activity_rows,
    asked_activities,
    each_activity,
    flag_of,
    in_charge_rows,
    number_of,
    task_rows,
    tasks_with_activity,
)
from activities.serializers import (
    ActivityHeadSerializer,
    ActivitySerializer,
    InChargeOfTaskSerializer,
    SaidSerializer,
    TaskEditSerializer,
    TaskSerializer,
    TaskWithActivitySerializer,
    job_of,
)
from activities.services import (
    MAX_TASKS,
    edit_activity,
    remove_activity,
    save_activity,
    save_task,
)
from core.accounts.api import SignedEndpoint
from core.accounts.permissions import person
from core.db.paging import counted, id_chunks, sliced_ids
from core.errors import DomainError, invalid
from core.files.xlsx import CONTENT_TYPE
from core.http.api import (
    Endpoint,
    entity,
    one_page,
    page_of,
    small_list,
    streamed,
)
from core.ledger.queries import last_event_id

PAGING = [
    OpenApiParameter(
        "limit", int, description="rows of a page; without it the whole list"
    ),
    OpenApiParameter("offset", int, description="rows to skip"),
]
FILTERS = [
    OpenApiParameter("from", str, description="spans that end at or after this"),
    OpenApiParameter("to", str, description="spans that begin at or before this"),
    OpenApiParameter("extInquiryId", int),
    OpenApiParameter("taskId", int),
    OpenApiParameter("supportTableId", int),
    OpenApiParameter("userId", int, description="somebody in charge"),
    OpenApiParameter("withUserNames", bool, description="fills `picName`"),
    OpenApiParameter("excel", bool, description="the nine-column report as a file"),
]
WITH_NAMES = [OpenApiParameter("withUserNames", bool)]


def existing_activity(pk: int) -> Activity:
    """The activity; raises DomainError ``not_found``."""
    activity = Activity.objects.alive().filter(pk=pk).first()
    if activity is None:
        raise DomainError(_("There is no such activity."), "not_found")
    return activity


def existing_task(pk: int) -> Task:
    """The task, unless it or its activity was removed; raises DomainError ``not_found``."""
    task = Task.objects.alive().filter(pk=pk).select_related("activity").first()
    if task is None:
        raise DomainError(_("There is no such task."), "not_found")
    return task


def query_of(request: Request) -> dict[str, str]:
    """The query's members, names without regard to case."""
    return {
        name.casefold(): str(value).strip()
        for name, value in request.query_params.items()
    }


def names_if(request: Request, *, wanted: bool | None = None) -> Names:
    """The directory's names, if ``withUserNames`` asks for them."""
    is_wanted = (
        flag_of(query_of(request), "withUserNames") if wanted is None else wanted
    )
    return people_names() if is_wanted else Names(None, is_stale=False)


def read(kind: type[Any], request: Request) -> dict[str, Any]:
    """The body in one of our shapes; too many tasks are refused before they are read."""
    _refuse_many(request.data)
    body = kind(data=request.data)
    body.is_valid(raise_exception=True)
    return dict(body.validated_data)


def _refuse_many(data: Any) -> None:
    if not isinstance(data, Mapping):
        return
    for name, value in data.items():
        is_tasks = str(name).casefold() == "tasks" and isinstance(value, list)
        if is_tasks and len(value) > MAX_TASKS:
            raise invalid("tasks", _("An activity has at most %d tasks.") % MAX_TASKS)


class PlanningEndpoint(SignedEndpoint):
    """An endpoint that writes: what the upstreams know is read before a transaction opens."""

    facts: Facts | None = None

    def prepare(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().prepare(request, *args, **kwargs)
        self.facts = planning_facts({"ext_job_id": job_of(request.data)})


def _answer(activity: Activity) -> Response:
    return entity(activity_rows([activity.pk])[0], activity.etag)


class ActivitiesEndpoint(PlanningEndpoint):
    """``/api/dashboard/activities``."""

    @extend_schema(
        parameters=[*FILTERS, *PAGING],
        responses={
            (200, "application/json"): ActivitySerializer(many=True),
            (200, CONTENT_TYPE): OpenApiTypes.BINARY,
        },
    )
    def get(self, request: Request) -> HttpResponseBase:
        """Activities with live tasks and people, filtered; ``excel=true`` is the report."""
        asked, page = asked_activities(request.query_params), page_of(request)
        if asked.is_excel:
            return report_file(asked.rows, API_COLUMNS)
        names = names_if(request, wanted=asked.with_names)
        if page is None:
            rows = each_activity(id_chunks(asked.rows, 200), names.by_id)
            return streamed(rows, is_stale=names.is_stale)
        total = counted(asked.rows, last_event_id())
        ids = sliced_ids(asked.rows.order_by("pk"), page, total)
        found = activity_rows(ids, names.by_id)
        return one_page(request, found, page, total, is_stale=names.is_stale)

    @extend_schema(request=ActivitySerializer, responses={200: ActivitySerializer})
    def post(self, request: Request) -> Response:
        """Plan (no id), change what was sent (known id), sign as yourself, or remove."""
        activity = save_activity(
            by=person(request),
            data=read(ActivitySerializer, request),
            if_match=request.headers.get("If-Match", ""),
            facts=self.facts,
            confirmed=self.confirmation(request),
        )
        return _answer(activity)


class ActivityEndpoint(PlanningEndpoint):
    """``/api/dashboard/activities/{id}``."""

    @extend_schema(parameters=WITH_NAMES, responses=ActivitySerializer)
    def get(self, request: Request, pk: int) -> Response:
        """One activity, whole."""
        activity, names = existing_activity(pk), names_if(request)
        return entity(activity_rows([pk], names.by_id)[0], activity.etag)

    @extend_schema(request=ActivityHeadSerializer, responses={200: ActivitySerializer})
    def put(self, request: Request, pk: int) -> Response:
        """Change the members that were sent; tasks have paths of their own."""
        activity = edit_activity(
            activity_id=pk,
            by=person(request),
            fields=read(ActivityHeadSerializer, request),
            if_match=request.headers.get("If-Match", ""),
            facts=self.facts,
        )
        return _answer(activity)

    @extend_schema(responses={200: SaidSerializer})
    def delete(self, request: Request, pk: int) -> Response:
        """Remove it with its tasks."""
        remove_activity(
            activity_id=pk,
            by=person(request),
            if_match=request.headers.get("If-Match", ""),
        )
        return Response({"message": _("The activity is removed."), "id": pk})


class TasksEndpoint(Endpoint):
    """``/api/dashboard/activities/task``."""

    @extend_schema(
        parameters=[
            OpenApiParameter("taskId", int),
            OpenApiParameter("activityId", int),
            *PAGING,
        ],
        responses=TaskSerializer(many=True),
    )
    def get(self, request: Request) -> HttpResponseBase:
        """Tasks of an activity, one task, or all."""
        query, page, rows = query_of(request), page_of(request), Task.objects.alive()
        if task := number_of(query, "taskId"):
            rows = rows.filter(pk=task)
        if activity := number_of(query, "activityId"):
            rows = rows.filter(activity=activity)
        if page is None:
            return streamed(
                row
                for ids in id_chunks(rows)
                for row in task_rows(Task.objects.filter(pk__in=ids))
            )
        total = counted(rows, last_event_id())
        ids = sliced_ids(rows.order_by("pk"), page, total)
        return one_page(
            request, task_rows(Task.objects.filter(pk__in=ids)), page, total
        )


class TaskEndpoint(PlanningEndpoint):
    """``/api/dashboard/activities/task/{taskId}``."""

    @extend_schema(
        operation_id="api_dashboard_activities_of_task",
        parameters=WITH_NAMES,
        responses=ActivitySerializer(many=True),
    )
    def get(self, request: Request, pk: int) -> Response:
        """The activity of a task, whole, with that task only; unknown is ``[]``."""
        names = names_if(request)
        task = Task.objects.alive().filter(pk=pk).first()
        rows = activity_rows([task.activity_id], names.by_id) if task else []
        for row in rows:
            row["tasks"] = [each for each in row["tasks"] if each["id"] == pk]
        return small_list(request, rows, is_stale=names.is_stale)

    @extend_schema(request=TaskEditSerializer, responses={200: SaidSerializer})
    def put(self, request: Request, pk: int) -> Response:
        """Change what was sent of the task, and its activity's customer."""
        given = read(TaskEditSerializer, request)
        fields = {"customer": given.pop("customer")} if "customer" in given else {}
        edit_activity(
            activity_id=existing_task(pk).activity_id,
            by=person(request),
            fields=fields,
            tasks=[{"id": pk, **given}] if given else [],
            facts=self.facts,
        )
        return Response({"message": _("The task is saved."), "id": pk})


class InChargesEndpoint(Endpoint):
    """``/api/dashboard/incharges/{taskId}``."""

    @extend_schema(responses=InChargeOfTaskSerializer(many=True))
    def get(self, request: Request, pk: int) -> Response:
        """The people in charge of a task; nobody is 404, as it was."""
        task, names = existing_task(pk), people_names()
        rows = in_charge_rows([pk], names.by_id)[pk]
        if not rows:
            raise DomainError(_("Nobody is in charge of this task."), "not_found")
        found = [row | {"description": task.description} for row in rows]
        return small_list(request, found, is_stale=names.is_stale)


class TasksOfChangeEndpoint(Endpoint):
    """``/api/tasks/byecnccnid/{ecnCcnId}``."""

    @extend_schema(
        parameters=[OpenApiParameter("includeActivityDetails", bool)],
        responses=TaskWithActivitySerializer(many=True),
    )
    def get(self, request: Request, change_id: int) -> Response:
        """Live tasks of the activities of an ECN or CCN; none is 404, as it was."""
        names = people_names()
        rows = Task.objects.alive().filter(
            activity__ext_engineering_detail_problem_id=change_id
        )
        is_full = flag_of(query_of(request), "includeActivityDetails")
        found = tasks_with_activity(rows, names.by_id or {}, is_full=is_full)
        if not found:
            raise DomainError(_("No task belongs to this change."), "not_found")
        return small_list(request, found, is_stale=names.is_stale)


class TaskAddEndpoint(PlanningEndpoint):
    """``/api/tasks``."""

    @extend_schema(request=TaskSerializer, responses={200: TaskSerializer})
    def post(self, request: Request) -> Response:
        """Add a task to its activity; the people in charge hear of it."""
        data = read(TaskSerializer, request)
        task = save_task(
            by=person(request),
            data=data,
            facts=self.facts,
            confirmed=self.confirmation(request),
        )
        return Response(task_rows(Task.objects.filter(pk=task.pk))[0])
