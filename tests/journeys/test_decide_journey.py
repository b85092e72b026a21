"""From the link of a message to a decision, on a phone, in Indonesian, without a login."""

import re
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.journeys.barriers import barriers
from tests.journeys.conftest import ROOT, Portal, Visitor
from tests.journeys.test_change_journey import raise_change

pytestmark = pytest.mark.browser
Visit = Callable[..., Visitor]
PASSWORD, PIN, WRONG = "panel-2026", "270391", "905172"
PHONE = {"width": 390, "height": 844}
HANGS = "document.documentElement.scrollWidth - window.innerWidth"
# What the worker writes into a message; the token stands in no table.
MAKE = """
from core.accounts.models import User
from core.approvals.queries.links import token_of
from core.approvals.services import make_links
reader = User.objects.get(username="rina")
made = make_links("engineering.ChangeNotice", {pk}, [reader.pk])
print(token_of(made[reader.pk]))
"""
# All that a look must leave as it is.
TABLES = (
    "approvals_assignment",
    "approvals_decision",
    "approvals_decisionlink",
    "approvals_opening",
    "ledger_event",
    "notifications_notification",
    "accounts_loginfailures",
    "accounts_pin",
    "django_session",
)


def database(portal: Portal) -> sqlite3.Connection:
    """The portal's own, beside the server that uses it."""
    return sqlite3.connect(portal.env["DATABASE_URL"].removeprefix("sqlite:///"))


def kept(portal: Portal) -> dict[str, list[Any]]:
    """Every row of those tables."""
    found = database(portal)
    try:
        return {
            name: found.execute(f"SELECT * FROM {name} ORDER BY 1").fetchall()  # noqa: S608
            for name in TABLES
        }
    finally:
        found.close()


def link_in_message(portal: Portal, record: str) -> str:
    """The address that Rina's message about a change carries."""
    (pk,) = re.findall(r"/changes/(\d+)/", record)
    words = [sys.executable, "-m", "django", "shell", "-v0", "-c", MAKE.format(pk=pk)]
    done = subprocess.run(  # noqa: S603
        words, cwd=ROOT, env=portal.env, check=True, capture_output=True, text=True
    )
    return f"/decide/{done.stdout.strip()}/"


def set_pin(visitor: Visitor) -> None:
    """On the person's own page, with the password."""
    visitor.go("/accounts/pin/")
    for name, value in (("pin", PIN), ("again", PIN), ("password", PASSWORD)):
        visitor.page.fill(f"main [name={name}]", value)
    visitor.page.click("main button.main")
    expect(visitor.page.locator("main .callout.ok")).to_be_visible()


def on_a_phone(visit: Visit) -> Visitor:
    """Somebody who was never here: no cookie, no login."""
    visitor = visit(has_touch=True)
    visitor.page.context.clear_cookies()
    visitor.page.set_viewport_size(PHONE)
    return visitor


def looks_right(visitor: Visitor) -> None:
    """Indonesian, inside the screen, without a barrier, and nobody is logged in."""
    page = visitor.page
    assert page.locator("html").get_attribute("lang") == "id"
    assert page.evaluate(HANGS) <= 0
    assert barriers(page) == []
    assert page.context.cookies() == []


def press(visitor: Visitor, pin: str, remark: str = "") -> None:
    """Approve with this PIN."""
    if remark:
        visitor.page.fill("[name=remark]", remark)
    visitor.page.fill("[name=pin]", pin)
    visitor.page.get_by_role("button", name="Setujui").click()


def test_a_decision_is_taken_from_a_message(portal: Portal, visit: Visit) -> None:
    agus = visit("agus")
    record = raise_change(agus, "Ganti busbar dari pesan")
    set_pin(visit("rina"))
    address = link_in_message(portal, record)
    before = kept(portal)

    reader = on_a_phone(visit)
    page = reader.page
    for _look in range(2):
        reader.go(address)
    expect(page.locator("h1")).to_have_text("Ganti busbar dari pesan")
    expect(page.locator("main")).to_contain_text("Arus beban naik menjadi 132 A.")
    looks_right(reader)
    assert kept(portal) == before

    press(reader, WRONG, "setuju, dari lapangan")
    expect(page.locator("main")).to_contain_text("PIN salah. Sisa 4 percobaan.")
    expect(page.locator("[name=remark]")).to_have_value("setuju, dari lapangan")
    expect(page.locator("[name=pin]")).to_have_value("")
    looks_right(reader)
    assert kept(portal)["approvals_decision"] == before["approvals_decision"]

    press(reader, PIN)
    expect(page.locator("h1")).to_have_text("Keputusan Anda tersimpan")
    looks_right(reader)
    assert kept(portal) != before
    agus.go(record)
    expect(agus.page.locator("main")).to_contain_text("setuju, dari lapangan")
    expect(agus.page.locator("main")).to_contain_text("Approved")

    reader.go(address)
    expect(page.locator("main")).to_contain_text("Tautan ini sudah dipakai pada")
    expect(page.locator("main")).not_to_contain_text("busbar")
    looks_right(reader)


def test_a_link_that_is_too_old_says_so(portal: Portal, visit: Visit) -> None:
    agus = visit("agus")
    record = raise_change(agus, "Tautan yang kedaluwarsa")
    address = link_in_message(portal, record)
    key = re.findall(r"/decide/(\d+)-", address)
    late = database(portal)
    with late:
        late.execute(
            "UPDATE approvals_decisionlink SET expires_at = '2026-01-01' WHERE id = ?",
            key,
        )
    late.close()
    reader = on_a_phone(visit)
    reader.go(address)
    expect(reader.page.locator("main")).to_contain_text(
        "Tautan ini sudah kedaluwarsa: masa berlakunya 72 jam."
    )
    expect(reader.page.locator("main")).not_to_contain_text("kedaluwarsa yang")
    looks_right(reader)


def test_a_link_about_an_older_content_says_so(portal: Portal, visit: Visit) -> None:
    agus = visit("agus")
    record = raise_change(agus, "Isi yang lama")
    address = link_in_message(portal, record)
    agus.go(f"{record}edit/")
    agus.page.fill("[name=engineering]", "Isi yang baru")
    agus.page.keyboard.press("Control+Enter")
    agus.page.wait_for_url(re.compile(rf"{record}$"))
    reader = on_a_phone(visit)
    reader.go(address)
    expect(reader.page.locator("main")).to_contain_text(
        "Isinya diubah setelah pesan ini dikirim"
    )
    expect(reader.page.locator("main")).not_to_contain_text("Isi yang")
    looks_right(reader)


def test_a_planted_barrier_is_seen(portal: Portal, visit: Visit) -> None:
    record = raise_change(visit("agus"), "Penghalang yang ditanam")
    reader = on_a_phone(visit)
    reader.go(link_in_message(portal, record))
    set_pin(visit("rina"))
    reader.page.reload()
    assert barriers(reader.page) == []
    reader.page.evaluate("document.querySelector('label[for=pin]').remove()")
    assert [each for each in barriers(reader.page) if ": label: #pin" in each]
