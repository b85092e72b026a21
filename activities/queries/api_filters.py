"""The filters of ``/api/dashboard/activities``, all in SQL (docs/contract.md#filters-of-activities)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from activities.models import Activity, InCharge, Task
from activities.queries.periods import day_end
from core.errors import invalid
from core.http.wire import INT64, parse_moment
from core.text.ids import as_id

DATE_LENGTH = len("2026-01-07")
FLAGS = {"true": True, "1": True, "false": False, "0": False, "": False}


@dataclass(frozen=True, slots=True)
class ApiFilters:
    """The query of one request, read and checked."""

    rows: QuerySet[Activity]
    with_names: bool
    is_excel: bool


def asked_activities(query: Mapping[str, str]) -> ApiFilters:
    """Read the query; empty means absent. Raises DomainError ``invalid`` with the name."""
    given = {name.casefold(): value.strip() for name, value in query.items()}
    rows: QuerySet[Activity] = Activity.objects.alive()
    first, last = _moment(given, "from"), _moment(given, "to", is_end=True)
    if first and last and first > last:
        # The old page asks so between its two date fields; a refusal blanks its list.
        rows = rows.none()
    if first:
        rows = rows.filter(to_cache__gte=first)
    if last:
        rows = rows.filter(from_cache__lte=last)
    if inquiry := number_of(given, "extInquiryId"):
        rows = rows.filter(ext_inquiry_id=inquiry)
    if document := number_of(given, "supportTableId"):
        rows = rows.filter(support_table_id=document)
    if task := number_of(given, "taskId"):
        rows = rows.filter(
            pk__in=Task.objects.alive().filter(pk=task).values("activity")
        )
    if person := number_of(given, "userId"):
        rows = in_charge_of(rows, person)
    return ApiFilters(rows, flag_of(given, "withUserNames"), flag_of(given, "excel"))


def in_charge_of(rows: QuerySet[Activity], *people: int) -> QuerySet[Activity]:
    """Activities of which one of the people does a live task."""
    theirs = InCharge.objects.filter(
        deleted_at=None, ext_user_id__in=people, task__deleted_at=None
    )
    return rows.filter(pk__in=theirs.order_by().values("task__activity"))


def number_of(given: Mapping[str, str], name: str) -> int | None:
    """A whole number of the query; empty and absent are None."""
    text = given.get(name.casefold(), given.get(name, ""))
    if not text:
        return None
    number = as_id(text.removeprefix("-"), len(str(INT64)))
    if number is None or number > INT64:
        raise invalid(name, _("A whole number is needed."))
    return -number if text.startswith("-") else number


def flag_of(given: Mapping[str, str], name: str) -> bool:
    """true or false of the query; empty and absent are false."""
    text = given.get(name.casefold(), given.get(name, "")).lower()
    if text not in FLAGS:
        raise invalid(name, _("true or false is needed."))
    return FLAGS[text]


def _moment(
    given: Mapping[str, str], name: str, *, is_end: bool = False
) -> datetime | None:
    """A day as the end of a period counts to its last moment."""
    text = given.get(name, "")
    if not text:
        return None
    moment = parse_moment(text)
    if moment is None:
        raise invalid(name, _("A date is needed, such as 2026-01-07."))
    is_day = is_end and len(text) <= DATE_LENGTH
    return day_end(timezone.localdate(moment)) if is_day else moment
