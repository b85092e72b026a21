"""Tables of other packages in the Django admin, by our rules."""

from django.contrib import admin
from django.utils.translation import gettext_noop
from django_tasks_db.admin import DBTaskResultAdmin
from django_tasks_db.models import DBTaskResult

from core.pages.admin import AdministratorsLook

# The package names its fields through gettext and has no Indonesian; named here, our catalogue has.
PACKAGE_WORDS = (
    gettext_noop("args kwargs"),
    gettext_noop("backend name"),
    gettext_noop("enqueued at"),
    gettext_noop("exception class path"),
    gettext_noop("queue name"),
    gettext_noop("return value"),
    gettext_noop("run after"),
    gettext_noop("task path"),
    gettext_noop("worker id"),
)
admin.site.unregister(DBTaskResult)


@admin.register(DBTaskResult)
class TaskResultAdmin(AdministratorsLook, DBTaskResultAdmin):
    """Background tasks with their tracebacks: administrators only."""
