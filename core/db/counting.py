"""A number of rows inside another query."""

from typing import Any

from django.db.models import Count, QuerySet, Subquery, Value


def how_many(rows: QuerySet[Any, Any], key: str = "pk") -> Subquery:
    """How many different keys these rows have, as one value of another query."""
    same = rows.order_by().annotate(all=Value(1)).values("all")
    return Subquery(same.annotate(n=Count(key, distinct=True)).values("n"))
