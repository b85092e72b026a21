"""Lists of the database: pages at their bounds, counts, searches and numbers of keys."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from core.accounts.models import UserRole
from core.db.models import field_label
from core.db.paging import (
    MAX_LIMIT,
    Page,
    counted,
    id_chunks,
    in_order,
    page_asked,
    sliced_ids,
    spelled,
)
from core.db.search import (
    MAX_WORDS,
    CreateTextIndex,
    DropTextIndex,
    Finder,
    marked_parts,
    number_of,
    searched_words,
)
from core.errors import DomainError


@pytest.mark.parametrize(
    ("limit", "offset", "field"),
    [
        ("0", None, "limit"),
        ("1", None, ""),
        (str(MAX_LIMIT), None, ""),
        (str(MAX_LIMIT + 1), None, "limit"),
        ("+5", None, "limit"),
        (" 5", None, "limit"),
        ("5.0", None, "limit"),
        ("\u0665", None, "limit"),
        (None, "-1", "offset"),
        (None, str(10**12), ""),
        (None, str(10**12 + 1), "offset"),
        ("5", "9" * 400, "offset"),
        ("x", "x", "limit"),
    ],
)
def test_a_page_is_judged_at_its_bounds(
    limit: str | None, offset: str | None, field: str
) -> None:
    named = ""
    try:
        page_asked(limit, offset)
    except DomainError as error:
        (named,) = error.errors
    assert named == field


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("en", "limit is a whole number from 1 to 1000."),
        ("id", "limit adalah bilangan bulat dari 1 sampai 1000."),
    ],
)
def test_a_wrong_page_is_told_in_the_readers_language(
    language: str, sentence: str
) -> None:
    with translation.override(language), pytest.raises(DomainError) as caught:
        page_asked("0", None)
    assert caught.value.sentence == sentence


@pytest.fixture
def ids(db: None) -> list[int]:
    """Nine rows."""
    rows = [UserRole.objects.create(user_id=n % 3, role=f"r{n}") for n in range(9)]
    return [row.pk for row in rows]


@pytest.mark.parametrize(
    ("offset", "is_from_the_end"), [(0, False), (4, False), (5, True), (8, True)]
)
def test_the_second_half_of_a_list_is_read_from_its_end(
    ids: list[int], offset: int, is_from_the_end: bool
) -> None:
    rows = UserRole.objects.order_by("pk")
    with CaptureQueriesContext(connection) as queries:
        found = sliced_ids(rows, Page(2, offset), len(ids))
    assert found == ids[offset : offset + 2]
    (asked,) = queries.captured_queries
    assert ("DESC" in asked["sql"]) is is_from_the_end


@pytest.mark.parametrize("offset", [9, 10, 10**12])
def test_beyond_the_end_nothing_is_asked(ids: list[int], offset: int) -> None:
    rows = UserRole.objects.order_by("pk")
    with CaptureQueriesContext(connection) as queries:
        assert sliced_ids(rows, Page(5, offset), len(ids)) == []
    assert len(queries) == 0


def test_a_page_can_be_of_another_key(ids: list[int]) -> None:
    rows = UserRole.objects.order_by("pk")
    assert sliced_ids(rows, Page(4, 0), 9, "user_id") == [0, 1, 2, 0]


@pytest.mark.parametrize(("size", "queries"), [(3, 4), (4, 4), (9, 2), (10, 2)])
def test_chunks_go_on_by_key_and_stop(ids: list[int], size: int, queries: int) -> None:
    with CaptureQueriesContext(connection) as asked:
        chunks = list(id_chunks(UserRole.objects.order_by("-role"), size))
    assert [key for chunk in chunks for key in chunk] == ids
    assert len(asked) == queries
    assert all("OFFSET" not in each["sql"] for each in asked.captured_queries)


def test_a_row_that_goes_while_chunks_are_read_hides_no_other(ids: list[int]) -> None:
    seen: list[int] = []
    for chunk in id_chunks(UserRole.objects.all(), 3):
        seen += chunk
        UserRole.objects.filter(pk__in=chunk[:2]).delete()
    assert seen == ids


def test_two_lists_are_counted_apart_and_the_order_does_not_matter(
    ids: list[int],
) -> None:
    rows = UserRole.objects.filter(user_id=1)
    assert (counted(UserRole.objects.all(), 1), counted(rows, 1)) == (9, 3)
    with CaptureQueriesContext(connection) as queries:
        assert counted(rows, 1) == 3
    assert len(queries) == 0
    assert spelled(UserRole.objects.none()) == ""
    assert spelled(rows) != spelled(UserRole.objects.filter(user_id=2))


def test_rows_that_are_not_wanted_are_left_out(ids: list[int]) -> None:
    rows = UserRole.objects.all()
    assert [row.pk for row in in_order(rows, ids[3:1:-1])] == [ids[3], ids[2]]
    assert in_order(rows, []) == []


@pytest.mark.parametrize("count", [1, 9])
def test_numbers_go_with_keys_in_one_query(ids: list[int], count: int) -> None:
    numbers = {key: 10 * place - 5 for place, key in enumerate(ids[:count])}
    rows = UserRole.objects.annotate(place=number_of("pk", numbers)).order_by("pk")
    with CaptureQueriesContext(connection) as queries:
        found = dict(rows.values_list("pk", "place"))
    assert found == numbers | dict.fromkeys(ids[count:])
    assert len(queries) == 1


@pytest.mark.parametrize(("language", "word"), [("en", "Role"), ("id", "Peran")])
def test_a_label_is_the_word_of_the_field_at_the_start_of_a_line(
    language: str, word: str
) -> None:
    with translation.override(language):
        assert field_label(UserRole, "role") == word


# --- Words ----------------------------------------------------------------------------------


@given(st.text("ab\u0308 -\u00ad(\n", max_size=40), st.text("ab ", max_size=5))
def test_marked_parts_are_the_text_and_no_word_is_cut(text: str, search: str) -> None:
    parts = list(marked_parts(text, search))
    assert "".join(part for part, _is_found in parts) == text
    assert all(part for part, _is_found in parts)
    begun = tuple(searched_words(search))
    marked = [part for part, is_found in parts if is_found]
    assert bool(marked) <= bool(begun)


@pytest.mark.parametrize(
    ("start", "spans"), [(0, [(0, 6), (7, 14)]), (1, [(7, 14)]), (8, [])]
)
def test_a_finder_looks_from_a_place_on(
    start: int, spans: list[tuple[int, int]]
) -> None:
    assert list(Finder("BUSB").spans("busbar busbars", start)) == spans


def test_a_search_of_more_words_is_cut_before_anybody_asks_the_database() -> None:
    many = " ".join(f"w{n}" for n in range(50))
    assert searched_words(many) == [f"w{n}" for n in range(MAX_WORDS)]
    assert len(searched_words("x" * 10_000)[0]) == 200


# --- Indexes ----------------------------------------------------------------------------------


class Editor:
    """Runs the statements of an index inside the transaction of a test."""

    connection = connection

    def execute(self, statement: str, params: object = None) -> None:
        with connection.cursor() as cursor:
            cursor.execute(statement)


@pytest.mark.django_db
def test_an_index_is_made_taken_away_and_put_back() -> None:
    made = CreateTextIndex("accounts_userrole", "role_fts", "role")
    drop, editor = DropTextIndex(made), Editor()
    made.database_forwards("accounts", editor, None, None)
    there = _indexes()
    drop.database_forwards("accounts", editor, None, None)
    gone = _indexes()
    drop.database_backwards("accounts", editor, None, None)
    assert "role_fts" in there
    assert gone == set()
    assert _indexes() == there


@pytest.mark.django_db
def test_an_index_holds_what_was_there_and_follows_the_table() -> None:
    UserRole.objects.create(user_id=1, role="busbar")
    made = CreateTextIndex("accounts_userrole", "role_fts", "role")
    made.database_forwards("accounts", Editor(), None, None)
    assert _found("busb") == 1, "what was there before"
    UserRole.objects.create(user_id=2, role="kubikel")
    UserRole.objects.filter(role="busbar").update(role="sakelar")
    assert [_found(word) for word in ("kubi", "sake", "busb")] == [1, 1, 0]
    UserRole.objects.all().delete()
    assert [_found(word) for word in ("kubi", "sake")] == [0, 0]


def _found(word: str) -> int:
    """How many rows hold these letters, as the index of each database is asked."""
    asked, sent = (
        ("SELECT count(*) FROM role_fts WHERE role MATCH %s", word)
        if connection.vendor == "sqlite"
        else (
            "SELECT count(*) FROM accounts_userrole WHERE role LIKE %s",
            f"%{word}%",
        )
    )
    with connection.cursor() as cursor:
        cursor.execute(asked, [sent])
        return int(cursor.fetchone()[0])


def _indexes() -> set[str]:
    """What the database knows by the name of the index."""
    asked = (
        "SELECT name FROM sqlite_master WHERE name LIKE 'role_fts%%'"
        if connection.vendor == "sqlite"
        else "SELECT indexname FROM pg_indexes WHERE indexname LIKE 'role_fts%%'"
    )
    with connection.cursor() as cursor:
        cursor.execute(asked, [])
        return {row[0] for row in cursor.fetchall()}
