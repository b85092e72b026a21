"""Substring search over one text column, indexed on SQLite and on PostgreSQL.

PostgreSQL has a trigram index on the column; SQLite has an FTS5 table with the trigram
tokenizer, kept by triggers. Both find any part of a word of three letters or more; shorter
words are compared one by one, which is slow only when nothing else narrows the rows.
"""

import json
import re
import unicodedata
from collections.abc import Iterator, Mapping
from typing import Any, TypeVar

from django.db import connection, models
from django.db.migrations.operations.base import Operation
from django.db.models import Func, IntegerField, JSONField, QuerySet, TextField, Value
from django.db.models.functions import Cast, Concat
from django.db.models.lookups import BuiltinLookup

from core.text.cleaning import INVISIBLE, UNSEEN
from core.text.normal_form import plain_text

MIN_INDEXED = 3
MAX_WORDS = 8
MAX_LENGTH = 200
FEW = 2000
# What the column of the vectors is called, after the column of the words.
VECTOR = "_vector"
WORD = re.compile(r"[^\W_]+")
# With the signs that stand over a letter, and those that nobody sees.
WRITTEN_WORD = re.compile(rf"(?:[^\W_]|[\u0300-\u036f{INVISIBLE}])+")
# Han, kana, Thai, Lao, Burmese and Khmer have no spaces between their words.
UNSPACED = re.compile(
    r"[\u0e01-\u0e2e\u0e30-\u0e45\u0e81-\u0ec4\u1000-\u102a\u1780-\u17b3\u3041-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]+"
)
BROKEN_WORD = re.compile(
    r"(?<![a-z])([a-z]{2,40})[-\u2010\u2011][ \t\r]{0,9}\n[ \t\r]{0,99}([a-z]{2,40})"
)
M = TypeVar("M", bound=models.Model)


@models.TextField.register_lookup
class Match(BuiltinLookup[Any]):
    """``column MATCH 'words'`` of SQLite's full-text tables."""

    lookup_name = "match"

    def get_rhs_op(self, connection: Any, rhs: str) -> str:
        return f"MATCH {rhs}"

    def get_prep_lookup(self) -> str:
        """The words as given."""
        return str(self.rhs)


def words_of(text: str) -> list[str]:
    """The words to look for, in the normal form: at most eight, of 200 characters together."""
    return plain_text(text[:MAX_LENGTH]).split()[:MAX_WORDS]


def matching(
    rows: QuerySet[M], text: str, index: type[models.Model], column: str = "search_text"
) -> QuerySet[M]:
    """Rows whose column holds every word of the text, in any place and order.

    ``index`` is the model of the full-text table, used on SQLite only.
    """
    words = words_of(text)
    indexed = [word for word in words if len(word) >= MIN_INDEXED]
    if connection.vendor == "sqlite" and indexed:
        phrase = " ".join('"' + word.replace('"', '""') + '"' for word in indexed)
        rows = rows.filter(
            pk__in=index._default_manager.filter(text__match=phrase).values("rowid")
        )
        words = [word for word in words if len(word) < MIN_INDEXED]
    for word in words:
        rows = rows.filter(**{f"{column}__contains": word})
    return rows


# --- Whole words and their beginnings ----------------------------------------------
#
# For long texts a trigram index would be larger than the texts. Here words are found by their
# beginning, in any order, each anywhere in the text.


@models.TextField.register_lookup
class HasWords(BuiltinLookup[Any]):
    """PostgreSQL: every word, or one that begins with it; the column of ``StoreWordVectors``."""

    lookup_name = "has_words"

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        """Compares the stored vector that stands beside the column of words."""
        table = compiler.quote_name_unless_alias(self.lhs.alias)
        stored = connection.ops.quote_name(self.lhs.target.column + VECTOR)
        return f"{table}.{stored} @@ to_tsquery('simple', %s)", (self.rhs,)


def plain_words(text: str) -> str:
    """A text as its words: lower case, without accents, one space between them.

    A word that is broken at the end of a line is there as a whole and in its parts. Scripts that put no
    spaces between their words are there sign by sign, each with the one behind it, so that a word is found inside a sentence.
    """
    whole = BROKEN_WORD.sub(r"\1\2 \1 \2", UNSEEN.sub("", text))
    bare = unicodedata.normalize("NFKD", whole.casefold())
    kept = "".join(sign for sign in bare if not unicodedata.combining(sign))
    return " ".join(WORD.findall(UNSPACED.sub(_in_pairs, kept)))


def _in_pairs(run: re.Match[str]) -> str:
    """Each sign with the next one; the last one alone: ABC is there as AB, BC and C."""
    signs = run.group()
    pairs = (signs[at : at + 2] for at in range(len(signs)))
    return f" {' '.join(pairs)} "


def searched_words(text: str) -> list[str]:
    """The ``plain_words`` that a search looks for; at most eight."""
    words = plain_words(text[:MAX_LENGTH]).split()
    # The last sign of a run stands in its last pair already.
    return [
        word
        for before, word in zip(["", *words], words, strict=False)
        if not (len(before) == 2 and before[1] == word and UNSPACED.fullmatch(before))
    ][:MAX_WORDS]


class Finder:
    """Finds in a text as it is written the words that begin with one of a search."""

    def __init__(self, search: str) -> None:
        self.begun = tuple(searched_words(search))

    def spans(self, text: str, start: int = 0) -> Iterator[tuple[int, int]]:
        """Begin and end of each of them, from a place on."""
        if not self.begun:
            return
        for found in WRITTEN_WORD.finditer(text, start):
            word = found[0]
            bare = word.lower() if word.isascii() else plain_words(word)
            if any(each.startswith(self.begun) for each in bare.split()):
                yield found.span()


def marked_parts(text: str, search: str) -> Iterator[tuple[str, bool]]:
    """The text in pieces, and whether each is a word that begins with one of the search."""
    done = 0
    for start, end in Finder(search).spans(text):
        if start > done:
            yield text[done:start], False
        yield text[start:end], True
        done = end
    if done < len(text):
        yield text[done:], False


def keys_having_words(
    model: type[models.Model],
    text: str,
    index: type[models.Model],
    column: str = "words",
) -> QuerySet[Any, Any] | list[Any]:
    """Keys of the rows in whose column every word of the text begins a word.

    The column holds ``plain_words``; ``index`` is the model of the full-text table of SQLite.
    On PostgreSQL a few keys are a list: given a query, the planner would rather walk the whole
    list from its end and look into every text, whose size it does not know.
    """
    words = searched_words(text)
    rows = model._default_manager.all()
    if not words:
        return rows.none().values("pk")
    if connection.vendor == "sqlite":
        phrase = " ".join(f'"{word}"*' for word in words)
        found = index._default_manager.filter(text__match=phrase)
        return found.values("rowid")
    query = " & ".join(f"{word}:*" for word in words)
    keys = rows.filter(**{f"{column}__has_words": query}).values_list("pk", flat=True)
    few = list(keys[: FEW + 1])
    return few if len(few) <= FEW else keys


def number_of(key: str, numbers: Mapping[int, int]) -> Func:
    """The number that goes with each row's key: one parameter, where a CASE has two per row."""
    given, name = Value(json.dumps(numbers)), Cast(key, TextField())
    if connection.vendor == "sqlite":
        place = Concat(Value('$."'), name, Value('"'), output_field=TextField())
        return Func(given, place, function="JSON_EXTRACT", output_field=IntegerField())
    text = Func(Cast(given, JSONField()), name, function="JSONB_EXTRACT_PATH_TEXT")
    return Cast(text, IntegerField())


class CreateTextIndex(Operation):
    """Makes the index of ``table.column``: trigram GIN on PostgreSQL, FTS5 on SQLite."""

    reversible = True
    tokenizer = "trigram"
    options = ""

    def __init__(
        self,
        table: str,
        index: str,
        column: str = "search_text",
        *,
        key: str = "id",
    ) -> None:
        self.table, self.index, self.column, self.key = table, index, column, key

    def state_forwards(self, app_label: str, state: Any) -> None:
        """The models do not change."""

    def database_forwards(
        self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any
    ) -> None:
        is_sqlite = schema_editor.connection.vendor == "sqlite"
        for statement in self._sqlite() if is_sqlite else self._postgres():
            schema_editor.execute(statement, params=None)

    def database_backwards(
        self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any
    ) -> None:
        if schema_editor.connection.vendor == "sqlite":
            for name in ("insert", "update", "delete"):
                schema_editor.execute(f"DROP TRIGGER IF EXISTS {self.index}_{name}")
            schema_editor.execute(f"DROP TABLE IF EXISTS {self.index}")
        else:
            schema_editor.execute(f"DROP INDEX IF EXISTS {self.index}")

    def describe(self) -> str:
        return f"Create text index {self.index}"

    def _postgres(self) -> list[str]:
        return [
            "CREATE EXTENSION IF NOT EXISTS pg_trgm",
            f"CREATE INDEX {self.index} ON {self.table} USING gin ({self.column} gin_trgm_ops)",
        ]

    def _sqlite(self) -> list[str]:
        # Names of tables and columns cannot be parameters; these come from a migration.
        # ruff: noqa: S608
        index, column = self.index, self.column
        add = f"INSERT INTO {index}(rowid, {column}) VALUES (new.{self.key}, new.{column});"
        remove = (
            f"INSERT INTO {index}({index}, rowid, {column}) "
            f"VALUES ('delete', old.{self.key}, old.{column});"
        )
        return [
            f"CREATE VIRTUAL TABLE {index} USING fts5({column}, "
            f"content='{self.table}', content_rowid='{self.key}', tokenize='{self.tokenizer}'{self.options})",
            f"CREATE TRIGGER {index}_insert AFTER INSERT ON {self.table} BEGIN {add} END",
            f"CREATE TRIGGER {index}_update AFTER UPDATE OF {column} ON {self.table} "
            f"WHEN old.{column} IS NOT new.{column} BEGIN {remove} {add} END",
            f"CREATE TRIGGER {index}_delete AFTER DELETE ON {self.table} BEGIN {remove} END",
            f"INSERT INTO {index}({index}) VALUES ('rebuild')",
        ]


class RenewTextIndex(CreateTextIndex):
    """Makes the index anew on SQLite, where a migration that changes the table loses its triggers.

    Stands after every ``AddField``, ``AlterField`` or ``RemoveField`` of an indexed table;
    ``tests/architecture/test_migrations.py`` says where one is missing.
    """

    def database_forwards(
        self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any
    ) -> None:
        """Drop and create; PostgreSQL keeps its index by itself."""
        if schema_editor.connection.vendor == "sqlite":
            super().database_backwards(app_label, schema_editor, from_state, to_state)
            super().database_forwards(app_label, schema_editor, from_state, to_state)

    def database_backwards(
        self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any
    ) -> None:
        """The same on the way back, before the table is changed again: nothing is lost by it."""

    def describe(self) -> str:
        return f"Renew text index {self.index}"


class CreateWordIndex(CreateTextIndex):
    """Makes the index of whole words: ``tsvector`` GIN on PostgreSQL, FTS5 on SQLite.

    Both split a column of ``plain_words`` at its spaces and change nothing more.
    """

    tokenizer = "unicode61 remove_diacritics 0"
    # Beginnings of words are looked up, not gathered.
    options = ", prefix='2 3 4 5'"

    def _postgres(self) -> list[str]:
        return [
            f"CREATE INDEX {self.index} ON {self.table} "
            f"USING gin (to_tsvector('simple', {self.column}))"
        ]


class StoreWordVectors(CreateTextIndex):
    """PostgreSQL: keeps the vector of a ``CreateWordIndex`` beside its column.

    An index of an expression does not hold its values: wherever the planner does not go by the
    index, or counts what it finds, every text is parsed anew, a millisecond each.
    """

    def _postgres(self) -> list[str]:
        stored = f"{self.column}{VECTOR}"
        return [
            f"ALTER TABLE {self.table} ADD COLUMN {stored} tsvector "
            f"GENERATED ALWAYS AS (to_tsvector('simple', {self.column})) STORED",
            f"DROP INDEX {self.index}",
            f"CREATE INDEX {self.index} ON {self.table} USING gin ({stored})",
        ]

    def _sqlite(self) -> list[str]:
        return []

    def database_backwards(
        self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any
    ) -> None:
        """Back to the index of the expression; the column takes its own index along."""
        if schema_editor.connection.vendor == "postgresql":
            before = CreateWordIndex(self.table, self.index, self.column)
            for statement in (
                f"ALTER TABLE {self.table} DROP COLUMN {self.column}{VECTOR}",
                *before._postgres(),  # noqa: SLF001 - one of ours
            ):
                schema_editor.execute(statement, params=None)


class DropTextIndex(Operation):
    """Undoes a ``CreateTextIndex`` of an earlier migration, and can put it back."""

    reversible = True

    def __init__(self, made: CreateTextIndex) -> None:
        self.made = made

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        """For ``makemigrations``, which writes none of ours."""
        return type(self).__name__, [self.made], {}

    def state_forwards(self, app_label: str, state: Any) -> None:
        """The models do not change."""

    def database_forwards(
        self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any
    ) -> None:
        self.made.database_backwards(app_label, schema_editor, from_state, to_state)

    def database_backwards(
        self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any
    ) -> None:
        self.made.database_forwards(app_label, schema_editor, from_state, to_state)

    def describe(self) -> str:
        return f"Drop text index {self.made.index}"
