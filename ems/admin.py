"""Tables of other packages in the Django admin, by our rules."""

from django.contrib import admin
from django_tasks_db.admin import DBTaskResultAdmin
from django_tasks_db.models import DBTaskResult

from core.pages.admin import AdministratorsLook

admin.site.unregister(DBTaskResult)


@admin.register(DBTaskResult)
class TaskResultAdmin(AdministratorsLook, DBTaskResultAdmin):
    """Background tasks with their tracebacks: administrators only."""
