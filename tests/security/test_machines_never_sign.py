"""A machine has no way through any door that signs, whatever its scopes say."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from activities.models import Task
from core.approvals.models import Decision
from core.service_accounts.services import make_service_account, make_service_token
from tests.people import Caller, Cast
from tests.security.test_reentry_doors import World

EVERYTHING = [f"{verb} /" for verb in ("GET", "POST", "PUT", "PATCH", "DELETE")]


@pytest.fixture
def world(cast: Cast) -> World:
    """Everything that waits for a signature, and a machine in place of each person."""
    account = make_service_account(name="Skrip", purpose="Mencoba.", by=cast.admin)
    _token, text = make_service_token(
        account_id=account.pk,
        by=cast.admin,
        last_day=timezone.localdate() + timedelta(days=1),
        scopes=EVERYTHING,
    )
    found = World(cast)
    machine = Caller()
    machine.token = text
    found.api = dict.fromkeys(found.api, machine)
    return found


@pytest.mark.django_db
@pytest.mark.parametrize("reauth", ["off", "each"])
def test_every_door_of_the_api_refuses_a_machine(
    world: World, settings: Any, reauth: str
) -> None:
    settings.SIGNATURE_REAUTH = reauth
    doors = {name: press for name, press in world.doors().items() if "api" in name[0]}
    assert len(doors) >= 6
    for (place, verb), press in doors.items():
        answer = press({})
        assert answer.status_code in {400, 401, 403, 404, 409}, (
            place,
            verb,
            answer.content,
        )
    assert not Decision.objects.exists()
    signed = Task.objects.exclude(completed_date_pic=None)
    assert not signed.exists()
