"""A real MariaDB on loopback answers as its copy in an SQLite file does; without one this says so."""

from collections.abc import Iterator

import pytest

from core.errors import DomainError
from legacy.schema import TABLES
from legacy.source import open_source
from legacy.tests.damage import damaged
from legacy.tests.mariadb import copied
from legacy.tests.old_database import OldDatabase

NAME = "ems_test_import"


@pytest.fixture(scope="module")
def old(tmp_path_factory: pytest.TempPathFactory) -> OldDatabase:
    """The damaged database."""
    return damaged(tmp_path_factory.mktemp("old"))


@pytest.fixture(scope="module")
def address(old: OldDatabase) -> Iterator[str]:
    """The same rows in MariaDB."""
    with copied(old, NAME) as found:
        yield found


@pytest.mark.parametrize("table", sorted(TABLES))
def test_rows_are_the_same(old: OldDatabase, address: str, table: str) -> None:
    with open_source(address) as real, open_source(old.address) as copy:
        assert real.roots(table, 0, 1000) == copy.roots(table, 0, 1000)


def test_orphans_and_children_are_the_same(old: OldDatabase, address: str) -> None:
    items, key, changes = (
        "EngineeringDetailProblemItem",
        "EngineeringDetailProblemId",
        "EngineeringDetailProblems",
    )
    with open_source(address) as real, open_source(old.address) as copy:
        assert real.orphans(items, key, changes) == copy.orphans(items, key, changes)
        ids = list(range(1, 60))
        assert real.children(items, key, ids) == copy.children(items, key, ids)


def test_the_password_is_not_shown(address: str) -> None:
    with open_source(address.replace("root@", "root:@")) as source:
        assert source.address == f"mysql://root@127.0.0.1:3306/{NAME}"


def test_a_server_that_goes_away_is_a_sentence(address: str) -> None:
    with open_source(address) as source:
        source._line.close()
        with pytest.raises(DomainError) as refused:
            source.count("Tasks")
    assert refused.value.code == "unavailable"
