"""People who raise and decide, and one pending change."""

from typing import Any

import pytest

from core.accounts.models import User, UserRole
from engineering.models import ChangeNotice
from engineering.queries.upstream_names import UpstreamNames
from engineering.services import raise_change
from tests.people import cast  # noqa: F401  (a fixture)

NOTHING_KNOWN = UpstreamNames()


def make_person(ext_id: int, name: str, *roles: str, **more: Any) -> User:
    """A mirrored person with roles."""
    user = User.objects.create_user(name.lower(), ext_id=ext_id, name=name, **more)
    for role in roles:
        UserRole.objects.create(user_id=ext_id, role=role)
    return user


@pytest.fixture
def agus(db: None) -> User:
    """An engineer."""
    return make_person(12, "Agus", "pic")


@pytest.fixture
def budi(db: None) -> User:
    """Another engineer, without a role."""
    return make_person(15, "Budi")


@pytest.fixture
def hendi(db: None) -> User:
    """The SPV."""
    return make_person(7, "Hendi", "spv")


@pytest.fixture
def rina(db: None) -> User:
    """The manager."""
    return make_person(3, "Rina", "manager")


@pytest.fixture
def ratna(db: None) -> User:
    """The other manager."""
    return make_person(4, "Ratna", "manager")


@pytest.fixture
def admin(db: None, settings: Any) -> User:
    """The administrator whom EMS_ADMINS names."""
    settings.EMS_ADMINS = ["admin"]
    return make_person(1, "Admin", is_superuser=True)


def a_change(by: User, **fields: Any) -> ChangeNotice:
    """A pending ECN of two lines: 2 x 4,170,000 in, 1 x 1,350,000 out."""
    return raise_change(
        by=by,
        fields={
            "kind": 0,
            "engineering": "Ganti MCCB",
            "detail_problem": "Arus naik",
            **fields,
        },
        items=[
            {
                "ext_item_id": 1001,
                "qty": 2,
                "snapshot_price": 4_170_000,
                "direction": 0,
            },
            {
                "ext_item_id": 1002,
                "qty": 1,
                "snapshot_price": 1_350_000,
                "direction": 1,
            },
        ],
        facts=NOTHING_KNOWN,
    )


@pytest.fixture
def change(agus: User, rina: User) -> ChangeNotice:
    """Raised by Agus; Rina may decide."""
    return a_change(agus)
