"""Names the app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ActivitiesConfig(AppConfig):
    """Activities and their tasks."""

    name = "activities"
    verbose_name = _("Activities")

    def ready(self) -> None:
        """Tasks to sign stand in the inbox beside what is to be decided; both
        activities and tasks are talked about, and worked many at once."""
        from activities.queries.inbox import tasks_to_sign  # noqa: PLC0415
        from activities.queries.talk import ACTIVITIES, TASKS  # noqa: PLC0415
        from activities.views.bulk import WORKED  # noqa: PLC0415
        from core.approvals.subjects import INBOX  # noqa: PLC0415
        from core.lists import subjects as rows  # noqa: PLC0415
        from core.talk.subjects import register  # noqa: PLC0415

        INBOX.append(tasks_to_sign)
        register(ACTIVITIES)
        register(TASKS)
        rows.register(*WORKED)
