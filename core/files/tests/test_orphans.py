"""Files that no record names, and files whose record was never written."""

import os
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from core.files import uploaded
from core.files.uploaded import discarded_on_failure, orphans, store, sweep
from tests.contract.paths import PDF

HOURS = 6.0


@pytest.fixture(autouse=True)
def place(settings: Any, tmp_path: Path) -> Path:
    """A store of our own."""
    settings.MEDIA_ROOT = str(tmp_path)
    return tmp_path


def lying(name: str, hours: float) -> str:
    """A stored file of this age."""
    kept = default_storage.save(f"documents/{name}", ContentFile(b"x"))
    stamp = (datetime.now(UTC) - timedelta(hours=hours)).timestamp()
    os.utime(default_storage.path(kept), (stamp, stamp))
    return kept


def knows(*known: str) -> Any:
    """A record for each of these."""
    return lambda names: {name for name in names if name in known}


def test_only_what_is_old_and_unknown_is_an_orphan() -> None:
    lost = lying("lost", HOURS + 1)
    named, young = lying("named", HOURS + 1), lying("young", HOURS - 1)
    found = list(orphans("documents", knows(named), HOURS))
    assert found == [lost]
    assert default_storage.exists(young)


def test_a_sweep_removes_orphans_and_counts_them() -> None:
    lost = [lying(f"lost-{n}", HOURS + n + 1) for n in range(3)]
    named = lying("named", HOURS + 1)
    assert sweep("documents", knows(named), HOURS) == 3
    assert not any(default_storage.exists(name) for name in lost)
    assert default_storage.exists(named)
    assert sweep("documents", knows(named), HOURS) == 0


def test_a_folder_that_was_never_made_has_no_orphans() -> None:
    assert list(orphans("nowhere", knows(), HOURS)) == []


def test_records_are_asked_for_a_bounded_number_of_names_at_a_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(uploaded, "SWEPT_AT_ONCE", 2)
    made = {lying(f"{n}", HOURS + 1) for n in range(5)}
    asked: list[list[str]] = []

    def known(names: Sequence[str]) -> set[str]:
        asked.append(list(names))
        return set(names)

    assert list(orphans("documents", known, HOURS)) == []
    assert [len(names) for names in asked] == [2, 2, 1]
    assert {name for names in asked for name in names} == made


def test_what_is_gone_before_it_is_looked_at_is_no_orphan() -> None:
    lost = lying("lost", HOURS + 1)

    def known(names: Sequence[str]) -> set[str]:
        default_storage.delete(lost)
        return set()

    assert list(orphans("documents", known, HOURS)) == []


# --- With the record that it belongs to ---------------------------------------------------


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt])
def test_a_file_goes_when_its_record_is_not_written(
    error: type[BaseException], place: Path
) -> None:
    kept = store("a.pdf", BytesIO(PDF), 1000)
    with pytest.raises(error), discarded_on_failure(kept):
        raise error
    assert not default_storage.exists(kept.stored_name)


def test_a_file_stays_when_its_record_is_written() -> None:
    kept = store("a.pdf", BytesIO(PDF), 1000)
    with discarded_on_failure(kept) as file:
        assert file is kept
    assert default_storage.exists(kept.stored_name)


def test_a_file_lies_under_a_name_of_ours_in_the_folder_that_was_asked_for() -> None:
    names = {
        store("../x.PDF", BytesIO(PDF), 1000, folder="documents").stored_name
        for _each in range(3)
    }
    assert len(names) == 3
    for name in names:
        folder, _slash, own = name.partition("/")
        assert (folder, own.rpartition(".")[2]) == ("documents", "pdf")
        assert "x" not in own.rpartition(".")[0]
