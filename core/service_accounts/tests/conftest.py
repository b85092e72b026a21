"""A machine and its token."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from core.service_accounts.models import ServiceAccount
from core.service_accounts.services import make_service_account, make_service_token
from tests.people import Caller, Cast


@pytest.fixture
def machine(cast: Cast) -> ServiceAccount:
    """PPIC's nightly script."""
    return make_service_account(
        name="PPIC malam", purpose="Membaca BOM yang disetujui.", by=cast.admin
    )


def token_for(machine: ServiceAccount, cast: Cast, **more: Any) -> str:
    """The text of a new token, good for a month."""
    last_day = more.pop("last_day", timezone.localdate() + timedelta(days=30))
    _token, text = make_service_token(
        account_id=machine.pk, by=cast.admin, last_day=last_day, **more
    )
    return text


def caller(text: str) -> Caller:
    """A client that sends this token."""
    found = Caller()
    found.token = text
    return found
