"""The best few rows: beginnings by an index, and never what is merely near."""

import pytest
from django.db import connection

from core.db.ranking import Match, beginning_with, best_of
from supportdocs.models import SupportTable

pytestmark = pytest.mark.django_db


@pytest.fixture
def _names() -> None:
    SupportTable.objects.bulk_create(
        SupportTable(name=name)
        for name in ("Gambar B", "gambar A", "Ganti", "100% selesai", "10_ baru", "g")
    )


@pytest.mark.usefixtures("_names")
@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("GAMBAR", ["gambar A", "Gambar B"]),
        ("ga", ["gambar A", "Gambar B", "Ganti"]),
        ("10%", []),
        ("10_", ["10_ baru"]),
        ("100%", ["100% selesai"]),
        ("x", []),
    ],
)
def test_a_beginning_in_any_letter_case_and_no_pattern(
    text: str, found: list[str]
) -> None:
    rows = beginning_with(SupportTable.objects.all(), "name", text)
    assert [row.name for row in rows] == found


def test_a_beginning_is_read_along_its_index() -> None:
    rows = beginning_with(SupportTable.objects.all(), "name", "gam")[:6]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":  # for a table that is small
            cursor.execute("SET LOCAL enable_seqscan = off")
        assert "document_begins" in rows.explain()


@pytest.mark.usefixtures("_names")
def test_each_row_once_with_the_best_and_later_tiers_only_if_need_be() -> None:
    rows = SupportTable.objects.order_by("pk")
    found = best_of(
        (
            (Match.NUMBER, rows.filter(name="Ganti")),
            (Match.NAME, rows.filter(name="Gambar B")),
            (Match.WORDS, rows),
        ),
        3,
    )
    assert [(row.name, match) for row, match in found] == [
        ("Ganti", Match.NUMBER),
        ("Gambar B", Match.NAME),
        ("gambar A", Match.WORDS),
    ]
    never = rows.extra(where=["no_such_column"])
    assert len(best_of(((Match.NAME, rows), (Match.WORDS, never)), 2)) == 2
