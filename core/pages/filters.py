"""Filters that every list may have."""

from datetime import date, timedelta
from typing import Any

import django_filters
from django.db.models import QuerySet

from core.pages.form_fields import DayField
from core.text.months import start_of_day


class DayFilter(django_filters.DateFilter):  # type: ignore[misc]  # untyped library
    """By a day of a year that can be meant."""

    field_class = DayField


class SinceDayFilter(DayFilter):
    """Moments of this day of Jakarta or later."""

    def filter(self, qs: QuerySet[Any], value: date | None) -> QuerySet[Any]:
        """By the moment of ``field_name``."""
        if value is None:
            return qs
        return qs.filter(**{f"{self.field_name}__gte": start_of_day(value)})


class UntilDayFilter(DayFilter):
    """Moments of this day of Jakarta or earlier."""

    def filter(self, qs: QuerySet[Any], value: date | None) -> QuerySet[Any]:
        """By the moment of ``field_name``."""
        if value is None:
            return qs
        end = start_of_day(value + timedelta(days=1))
        return qs.filter(**{f"{self.field_name}__lt": end})
