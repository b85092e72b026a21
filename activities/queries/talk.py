"""Activities and tasks as people talk about them."""

from django.db.models import Q, QuerySet

from activities.models import Activity, InCharge, Task
from core.talk.subjects import TalkSubject


def _in_charge(rows: QuerySet[InCharge]) -> Q:
    return Q(ext_id__in=rows.filter(deleted_at=None).values("ext_user_id"))


ACTIVITIES = TalkSubject(
    name="activity",
    model=Activity,
    rows=Activity.objects.alive,
    view="activities:activity_detail",
    number=str,
    requester=lambda activity: activity.created_by_id,
    concerned=lambda activity: (
        Q(pk=activity.created_by_id or 0)
        | _in_charge(
            InCharge.objects.filter(task__activity=activity, task__deleted_at=None)
        )
    ),
)
TASKS = TalkSubject(
    name="task",
    model=Task,
    rows=lambda: Task.objects.alive().select_related("activity"),
    view="activities:task_detail",
    number=str,
    requester=lambda task: task.activity.created_by_id,
    concerned=lambda task: (
        Q(pk=task.activity.created_by_id or 0)
        | _in_charge(InCharge.objects.filter(task=task))
    ),
)
