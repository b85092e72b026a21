"""A number of rows as one value of another query."""

import pytest

from core.accounts.models import User, UserRole
from core.db.counting import how_many

pytestmark = pytest.mark.django_db


def test_a_key_counts_once_and_no_row_is_zero(agus: User) -> None:
    for role in ("pic", "spv"):
        UserRole.objects.create(user_id=77, role=role)
    rows = UserRole.objects.filter(user_id=77)
    one = User.objects.filter(pk=agus.pk)
    read = one.values_list(
        how_many(rows), how_many(rows, "user_id"), how_many(rows.filter(role="x"))
    )
    assert list(read) == [(2, 1, 0)]
