"""A person and a record to write about."""

import pytest

from core.accounts.models import User, UserRole


@pytest.fixture
def rina(db: None) -> User:
    """The manager."""
    UserRole.objects.create(user_id=3, role="manager")
    return User.objects.create_user("rina", ext_id=3, name="Rina")


@pytest.fixture
def agus(db: None) -> User:
    """Somebody without a role."""
    return User.objects.create_user("agus", ext_id=12, name="Agus")
