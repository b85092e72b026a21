"""One normal form in which texts are compared: on both databases, in Python, in every search.

Names that are pasted from another system differ in what nobody sees: accents of their own, hyphens
of five kinds, fixed and zero-width spaces.
"""

import unicodedata
from typing import Any

from django.db.models import CharField, TextField, Transform

from core.text.cleaning import UNSEEN

DASHES = "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\ufe63\uff0d"
ONE_DASH = dict.fromkeys(map(ord, DASHES), "-")
# What ``UNSEEN`` is in PostgreSQL's spelling; the planes beyond 16 bits have eight digits.
UNSEEN_SQL = UNSEEN.pattern
ACCENTS_SQL = r"[\u0300-\u036f]"


def plain_text(text: str) -> str:
    """A text without letter case, accents and unseen signs, with one kind of hyphen and space."""
    seen = UNSEEN.sub("", text).translate(ONE_DASH)
    bare = unicodedata.normalize("NFKD", seen.casefold())
    kept = "".join(sign for sign in bare if not unicodedata.combining(sign))
    return " ".join(kept.split())


def plain_lines(*texts: str, limit: int) -> str:
    """Texts in the normal form, a line each, of at most ``limit`` characters: for a search."""
    return "\n".join(filter(None, map(plain_text, texts)))[:limit]


@CharField.register_lookup
@TextField.register_lookup
class Plain(Transform):
    """``name__plain__contains``: the normal form of a column, for tables that are not large."""

    lookup_name = "plain"
    output_field = TextField()

    def as_sqlite(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        """``plain_text`` itself, which ``core.db.sqlite`` makes known to the database."""
        return super().as_sql(compiler, connection, function="EMS_PLAIN", **extra)

    def as_postgresql(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        """The same in SQL; letters that lose their case by two others (a sharp s) stay."""
        column, params = compiler.compile(self.lhs)
        unseen = f"translate(regexp_replace({column}, %s, '', 'g'), %s, %s)"
        bare = f"regexp_replace(normalize({unseen}, NFKD), %s, '', 'g')"
        sql = f"btrim(regexp_replace(lower({bare}), '\\s+', ' ', 'g'))"
        dashes = (UNSEEN_SQL, DASHES, "-" * len(DASHES), ACCENTS_SQL)
        return sql, (*params, *dashes)
