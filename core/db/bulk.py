"""Rows as they are given, many at a time: ids and times are the caller's, nothing is stamped."""

from collections.abc import Sequence
from typing import Any

from django.db import connection, models


def insert_given(rows: Sequence[models.Model]) -> None:
    """Insert rows of one model; ``auto_now`` changes no time. A row without an id gets the next one.

    ``bulk_create`` would replace the times, and may give an id that a later row brings.
    """
    if not rows:
        return
    meta = rows[0]._meta
    without = [row for row in rows if row.pk is None]
    for row, pk in zip(without, next_ids(type(rows[0]), len(without)), strict=True):
        row.pk = pk
    for row in rows:
        _take_related_ids(row)
    fields = list(meta.local_concrete_fields)
    quote = connection.ops.quote_name
    names = ", ".join(quote(str(field.column)) for field in fields)
    places = ", ".join(["%s"] * len(fields))
    values = [
        [
            field.get_db_prep_save(getattr(row, field.attname), connection)
            for field in fields
        ]
        for row in rows
    ]
    with connection.cursor() as cursor:
        table = quote(meta.db_table)
        cursor.executemany(f"INSERT INTO {table} ({names}) VALUES ({places})", values)  # noqa: S608


def _take_related_ids(row: models.Model) -> None:
    """Rows that were made before those they name had ids."""
    for field in row._meta.local_concrete_fields:
        if isinstance(field, models.ForeignKey) and field.is_cached(row):
            other = getattr(row, field.name)
            setattr(row, field.attname, other.pk if other else None)


def next_ids(model: type[models.Model], number: int) -> list[int]:
    """So many ids that nobody has, taken from the table's own sequence; in a transaction."""
    if not number:
        return []
    if connection.vendor == "postgresql":
        sql = "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)"
        return sorted(row[0] for row in _rows(sql, [model._meta.db_table, number]))
    last = _sqlite_last(model)
    _set_sqlite_last(model, last + number)
    return list(range(last + 1, last + number + 1))


def reserve_ids(model: type[models.Model], last: int) -> None:
    """From now on new rows get ids above ``last`` and above every id that is there."""
    table = model._meta.db_table
    highest = model._default_manager.aggregate(n=models.Max("pk"))["n"] or 0
    if connection.vendor == "postgresql":
        name = f"pg_get_serial_sequence('{table}', 'id')"
        taken = f"(SELECT coalesce(pg_sequence_last_value({name}::regclass), 0))"
        sql = f"SELECT setval({name}, greatest(%s, 1, {taken}))"
        _rows(sql, [max(last, highest)])
    else:
        _set_sqlite_last(model, max(last, highest, _sqlite_last(model)))


def _sqlite_last(model: type[models.Model]) -> int:
    table = model._meta.db_table
    kept = _rows("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
    return int(kept[0][0]) if kept else 0


def _set_sqlite_last(model: type[models.Model], last: int) -> None:
    table = model._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE sqlite_sequence SET seq = %s WHERE name = %s", [last, table]
        )
        if not cursor.rowcount:
            cursor.execute(
                "INSERT INTO sqlite_sequence (name, seq) VALUES (%s, %s)", [table, last]
            )


def _rows(sql: str, params: list[Any]) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return list(cursor.fetchall())
