"""The pages of service accounts, and who called without a token."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.utils import timezone

from core.service_accounts import services
from core.service_accounts.models import ServiceAccount, ServiceToken, TokenlessCall
from core.service_accounts.services import (
    forget_tokenless_calls,
    note_tokenless_call,
)
from core.service_accounts.tests.conftest import caller, token_for
from tests.people import Cast, text_of

pytestmark = pytest.mark.django_db
PAGES = "/setup/service-accounts/"


def typed(**more: str) -> dict[str, str]:
    day = timezone.localdate() + timedelta(days=90)
    return {"scopes": "GET /", "addresses": "", "last_day": str(day)} | more


def test_an_administrator_makes_an_account_and_a_token_that_is_shown_once(
    cast: Cast,
) -> None:
    admin = cast.browser("admin")
    form = {"name": "CRM", "purpose": "Membuat ECN dari keluhan."}
    made = admin.post(f"{PAGES}new/", form)
    account = ServiceAccount.objects.get()
    page = f"{PAGES}{account.pk}/"
    assert made["Location"] == page
    shown = text_of(admin.post(page, typed(scopes="GET /bomapprovals")))
    token = ServiceToken.objects.get()
    text = shown.split('value="ems_')[1].split('"')[0]
    assert caller(f"ems_{text}").read("/bomapprovals") == []
    again = text_of(admin.get(page))
    assert text not in again
    assert token.beginning in again
    assert "CRM" in text_of(admin.get(PAGES))


def test_a_token_page_that_is_sent_again_makes_no_second_token(
    cast: Cast, machine: ServiceAccount
) -> None:
    admin, page = cast.browser("admin"), f"{PAGES}{machine.pk}/"
    form = typed() | {"form_key": "k" * 32}
    admin.post(page, form)
    answer = admin.post(page, form)
    assert answer["Location"] == page
    assert ServiceToken.objects.count() == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"scopes": "bomapprovals"},
        {"scopes": ""},
        {"addresses": "ppic"},
        {"last_day": "2020-01-01"},
        {"last_day": "besok"},
    ],
)
def test_what_is_typed_wrong_is_said_at_its_field(
    cast: Cast, machine: ServiceAccount, wrong: dict[str, str]
) -> None:
    answer = cast.browser("admin").post(f"{PAGES}{machine.pk}/", typed(**wrong))
    assert answer.status_code == 400
    assert f"id_{next(iter(wrong))}_error" in text_of(answer)
    assert not ServiceToken.objects.exists()


def test_a_name_that_is_taken_is_said_at_its_field(
    cast: Cast, machine: ServiceAccount
) -> None:
    form = {"name": machine.name.upper(), "purpose": "x"}
    answer = cast.browser("admin").post(f"{PAGES}new/", form)
    assert answer.status_code == 400
    assert "id_name_error" in text_of(answer)


def test_tokens_and_accounts_end_by_a_button(
    cast: Cast, machine: ServiceAccount
) -> None:
    text = token_for(machine, cast)
    token = ServiceToken.objects.get()
    admin = cast.browser("admin")
    admin.post(f"{PAGES}tokens/{token.pk}/end/")
    caller(text).read("/bomapprovals", 401)
    admin.post(f"{PAGES}{machine.pk}/end/")
    page = text_of(admin.get(f"{PAGES}{machine.pk}/"))
    assert 'name="scopes"' not in page


def test_nobody_else_sees_them(cast: Cast, machine: ServiceAccount) -> None:
    for name in ("rina", "budi"):
        for page in (PAGES, f"{PAGES}new/", f"{PAGES}{machine.pk}/"):
            assert cast.browser(name).get(page).status_code == 403


# --- Who called without a token ----------------------------------------------------


def test_a_call_without_a_token_is_noted_by_route_and_address(cast: Cast) -> None:
    cache.clear()
    stranger = cast.api()
    for key in (700, 701):
        stranger.read(f"/bomapprovals/{key}", 401, **{"User-Agent": "nightly/1.0"})
    row = TokenlessCall.objects.get()
    assert row.route == "/bomapprovals/<int:bom_id>"
    assert (row.method, row.address, row.program) == ("GET", "127.0.0.1", "nightly/1.0")
    assert row.minutes == 1
    cache.clear()
    stranger.read("/bomapprovals/700", 401, **{"User-Agent": "nightly/1.0"})
    row.refresh_from_db()
    assert row.minutes == 2
    page = text_of(cast.browser("admin").get(PAGES))
    assert "nightly/1.0" in page


def test_a_wrong_token_and_a_page_are_no_such_call(cast: Cast) -> None:
    cache.clear()
    caller("ems_wrong").read("/bomapprovals", 401)
    cast.browser().get("/inbox/")
    cast.api().write("/hooks/ppic/bom-changed", {"eventId": "1"}, 401)
    cast.api().write("/login", {"username": "budi", "password": "salah"}, 401)
    cast.api("budi").read("/bomapprovals")
    assert not TokenlessCall.objects.exists()


def test_strangers_cannot_fill_the_table(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(services, "MOST_CALLERS", 3)
    for number in range(6):
        note_tokenless_call(
            method="GET", route="/x", address=f"10.0.0.{number}", program="\0" * 500
        )
    assert TokenlessCall.objects.count() == 3
    TokenlessCall.objects.update(last_at=timezone.now() - timedelta(days=91))
    assert forget_tokenless_calls() == 3
