"""The working calendar in the Django admin, to look up; it is kept in the portal."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from core.ledger.admin import KeptInPortal
from core.pages.admin import choice_filter
from core.workdays.models import Holiday, WorkingDay


@admin.register(WorkingDay)
class WorkingDayAdmin(KeptInPortal):
    """The hours of the week."""

    list_display = ("weekday", "starts", "ends", "break_starts", "break_minutes")


@admin.register(Holiday)
class HolidayAdmin(KeptInPortal):
    """Days on which nobody works."""

    list_display = ("date", "name", "kind", "source")
    list_filter = (("kind", choice_filter(_("Kind"))),)
    search_fields = ("name", "source")
