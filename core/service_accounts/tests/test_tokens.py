"""Machines call the API: what a token opens, where from, how often, and that it decides nothing."""

from datetime import timedelta

import pytest
from django.utils import timezone

from core.accounts.models import User
from core.accounts.queries import sha256
from core.errors import DomainError
from core.ledger.queries import events_about
from core.service_accounts.models import ServiceAccount, ServiceToken
from core.service_accounts.services import (
    end_service_account,
    end_service_token,
    make_service_account,
    make_service_token,
)
from core.service_accounts.tests.conftest import caller, token_for
from engineering.models import ChangeNotice
from tests.people import Cast, fresh

pytestmark = pytest.mark.django_db
CHANGE = {
    "title": "Ganti MCCB",
    "description": "Arus naik.",
    "type": 0,
    "items": [{"pn": "MCCB-1", "partName": "MCCB", "qty": 1, "uom": "pcs", "type": 0}],
}


def kinds(machine: ServiceAccount) -> list[str]:
    return [event.kind for event in events_about(machine)]


def test_a_token_reads_everything_and_writes_nothing_unless_it_is_said(
    cast: Cast, machine: ServiceAccount
) -> None:
    ppic = caller(token_for(machine, cast))
    assert ppic.read("/bomapprovals") == []
    assert ppic.read("/engineeringDetailProblems/") == []
    assert ppic.call("HEAD", "/bomapprovals").status_code == 200
    refused = ppic.write("/api/comments", {"record": "change:1", "text": "x"}, 403)
    assert "POST /api/comments" in refused["message"]


def test_only_its_digest_is_kept_and_it_is_known_by_its_beginning(
    cast: Cast, machine: ServiceAccount
) -> None:
    text = token_for(machine, cast)
    token = ServiceToken.objects.get()
    assert token.token_sha256 == sha256(text)
    assert text.startswith(token.beginning)
    assert len(text) > 40
    told = [str((event.before, event.after)) for event in events_about(machine)]
    assert not any(text in line for line in told)


def test_a_scope_is_by_verb_and_path(cast: Cast, machine: ServiceAccount) -> None:
    scopes = ["GET /bomapprovals", "POST /engineeringDetailProblems"]
    crm = caller(token_for(machine, cast, scopes=scopes))
    assert crm.read("/BOMapprovals") == []
    crm.read("/api/inbox", 403)
    made = crm.write("/engineeringDetailProblems", CHANGE)
    change = ChangeNotice.objects.get(pk=made["id"])
    assert change.created_by == machine.user
    event = events_about(change)[0]
    assert event.actor_name == "PPIC malam"


def test_a_token_is_good_only_from_its_addresses(
    cast: Cast, machine: ServiceAccount
) -> None:
    far = caller(token_for(machine, cast, addresses=["10.0.0.0/8"]))
    near = caller(token_for(machine, cast, addresses=["127.0.0.0/8"]))
    assert "127.0.0.1" in far.read("/bomapprovals", 403)["message"]
    assert near.read("/bomapprovals") == []
    assert ServiceToken.objects.filter(first_used_at=None).count() == 1


def test_it_ends_with_its_day_by_hand_and_with_its_account(
    cast: Cast, machine: ServiceAccount
) -> None:
    ended, old, last = (token_for(machine, cast) for _ in range(3))
    first, second, _third = ServiceToken.objects.order_by("pk")
    end_service_token(token_id=first.pk, by=cast.admin)
    end_service_token(token_id=first.pk, by=cast.admin)
    second.last_day = timezone.localdate() - timedelta(days=1)
    second.save()
    for text in (ended, old, "ems_nothing", "ems_" + "x" * 9000):
        caller(text).read("/bomapprovals", 401)
    caller(last).read("/bomapprovals")
    end_service_account(account_id=machine.pk, by=cast.admin)
    end_service_account(account_id=machine.pk, by=cast.admin)
    caller(last).read("/bomapprovals", 401)
    assert kinds(machine).count("machine.token_ended") == 1
    assert kinds(machine).count("machine.ended") == 1
    with pytest.raises(DomainError, match="PPIC malam"):
        token_for(machine, cast)


def test_the_last_day_is_whole(cast: Cast, machine: ServiceAccount) -> None:
    text = token_for(machine, cast, last_day=timezone.localdate())
    caller(text).read("/bomapprovals")


@pytest.mark.parametrize("days", [-1, 800])
def test_a_day_that_is_over_or_far_away_is_refused(
    cast: Cast, machine: ServiceAccount, days: int
) -> None:
    with pytest.raises(DomainError) as refused:
        token_for(machine, cast, last_day=timezone.localdate() + timedelta(days=days))
    assert "last_day" in refused.value.errors


def test_its_first_use_is_an_event_and_its_last_use_is_noted(
    cast: Cast, machine: ServiceAccount
) -> None:
    ppic = caller(token_for(machine, cast))
    for _ in range(3):
        ppic.read("/bomapprovals")
    token = ServiceToken.objects.get()
    assert token.first_used_at is not None
    assert token.last_address == "127.0.0.1"
    assert kinds(machine) == [
        "machine.made",
        "machine.token_made",
        "machine.token_used",
    ]
    long_ago = timezone.now() - timedelta(hours=1)
    ServiceToken.objects.update(last_used_at=long_ago, last_address="10.9.9.9")
    ppic.read("/bomapprovals")
    token.refresh_from_db()
    assert token.last_used_at is not None
    assert token.last_used_at > long_ago
    assert token.last_address == "127.0.0.1"


def test_each_token_has_its_own_calls_a_minute(
    cast: Cast, machine: ServiceAccount, settings: object
) -> None:
    settings.SERVICE_CALLS_PER_MINUTE = 2  # type: ignore[attr-defined]
    busy, calm = (caller(token_for(machine, cast)) for _ in range(2))
    busy.read("/bomapprovals")
    busy.read("/bomapprovals")
    refused = busy.call("GET", "/bomapprovals")
    assert (refused.status_code, refused["Retry-After"]) == (429, "60")
    calm.read("/bomapprovals")
    cast.api("budi").read("/bomapprovals")


def test_it_is_nobody_who_can_be_asked_or_named(
    cast: Cast, machine: ServiceAccount
) -> None:
    user = fresh(machine.user)
    assert (user.is_active, user.is_staff, user.ext_id) == (False, False, None)
    assert not user.has_usable_password()
    assert not User.objects.filter(is_active=True, name=machine.name).exists()
    answer = cast.browser().post(
        "/accounts/login/", {"username": user.username, "password": "x"}
    )
    assert answer.status_code != 302


def test_it_administers_nothing(cast: Cast, machine: ServiceAccount) -> None:
    every = ["GET /", "POST /", "PUT /", "DELETE /"]
    ppic = caller(token_for(machine, cast, scopes=every))
    for path, body in (
        ("/api/userroles", {"userId": 101, "role": "manager"}),
        ("/configurations", {"name": "CCNThreshold", "value": "1"}),
        ("/panelprocess", {"panelType": "LVMDP", "processName": "Uji", "minutes": 4}),
    ):
        ppic.write(path, body, 403)
    pages = ("/setup/service-accounts/", "/admin/", "/inbox/")
    for page in pages:
        assert ppic.call("GET", page).status_code == 302


def test_only_administrators_make_and_end(cast: Cast, machine: ServiceAccount) -> None:
    token_for(machine, cast)
    token = ServiceToken.objects.get()
    day = timezone.localdate()
    for by in (cast.rina, cast.hendi, cast.budi, machine.user):
        for verb in (
            lambda by=by: make_service_account(name="x", purpose="y", by=by),
            lambda by=by: make_service_token(
                account_id=machine.pk, by=by, last_day=day
            ),
            lambda by=by: end_service_token(token_id=token.pk, by=by),
            lambda by=by: end_service_account(account_id=machine.pk, by=by),
        ):
            with pytest.raises(DomainError) as refused:
                verb()
            assert refused.value.code == "forbidden"
    assert kinds(machine) == ["machine.made", "machine.token_made"]


@pytest.mark.parametrize(
    ("name", "purpose", "field"),
    [("  ", "x", "name"), ("CRM", " ", "purpose"), ("ppic MALAM", "x", "name")],
)
def test_an_account_needs_a_name_of_its_own_and_a_purpose(
    cast: Cast, machine: ServiceAccount, name: str, purpose: str, field: str
) -> None:
    with pytest.raises(DomainError) as refused:
        make_service_account(name=name, purpose=purpose, by=cast.admin)
    assert list(refused.value.errors) == [field]


def test_what_is_not_there_is_not_found(cast: Cast, machine: ServiceAccount) -> None:
    for verb in (
        lambda: end_service_token(token_id=999, by=cast.admin),
        lambda: end_service_account(account_id=999, by=cast.admin),
    ):
        with pytest.raises(DomainError) as refused:
            verb()
        assert refused.value.code == "not_found"
