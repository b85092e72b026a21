"""What a notice may say and how: links, texts in both languages, the form of wishes; no database."""

import re
import string
from typing import Any

import pytest
from django.utils import translation

from core.errors import DomainError
from notifications.forms import WAYS, WishesForm
from notifications.models import NoticeGroup, Notification
from notifications.policies import foreign_link, require_no_foreign_link
from notifications.queries import GROUPS, REMINDERS, WIRE, _wire, group_of
from notifications.queries.texts import TEXTS, message_of, title_of
from notifications.services.channels import has_whatsapp, text_of
from notifications.services.preferences import NOISE, PHONE
from notifications.watcher import TOPICS

OURS = "https://ems.example.com"
PLACE = re.compile(r"%\((\w+)\)s")


@pytest.fixture(autouse=True)
def our_address(settings: Any) -> None:
    settings.PUBLIC_BASE_URL = OURS


# --- Links ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (f"lihat {OURS}/changes/1/", ""),
        (f"lihat {OURS}", ""),
        (f"{OURS}?q=1", ""),
        (f"{OURS}.evil.example/", f"{OURS}.evil.example/"),
        (f"{OURS}@evil.example/", f"{OURS}@evil.example/"),
        (f"{OURS}:8080/", f"{OURS}:8080/"),
        ("http://ems.example.com/", "http://ems.example.com/"),
        (f"{OURS}/a lalu https://evil.example", "https://evil.example"),
        ("ssh://host", "ssh://host"),
        ("DATA:text/html,x", "DATA:text/html,x"),
        ("metadata: x", ""),
        ("evil.co", "evil.co"),
        ("evil.company", ""),
        ("a.b.c.d.link", "a.b.c.d.link"),
        ("rev.B/2", ""),
        ("rev.Baru/2", "rev.Baru/2"),
        ("3.200 A, 2.1 m", ""),
        ("dsb.id", "dsb.id"),
        ("selesai.Lanjut besok", ""),
        ("", ""),
    ],
    ids=lambda value: ascii(value)[:40],
)
def test_which_link_is_foreign(text: str, found: str) -> None:
    assert foreign_link(text) == found


def test_a_base_address_with_a_slash_is_the_same_place(settings: Any) -> None:
    settings.PUBLIC_BASE_URL = f"{OURS}/"
    assert foreign_link(f"{OURS}/changes/1/") == ""
    assert foreign_link("https://evil.example/") != ""


@pytest.mark.parametrize(
    ("texts", "field"),
    [
        ({"title": "evil.com", "message": ""}, "title"),
        ({"title": "", "message": "evil.com"}, "message"),
        ({"title": "evil.com", "message": "evil.com"}, "title"),
    ],
)
def test_the_first_field_with_a_link_is_named(
    texts: dict[str, str], field: str
) -> None:
    with pytest.raises(DomainError) as caught:
        require_no_foreign_link(**texts)
    assert list(caught.value.errors) == [field]
    assert caught.value.code == "invalid"


# --- Texts ------------------------------------------------------------------------------


class Named(dict[str, str]):
    """Facts of any name: each is written as its name."""

    def __missing__(self, name: str) -> str:
        return f"<{name}>"


@pytest.mark.parametrize("language", ["en", "id"])
@pytest.mark.parametrize("kind", TEXTS)
def test_a_translation_says_the_same_facts(kind: str, language: str) -> None:
    wanted = [set(PLACE.findall(text)) for text in TEXTS[kind]]
    with translation.override(language):
        said = title_of(kind, Named()), message_of(kind, Named())
    assert [set(re.findall(r"<(\w+)>", text)) for text in said] == wanted


@pytest.mark.parametrize("kind", [kind for kind in TEXTS if kind not in {"task.note"}])
def test_indonesian_readers_read_indonesian(kind: str) -> None:
    facts = Named()
    with translation.override("en"):
        english = title_of(kind, facts), message_of(kind, facts)
    with translation.override("id"):
        assert title_of(kind, facts) != english[0]
        assert message_of(kind, facts) != english[1]


def test_what_a_person_wrote_is_not_worded_anew() -> None:
    facts = {"title": "Rina: 50% selesai", "message": " %(x)s "}
    for language in ("en", "id"):
        with translation.override(language):
            assert title_of("task.note", facts) == "Rina: 50% selesai"
            assert message_of("task.note", facts) == "%(x)s"


def test_an_empty_remark_leaves_no_blank_at_the_end() -> None:
    facts = {"by": "Rina", "remark": ""}
    with translation.override("en"):
        assert message_of("change.approved", facts) == "Rina approved it."


@pytest.mark.parametrize(
    ("kind", "group"),
    [
        ("change.stuck", NoticeGroup.CHANGES),
        ("bom.delivered", NoticeGroup.BOMS),
        ("task.note", NoticeGroup.TASKS),
        ("task.due_soon", NoticeGroup.REMINDERS),
        ("task.overdue", NoticeGroup.REMINDERS),
        ("role.granted", NoticeGroup.SYSTEM),
        ("delivery.parked", NoticeGroup.SYSTEM),
        ("analysis.done", NoticeGroup.SYSTEM),
        ("document.damaged", NoticeGroup.SYSTEM),
        ("tasks.x", NoticeGroup.SYSTEM),
    ],
)
def test_the_group_of_a_kind(kind: str, group: str) -> None:
    assert group_of(kind) == group


def test_each_group_has_a_kind_and_each_reminder_its_words() -> None:
    assert {group_of(kind) for kind in TEXTS} == set(NoticeGroup.values)
    assert set(TEXTS) >= REMINDERS
    assert set(GROUPS.values()) < set(NoticeGroup.values)


# --- Ways -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("message", "url", "text"),
    [
        ("Rina menyetujui.", "/changes/1/", f"Rina menyetujui.\n\n{OURS}/changes/1/"),
        ("", "/changes/1/", f"{OURS}/changes/1/"),
        ("Rina menyetujui.", "", "Rina menyetujui."),
        ("", "", ""),
    ],
)
def test_the_text_of_a_letter(message: str, url: str, text: str) -> None:
    assert text_of(Notification(message=message, url=url)) == text


@pytest.mark.parametrize(
    ("source", "server", "expected"),
    [
        ("EMS", "http://auth", True),
        ("", "http://auth", False),
        ("EMS", "", False),
        ("", "", False),
    ],
)
def test_whatsapp_needs_both(
    settings: Any, source: str, server: str, *, expected: bool
) -> None:
    settings.WHATSAPP_SOURCE, settings.AUTH_SERVER_URL = source, server
    assert has_whatsapp() is expected


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("+62 812-3456-789", "+628123456789"),
        ("(021) 555.1234", "0215551234"),
        ("1" * 8, "1" * 8),
        ("1" * 15, "1" * 15),
        ("1" * 7, None),
        ("1" * 16, None),
        ("62+8123456789", None),
        ("٠٨١٢٣٤٥٦٧", None),
        ("08123456789\n", None),
        ("ext 08123456789", None),
    ],
    ids=ascii,
)
def test_what_is_a_phone_number(typed: str, number: str | None) -> None:
    bare = NOISE.sub("", typed)
    assert (bare if PHONE.fullmatch(bare) else None) == number


# --- The form of wishes -----------------------------------------------------------------


def form(**data: Any) -> WishesForm:
    return WishesForm({"email": "", "phone": "", **data})


def test_the_form_has_a_line_for_each_group_and_a_box_for_each_way() -> None:
    fields = form().ways()
    assert [field.name for field in fields] == NoticeGroup.values
    assert all(field.field.choices == WAYS for field in fields)


def test_nothing_chosen_is_nothing_wanted() -> None:
    empty = form()
    assert empty.is_valid()
    assert empty.wanted() == {
        "email": "",
        "phone": "",
        "digest": False,
        "ways": dict.fromkeys(NoticeGroup.values, frozenset()),
    }


def test_what_is_chosen_goes_to_its_group() -> None:
    filled = form(
        email="rina@example.com",
        digest="on",
        tasks=["bell", "email"],
        boms=["whatsapp"],
    )
    assert filled.is_valid()
    wanted = filled.wanted()
    assert (wanted["email"], wanted["digest"]) == ("rina@example.com", True)
    assert {group: ways for group, ways in wanted["ways"].items() if ways} == {
        "tasks": {"bell", "email"},
        "boms": {"whatsapp"},
    }


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({"email": "rina"}, "email"),
        ({"email": "a@" + "b" * 250 + ".id"}, "email"),
        ({"phone": "1" * 26}, "phone"),
        ({"system": ["pigeon"]}, "system"),
        ({"changes": ["bell", "fax"]}, "changes"),
    ],
    ids=["no address", "too long an address", "too long a number", "pigeon", "fax"],
)
def test_a_wrong_wish_names_its_field(data: dict[str, Any], field: str) -> None:
    wrong = form(**data)
    assert not wrong.is_valid()
    assert list(wrong.errors) == [field]


# --- The wire and the stream ------------------------------------------------------------


def test_a_row_leaves_out_what_is_not_there_and_keeps_false_and_empty() -> None:
    row: dict[str, Any] = dict.fromkeys(WIRE)
    assert _wire(row) == {}
    row |= {"id": 1, "is_read": False, "message": "", "task_id": 0}
    assert _wire(row) == {"id": 1, "isRead": False, "message": "", "taskId": 0}


def test_wire_names_are_camel_case_and_once() -> None:
    assert len(set(WIRE.values())) == len(WIRE)
    letters = set(string.ascii_letters)
    assert all(set(name) <= letters and name[0].islower() for name in WIRE.values())


def test_what_asks_for_a_decision_also_renews_inbox_and_home() -> None:
    for label in ("engineering.ChangeNotice", "bom.BomApproval", "activities.Task"):
        assert {"inbox", "home"} < set(TOPICS[label]), label
    assert "inbox" not in TOPICS["supportdocs.SupportTable"]
    assert {"boms", "activities"} <= set(TOPICS["ledger.Delivery"])
