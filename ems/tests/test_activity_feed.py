"""The latest events: every kind has words, names cost a query per model and not per row."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation
from django.utils.translation import gettext

from core.ledger.history import KINDS, EventKind, register
from core.ledger.queries import last_event_id
from ems.home.activity_feed import recent_entries
from tests.architecture.test_sizes import tracked
from tests.factories import a_change
from tests.people import Cast

ROOT = Path(settings.BASE_DIR)
KIND = re.compile(r"[a-z]+\.[a-z_]+")


def kinds(source: str) -> Iterator[str]:
    """Second arguments of calls of ``record``, where they are written out."""
    for node in ast.walk(ast.parse(source)):
        is_record = (
            isinstance(node, ast.Call) and getattr(node.func, "id", "") == "record"
        )
        if not is_record or not isinstance(node, ast.Call):
            continue
        for each in ast.walk(node.args[1]) if len(node.args) > 1 else ():
            if isinstance(each, ast.Constant) and KIND.fullmatch(str(each.value)):
                yield str(each.value)


def test_every_kind_of_event_has_words() -> None:
    found = {
        kind
        for path in tracked(".py")
        if not {"tests", "sandbox", "benchmarks"} & set(path.relative_to(ROOT).parts)
        for kind in kinds(path.read_text())
    }
    assert len(found) > 20
    assert sorted(found - KINDS.keys()) == []


def test_a_name_stands_for_one_kind_of_event() -> None:
    register(*KINDS.values())
    with pytest.raises(ValueError, match=r"change\.approved"):
        register(EventKind("change.approved", "said yes"))
    assert KINDS["change.approved"].words == "approved it"


def test_a_kind_without_words_is_seen() -> None:
    assert list(kinds('record(row, "x.done" if y else "x.made", by=None)')) == [
        "x.done",
        "x.made",
    ]


@pytest.mark.django_db
def test_names_are_read_for_all_lines_at_once(cast: Cast) -> None:
    for _ in range(2):
        change = a_change(cast.agus)
    with CaptureQueriesContext(connection) as few:
        assert recent_entries(2, cast.rina, last_event_id())[0].about == change.number
    for _ in range(6):
        a_change(cast.agus)
    with CaptureQueriesContext(connection) as many:
        assert len(recent_entries(8, cast.rina, last_event_id())) == 8
    assert len(many) == len(few)


def test_every_line_says_in_indonesian_who_did_what() -> None:
    """After a name stands a verb: "Hendi menghapus …", never "Hendi dihapus …"."""
    with translation.override("id"):
        words = [
            gettext(each)
            for kind in KINDS.values()
            for each in (kind.words, kind.news)
            if each
        ]
    assert [
        each for each in words if not each.startswith(("me", "tidak dapat me"))
    ] == []
