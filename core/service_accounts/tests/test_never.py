"""What no token opens, whatever its scopes say: a decision, a signature, a right, another's door."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.utils import timezone

from bom.tests.conftest import put_up
from core.accounts.models import UserRole
from core.approvals.models import Decision
from core.errors import DomainError
from core.ledger.models import Event
from core.ledger.queries import events_about
from core.service_accounts.models import ServiceAccount, ServiceToken
from core.service_accounts.policies import is_from
from core.service_accounts.services import make_service_account, note_use
from core.service_accounts.tests.conftest import caller, token_for
from tests.factories import a_change, an_activity
from tests.people import Caller, Cast

pytestmark = pytest.mark.django_db
EVERY = ["GET /", "POST /", "PUT /", "PATCH /", "DELETE /"]


@pytest.fixture
def ppic(cast: Cast, machine: ServiceAccount) -> Caller:
    """A machine with every scope that can be written."""
    return caller(token_for(machine, cast, scopes=EVERY))


def is_refused(answer: Any) -> bool:
    return bool(400 <= answer.status_code < 500)


@pytest.mark.parametrize("status", [1, 2, 3])
def test_it_decides_on_no_change(cast: Cast, ppic: Caller, status: int) -> None:
    change = a_change(cast.agus)
    body = {"status": status, "remark": "oleh mesin"}
    old = {"id": change.pk, "status": status, "approvalRemark": "oleh mesin"}
    for path, said in (
        (f"/engineeringDetailProblems/{change.pk}/decision", body),
        ("/engineeringDetailProblems", old),
        (
            "/engineeringDetailProblems",
            old | {"approvals": [{"extUserId": 3, "status": status}]},
        ),
    ):
        ppic.call("POST", path, said)
    change.refresh_from_db()
    assert change.status == 0
    assert not Decision.objects.exists()


@pytest.mark.parametrize("who", ["rina", "hendi"])
def test_it_decides_for_nobody(cast: Cast, ppic: Caller, who: str) -> None:
    """Not in the place of a person either."""
    change = a_change(cast.agus)
    person = getattr(cast, who)
    body = {"status": 1, "remark": "", "onBehalfOf": person.ext_id}
    answer = ppic.call("POST", f"/engineeringDetailProblems/{change.pk}/decision", body)
    assert is_refused(answer)
    assert not Decision.objects.exists()


def test_it_decides_on_no_bom(cast: Cast, ppic: Caller) -> None:
    bom = put_up(700, cast.agus)
    pics = [{"extUserId": cast.agus.ext_id, "status": 1}]
    for path, said in (
        ("/bomapprovals", {"extBomLeveledId": 700, "pics": pics}),
        ("/bomapprovals", {"id": bom.pk, "extBomLeveledId": 700, "pics": pics}),
        ("/bomapprovals/700/decision", {"status": 1, "revision": 1, "digest": ""}),
    ):
        ppic.call("POST", path, said)
    bom.refresh_from_db()
    assert bom.status == 0
    assert not Decision.objects.exists()


def test_it_signs_no_task(cast: Cast, ppic: Caller) -> None:
    task = an_activity(cast.agus).tasks.order_by("pk")[0]
    for role in ("pic", "spv", "manager"):
        answer = ppic.call(
            "PUT", f"/api/notifications/done?taskId={task.pk}&role={role}"
        )
        assert is_refused(answer), role
        ppic.call("PUT", f"/api/notifications/undo-done?taskId={task.pk}&role={role}")
    task.refresh_from_db()
    assert task.completed_date_pic is None
    assert not Event.objects.filter(kind__startswith="task.signed").exists()


def test_it_gives_itself_no_right(
    cast: Cast, ppic: Caller, machine: ServiceAccount
) -> None:
    before = UserRole.objects.count()
    for user_id in (cast.agus.ext_id, 0, -1, None, machine.user_id):
        answer = ppic.call(
            "POST", "/api/userroles", {"userId": user_id, "role": "manager"}
        )
        assert is_refused(answer)
    assert UserRole.objects.count() == before


def test_the_pages_are_closed_to_it(ppic: Caller, machine: ServiceAccount) -> None:
    for path in (
        "/setup/service-accounts/new/",
        f"/setup/service-accounts/{machine.pk}/",
        "/setup/switch/start/",
    ):
        assert ppic.call("POST", path, {"name": "x"}).status_code in {302, 403}
    assert ServiceAccount.objects.count() == 1
    assert ServiceToken.objects.count() == 1


# --- Addresses ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("addresses", "address", "is_inside"),
    [
        # A server that listens on both kinds writes IPv4 so.
        (["10.1.2.0/24"], "::ffff:10.1.2.77", True),
        (["10.1.2.0/24"], "::ffff:10.1.3.77", False),
        (["0.0.0.0/0"], "203.0.113.9", True),
        (["::/0"], "203.0.113.9", False),
        (["fe80::/10"], "fe80::1%eth0", True),
    ],
)
def test_an_address_in_another_writing(
    addresses: list[str], address: str, *, is_inside: bool
) -> None:
    assert is_from(addresses, address) is is_inside


def test_a_refused_address_uses_nothing_up(
    cast: Cast, machine: ServiceAccount, settings: Any
) -> None:
    """It counts neither as a use nor against the calls a minute of the machine itself."""
    cache.clear()
    settings.SERVICE_CALLS_PER_MINUTE = 1
    text = token_for(machine, cast, addresses=["10.0.0.0/8"])
    for _call in range(5):
        caller(text).read("/bomapprovals", 403)
    token = ServiceToken.objects.get()
    assert (token.first_used_at, token.last_used_at, token.last_address) == (
        None,
        None,
        "",
    )
    ServiceToken.objects.update(addresses=["127.0.0.0/8"])
    caller(text).read("/bomapprovals")


# --- The history --------------------------------------------------------------------


def test_two_processes_tell_its_first_use_once(
    cast: Cast, machine: ServiceAccount
) -> None:
    """Both read the token before either of them had noted it."""
    token_for(machine, cast)
    first, second = ServiceToken.objects.get(), ServiceToken.objects.get()
    note_use(first, "10.0.0.1")
    note_use(second, "10.0.0.2")
    kinds = [event.kind for event in events_about(machine)]
    assert kinds.count("machine.token_used") == 1
    assert ServiceToken.objects.get().last_address == "10.0.0.1"


def test_a_token_whose_day_is_over_is_not_noted_as_used(
    cast: Cast, machine: ServiceAccount
) -> None:
    text = token_for(machine, cast)
    ServiceToken.objects.update(last_day=timezone.localdate() - timedelta(days=1))
    caller(text).read("/bomapprovals", 401)
    assert ServiceToken.objects.get().first_used_at is None


@pytest.mark.parametrize("name", ["Rina Lestari", "  rina LESTARI "])
def test_a_machine_is_not_called_like_a_person(cast: Cast, name: str) -> None:
    """Histories name it: nobody must take its writing for a person's."""
    with pytest.raises(DomainError) as refused:
        make_service_account(name=name, purpose="x", by=cast.admin)
    assert list(refused.value.errors) == ["name"]
    assert not ServiceAccount.objects.exists()
