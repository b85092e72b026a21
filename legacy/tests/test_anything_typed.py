"""Whatever a person types into a row in quarantine: it is taken over whole, or refused in a sentence."""

import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction

from core.errors import DomainError
from core.ledger.models import Event
from legacy.models import LegacyRow
from legacy.schema import TABLES
from legacy.services import correct_row
from legacy.tests.conftest import take_over
from legacy.tests.damage import damaged
from legacy.tests.test_running import checks
from tests.people import Cast

pytestmark = [pytest.mark.django_db, pytest.mark.socket_in_transaction]
ODD = {
    "int": ["", "0", "-1", "1", "2", "7", "700", "2147483647", "9999999999", "1_0", "٣", "1.5"],
    "bool": ["", "0", "1", "true", "ya"],
    "double": ["", "0", "-0.5", "1e308", "inf", "-inf", "nan", "1.234,5", "1e-30", "x"],
    "time": ["", "2026-03-02", "0001-01-01 00:00", "9999-12-31 23:59:59", "2026-03-02T07:00+07:00", "kemarin"],
    "text": ["", " ", "x" * 25_000, "<b>x</b>", "pic", "manager", "spv", "\u202e\u200b", "😀", "'; --"],
}  # fmt: skip
TIMES = 3


@pytest.fixture
def rows(cast: Cast, old_folder: Path, settings: Any) -> Iterator[list[LegacyRow]]:
    """Every row that an import of all damage put apart."""
    old = damaged(old_folder)
    settings.LEGACY_DATABASE_URL = old.address
    settings.LEGACY_FILES = str(old.files)
    take_over(old)
    yield list(LegacyRow.objects.quarantined())
    old.line.close()


def tried(row: LegacyRow, typed: dict[str, str], cast: Cast) -> str:
    """What came of it; a refusal leaves nothing behind, and what is taken over is sound."""
    before, refused = Event.objects.count(), None
    try:
        with transaction.atomic():
            correct_row(row_id=row.pk, typed=typed, by=cast.admin)
    except DomainError as error:
        refused = error
    # A row that was built anew is another row.
    now = LegacyRow.objects.get(table=row.table, source_id=row.source_id)
    if refused is None:
        assert now.outcome != LegacyRow.Outcome.QUARANTINED
        assert now.is_corrected
        return "taken over"
    assert refused.sentence.strip(" .")[-1] not in ":;,", refused
    assert now.outcome == LegacyRow.Outcome.QUARANTINED
    assert Event.objects.count() == before
    return refused.code


def once(row: LegacyRow, typed: dict[str, str], cast: Cast) -> str:
    """The same, and forgotten afterwards."""
    with transaction.atomic():
        found = tried(row, typed, cast)
        transaction.set_rollback(True)
    return found


def test_nothing_changed_is_refused_with_the_reason(
    rows: list[LegacyRow], cast: Cast
) -> None:
    assert len(rows) > 8
    assert {once(row, {}, cast) for row in rows} == {"invalid"}


@pytest.mark.parametrize("seed", range(3))
def test_odd_values_in_every_column(
    rows: list[LegacyRow], cast: Cast, seed: int
) -> None:
    dice = random.Random(seed)  # noqa: S311 - the same on each run
    came = set()
    for row in rows:
        for _time in range(TIMES):
            columns = TABLES[row.table]
            names = dice.sample([each for each in columns if each != "Id"], 2)
            typed = {name: dice.choice(ODD[columns[name]]) for name in names}
            came.add(once(row, typed, cast))
    assert "invalid" in came


def test_what_is_taken_over_after_all_holds(rows: list[LegacyRow], cast: Cast) -> None:
    """Each row once, with the first odd values that go through, one after the other."""
    dice, came = random.Random(9), []  # noqa: S311 - the same on each run
    for row in rows:
        for _time in range(2 * TIMES):
            columns = TABLES[row.table]
            keys = [each for each in columns if columns[each] == "int"]
            name = dice.choice(keys[1:] or list(columns)[1:])
            came.append(tried(row, {name: dice.choice(["1", "2", "700"])}, cast))
            if came[-1] == "taken over":
                break
    assert came.count("taken over") > 3
    checks()
