"""Filters that every list may have."""

import django_filters

from core.common.forms import DayField


class DayFilter(django_filters.DateFilter):  # type: ignore[misc]  # untyped library
    """By a day of a year that can be meant."""

    field_class = DayField
