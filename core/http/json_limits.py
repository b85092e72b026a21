"""Limits of JSON, checked before and after it is read, in linear time and memory.

A few bytes of JSON become a hundred in memory, and a check that is dearer than the reading is a
weapon. So what stands between the texts is counted first, by searches that run in C and keep no
state; what was read is then walked once.
"""

from itertools import chain
from typing import Any

from django.utils.translation import gettext as _
from rest_framework.exceptions import ParseError

MAX_DEPTH = 64
# Members of all objects and lists of one body: an ECN of 500 lines has some 6,000.
MAX_PARTS = 100_000
# Members of one list; what takes less says so itself (``core.http.wire``).
MAX_MEMBERS = 10_000


def names_within(body: bytes) -> int:
    """Number of names in the objects, before it is read; raises ParseError for too many parts.

    Only between texts a comma, a colon or a bracket is one. Whether a quote ends a text is known
    once the escaped ones are gone.
    """
    bare = body.replace(b"\\\\", b"").replace(b'\\"', b"")
    # Each text is a member or the name of one.
    if bare.count(b'"') > 4 * MAX_PARTS:
        raise _too_many()
    between = bare.split(b'"')[::2]
    parts = sum(
        piece.count(b",") + piece.count(b"[") + piece.count(b"{") for piece in between
    )
    if parts > MAX_PARTS:
        raise _too_many()
    return sum(piece.count(b":") for piece in between)


def walk(value: Any) -> int:
    """Number of names in the read value; raises ParseError when it is deep or a list long."""
    names, level = 0, [value]
    for _depth in range(MAX_DEPTH + 1):
        level = [node for node in level if isinstance(node, dict | list)]
        if not level:
            return names
        names += sum(len(node) for node in level if isinstance(node, dict))
        if any(len(node) > MAX_MEMBERS for node in level if isinstance(node, list)):
            raise ParseError(
                _("A list in JSON may have %d members, not more.") % MAX_MEMBERS
            )
        level = list(
            chain.from_iterable(
                node.values() if isinstance(node, dict) else node for node in level
            )
        )
    raise too_deep()


def too_deep() -> ParseError:
    """The refusal of JSON that is nested for no honest reason."""
    return ParseError(_("JSON may be nested %d levels deep, not more.") % MAX_DEPTH)


def _too_many() -> ParseError:
    return ParseError(_("The JSON has more than %d parts.") % MAX_PARTS)
