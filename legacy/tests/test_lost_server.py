"""A real MariaDB whose connection is killed in the middle; and addresses that it refuses."""

from collections.abc import Iterator
from contextlib import closing
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from core.ledger.models import Event
from engineering.models import ChangeNotice
from legacy import running, writing
from legacy.models import LegacyRow, LegacyRun
from legacy.services import start_run
from legacy.services.execution import carry_out
from legacy.tests.damage import damaged
from legacy.tests.mariadb import connected, copied, kill_lines_to
from legacy.tests.old_database import OldDatabase, row_count, usual
from legacy.tests.test_running import checks
from tests.people import Cast

pytestmark = [pytest.mark.django_db, pytest.mark.socket_in_transaction]
NAME = "ems_test_lost"
PASSWORD = "b3nar-sekali"
READER = "ems_test_reader"


@pytest.fixture
def old(old_folder: Path) -> OldDatabase:
    """The damaged database."""
    return damaged(old_folder)


@pytest.fixture
def address(old: OldDatabase) -> Iterator[str]:
    """The same rows in MariaDB."""
    with copied(old, NAME) as found:
        yield found


def imported(*words: str) -> tuple[int, str]:
    """Exit code and words of ``import_legacy``."""
    said = StringIO()
    with pytest.raises(SystemExit) as ended:
        call_command("import_legacy", *words, stdout=said, stderr=said)
    return int(ended.value.code or 0), said.getvalue()


def kill_after(chunks: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """The server ends the connection when so many chunks are written."""
    whole, left = writing.write_chunk, iter(range(chunks))

    def written(*words: Any) -> Any:
        done = whole(*words)
        if next(left, None) == chunks - 1:
            assert kill_lines_to(NAME) == 1
        return done

    monkeypatch.setattr(running, "write_chunk", written)


@pytest.mark.parametrize("chunks", [1, 7, 15])
def test_a_killed_connection_is_a_sentence_and_the_next_run_ends(
    cast: Cast,
    old: OldDatabase,
    address: str,
    monkeypatch: pytest.MonkeyPatch,
    chunks: int,
) -> None:
    words = (address, "--files", str(old.files), "--chunk", "5")
    with monkeypatch.context() as patch:
        kill_after(chunks, patch)
        code, said = imported(*words)
    assert (code, LegacyRun.objects.count()) == (2, 1)
    assert "Basis data lama" in said
    assert "Traceback" not in said
    half = LegacyRun.objects.get()
    assert half.finished_at is None
    assert half.problem in said
    assert 0 < LegacyRow.objects.count() < row_count(old)
    code, _said = imported(*words)
    assert code == 1
    run = LegacyRun.objects.get()
    assert (run.finished_at is not None, run.problem) == (True, "")
    assert LegacyRow.objects.count() == row_count(old)
    assert run.read == run.total
    assert "invariants hold" in checks()


def test_what_was_cut_off_and_what_was_not_are_the_same(
    cast: Cast, old: OldDatabase, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        kill_after(4, patch)
        imported(address, "--chunk", "5")
    imported(address, "--chunk", "5")
    numbers = set(ChangeNotice.objects.values_list("pk", "number", "digest"))
    events = Event.objects.filter(kind__endswith=".imported").count()
    rows = set(LegacyRow.objects.values_list("table", "source_id", "outcome", "sha256"))
    assert len(rows) == row_count(old)
    assert len({(table, key) for table, key, _out, _sha in rows}) == row_count(old)
    assert len(numbers) == ChangeNotice.objects.count()
    assert events == Event.objects.filter(kind__endswith=".imported").distinct().count()


def test_the_page_says_it_and_goes_on(
    cast: Cast,
    address: str,
    old: OldDatabase,
    settings: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    settings.LEGACY_DATABASE_URL = address
    run = start_run(kind=LegacyRun.Kind.IMPORT, by=cast.admin)
    with monkeypatch.context() as patch:
        kill_after(3, patch)
        carry_out.call(run.pk)
    run.refresh_from_db()
    assert run.state == LegacyRun.State.STOPPED
    again = start_run(kind=LegacyRun.Kind.IMPORT, by=cast.admin)
    assert again.pk == run.pk
    carry_out.call(again.pk)
    again.refresh_from_db()
    assert again.state == LegacyRun.State.DONE
    assert LegacyRow.objects.count() == row_count(old)


def test_a_second_run_over_mariadb_writes_nothing(
    cast: Cast, old: OldDatabase, address: str
) -> None:
    imported(address, "--files", str(old.files))
    rows, events = LegacyRow.objects.count(), Event.objects.count()
    code, _said = imported(address, "--files", str(old.files))
    assert code == 1
    assert LegacyRun.objects.latest("pk").written == 0
    assert (LegacyRow.objects.count(), Event.objects.count()) == (rows, events)


# --- Refused -----------------------------------------------------------------------


@pytest.fixture
def reader(address: str) -> Iterator[str]:
    """A user with a password who may only read; the address with both."""
    with closing(connected()) as line, line.cursor() as cursor:
        cursor.execute(
            f"CREATE OR REPLACE USER {READER}@127.0.0.1 IDENTIFIED BY '{PASSWORD}'"
        )
        cursor.execute(f"GRANT SELECT ON `{NAME}`.* TO {READER}@127.0.0.1")
        try:
            yield f"mysql://{READER}:{PASSWORD}@127.0.0.1:3306/{NAME}"
        finally:
            cursor.execute(f"DROP USER {READER}@127.0.0.1")


def test_a_reader_is_enough(cast: Cast, reader: str) -> None:
    code, said = imported(reader)
    assert code == 1
    assert PASSWORD not in said + LegacyRun.objects.get().source


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ((PASSWORD, "salah"), "menolak"),
        ((READER, "nobody_here"), "menolak"),
        ((f"/{NAME}", "/mysql"), "menolak"),
    ],
)
def test_a_wrong_user_or_password_is_a_sentence_without_either(
    cast: Cast, reader: str, wrong: tuple[str, str], words: str
) -> None:
    code, said = imported(reader.replace(*wrong))
    assert code == 2
    assert words in said
    assert PASSWORD not in said
    assert "salah" not in said
    assert not LegacyRun.objects.exists()
    assert not ChangeNotice.objects.exists()


def test_a_database_that_is_not_there_is_named(cast: Cast, address: str) -> None:
    code, said = imported(address.replace(NAME, "ems_no_such"))
    assert code == 2
    assert "127.0.0.1" in said


def test_a_database_without_tables_says_what_is_missing(cast: Cast) -> None:
    with closing(connected()) as line, line.cursor() as cursor:
        cursor.execute("CREATE OR REPLACE DATABASE ems_test_blank")
        try:
            code, said = imported("mysql://root@127.0.0.1:3306/ems_test_blank")
        finally:
            cursor.execute("DROP DATABASE ems_test_blank")
    assert code == 2
    assert "EngineeringDetailProblems" in said
    assert "(+" in said


def test_a_newer_schema_keeps_what_it_does_not_know(
    cast: Cast, old: OldDatabase, address: str
) -> None:
    with closing(connected(database=NAME)) as line, line.cursor() as cursor:
        cursor.execute("ALTER TABLE `EngineeringDetailProblems` ADD `Warna` longtext")
        cursor.execute(
            "UPDATE `EngineeringDetailProblems` SET `Warna` = 'merah' WHERE `Id` = 1"
        )
    assert imported(address)[0] == 1
    row = LegacyRow.objects.get(table="EngineeringDetailProblems", source_id=1)
    assert "unknown_column" in row.marks
    event = Event.objects.get(kind="change.imported", record_id=1)
    assert (event.after or {})["old"]["Warna"] == "merah"


@pytest.mark.parametrize(
    "wrong",
    [
        "mysql://root@127.0.0.1:zzz/x",
        "mysql://root@127.0.0.1",
        "mysql:///x",
        "mariadb://root@127.0.0.1/x",
        "root@127.0.0.1/x",
        "",
        "mysql://root@nowhere.invalid/x",
        "mysql://root@[::1/x",
    ],
)
def test_what_is_no_address_is_a_sentence(
    cast: Cast, wrong: str, settings: Any
) -> None:
    settings.LEGACY_DATABASE_URL = ""
    for word in ([], ["--dry-run"]):
        code, said = imported(wrong, *word)
        assert code == 2
        assert said.strip().endswith((".", "LEGACY_DATABASE_URL."))
        assert "Traceback" not in said


def test_a_target_with_records_of_its_own_is_left_alone(
    cast: Cast, old_folder: Path
) -> None:
    ChangeNotice.objects.create(number="X-1", kind=0, date="2026-03-02")
    code, said = imported(usual(old_folder).address)
    assert code == 2
    assert "Tidak ada yang ditulis" in said
    assert not LegacyRow.objects.exists()
    assert ChangeNotice.objects.count() == 1
