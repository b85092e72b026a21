"""The best few rows for a text that somebody is typing: exact number, beginning of a name, words.

Each of the three reads an index in its own order and stops after a few rows, so that what fits many rows
costs no more than what fits one.
"""

from collections.abc import Iterable
from enum import IntEnum
from typing import Any, TypeVar

from django.db import connection, models
from django.db.models import Func, QuerySet, TextField

from core.db.search import (
    MAX_LENGTH,
    MIN_INDEXED,
    keys_having_words,
    searched_words,
    words_of,
)

# Characters of a name that its index holds; all of a long text would not fit a page of PostgreSQL.
BEGINNING = 80
# Newest finds of the full-text table of SQLite that are looked at: some of them may be deleted.
NEWEST = 200
LAST_SIGN = "\U0010ffff"
M = TypeVar("M", bound=models.Model)


class Match(IntEnum):
    """What of a record fits, the best first."""

    NUMBER = 0
    NAME = 1
    WORDS = 2


class Beginning(Func):
    """The first characters of a column in lower case, compared byte by byte: for an index of the model."""

    arity = 1
    output_field = TextField()
    template = f"LOWER(SUBSTR(%(expressions)s, 1, {BEGINNING}))"

    def as_postgresql(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        """Without the rules of a language, which know no range of beginnings."""
        first = f'(LOWER(SUBSTRING(%(expressions)s, 1, {BEGINNING})) COLLATE "C")'
        return super().as_sql(compiler, connection, template=first, **extra)


def beginning_with(rows: QuerySet[M], column: str, text: str) -> QuerySet[Any, Any]:
    """Rows whose column begins with the text in any letter case, in the order of the column."""
    start = text[:BEGINNING].lower()
    found = rows.annotate(beginning=Beginning(column))
    within = found.filter(beginning__gte=start, beginning__lt=start + LAST_SIGN)
    return within.order_by("beginning")


def numbered(rows: QuerySet[M], column: str, text: str) -> QuerySet[M]:
    """Rows whose unique number begins with the text, the shortest first: the exact one leads."""
    start = text.strip()[:MAX_LENGTH].upper()
    if connection.vendor == "sqlite":  # LIKE would not use the index
        return rows.filter(
            **{f"{column}__gte": start, f"{column}__lt": start + LAST_SIGN}
        ).order_by(column)
    return rows.filter(**{f"{column}__startswith": start}).order_by(column)


def newest_matching(
    rows: QuerySet[M], text: str, index: type[models.Model], column: str = "search_text"
) -> QuerySet[M]:
    """As ``matching`` of ``core.db.search``, the newest first and only those that are found at once.

    A text whose words are all shorter than three letters finds nothing: nothing is indexed for it.
    """
    words = words_of(text)
    indexed = [word for word in words if len(word) >= MIN_INDEXED]
    if not indexed:
        return rows.none()
    if connection.vendor == "sqlite":
        phrase = " ".join('"' + word.replace('"', '""') + '"' for word in indexed)
        rows = rows.filter(pk__in=_newest(index, phrase))
        words = [word for word in words if len(word) < MIN_INDEXED]
    for word in words:
        rows = rows.filter(**{f"{column}__contains": word})
    return rows.order_by("-pk")


def newest_with_words(
    rows: QuerySet[M],
    text: str,
    content: type[models.Model],
    index: type[models.Model],
) -> QuerySet[M]:
    """As ``keys_having_words``, the newest first; ``content`` is the model of the words, with the rows' keys."""
    words = searched_words(text)
    if not words:
        return rows.none()
    if connection.vendor == "sqlite":
        keys: Any = _newest(index, " ".join(f'"{word}"*' for word in words))
    else:
        keys = keys_having_words(content, text, index)
    return rows.filter(pk__in=keys).order_by("-pk")


def _newest(index: type[models.Model], phrase: str) -> list[int]:
    found = index._default_manager.filter(text__match=phrase).order_by("-rowid")
    return list(found.values_list("rowid", flat=True)[:NEWEST])


def best_of(
    tiers: Iterable[tuple[Match, QuerySet[M]]], limit: int
) -> list[tuple[M, Match]]:
    """The first rows of the tiers, each once with the best that fits; later tiers are asked only if need be."""
    found: dict[Any, tuple[M, Match]] = {}
    for match, rows in tiers:
        for row in rows[:limit]:
            found.setdefault(row.pk, (row, match))
        if len(found) >= limit:
            break
    return list(found.values())[:limit]
