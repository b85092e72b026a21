"""Talk on pages: the card on each record, the forms, a button to follow; all without JavaScript."""

from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from core.accounts.models import User
from core.talk.models import Comment, Follow
from core.talk.queries.card import TalkCard
from core.talk.services import answer, follow, strike_comment
from core.talk.services.comments import Saying
from core.talk.subjects import Place
from core.talk.tests.conftest import asked, said
from engineering.models import ChangeNotice
from supportdocs.services import delete_document
from tests.contract.paths import PDF

pytestmark = pytest.mark.django_db
Log = Callable[[User], Client]


def english(client: Client) -> Client:
    client.cookies["django_language"] = "en"
    return client


def page(client: Client, path: str, status: int = 200, **more: Any) -> str:
    answer = client.get(path, **more)
    assert answer.status_code == status
    return answer.content.decode()


def test_each_record_shows_its_talk_and_a_button_to_follow(
    every_place: dict[str, Place], as_person: Log, rina: User, budi: User
) -> None:
    client = english(as_person(budi))
    for name, place in every_place.items():
        row = said(place, rina, f"**Tentang** {name}")
        html = page(client, place.subject.url(place.found()))
        assert f'id="comment-{row.pk}"' in html, name
        assert f"<strong>Tentang</strong> {name}" in html
        assert f'action="/talk/{name}/{place.wire_id}/say/"' in html
        assert f'action="/talk/{name}/{place.wire_id}/follow/"' in html
        assert ">Follow<" in html.replace(" ", "").replace("\n", "") or "Follow" in html


def test_the_card_costs_eight_queries_however_much_was_said(
    place: Place, rina: User, agus: User
) -> None:
    for number in range(40):
        row = said(place, rina, f"@Agus {number}")
        said(place, agus, reply_to=row.pk, more=Saying(files=[("a.pdf", BytesIO(PDF))]))
    asked(place, rina)
    record = place.found()
    fresh = User.objects.get(pk=agus.pk)
    assert fresh.role_names
    with CaptureQueriesContext(connection) as found:
        card = TalkCard(record, fresh)
        assert len(card.said.lines) == 30
        assert card.follows
        for line in card.said.lines:
            assert str(line.comment.author)
            assert line.replied is not None
            assert line.html
    assert len(found) <= 8


def test_say_and_come_back_to_it(
    place: Place, change: ChangeNotice, as_person: Log, rina: User, agus: User
) -> None:
    client = english(as_person(rina))
    answered = client.post(
        f"/talk/change/{change.pk}/say/",
        {"text": "@Agus cek", "files": SimpleUploadedFile("a.pdf", PDF)},
    )
    row = Comment.objects.get()
    assert answered.status_code == 302
    assert answered["Location"] == f"/changes/{change.pk}/#comment-{row.pk}"
    assert row.told == [[agus.pk, "Agus"]]
    file = row.files.get()
    download = client.get(f"/talk/files/{file.pk}/")
    assert b"".join(download.streaming_content) == PDF  # type: ignore[attr-defined]
    assert page(client, f"/talk/comments/{row.pk}/", 302) == ""


def test_a_form_says_it_once(
    place: Place, change: ChangeNotice, as_person: Log, rina: User
) -> None:
    client = as_person(rina)
    path = f"/talk/change/{change.pk}/say/"
    first = client.post(path, {"text": "satu", "form_key": "abc123"})
    again = client.post(path, {"text": "satu", "form_key": "abc123"})
    row = Comment.objects.get()
    assert first.status_code == again.status_code == 302
    assert again["Location"] == f"/talk/comments/{row.pk}/"


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"text": ""}, "Write something."),
        ({"text": "x" * 10_000}, "this one has 10000"),
        ({"text": "@Agus " * 500}, "this one names 500"),
        ({"text": "x", "reply_to": "99999"}, "not about this record"),
        ({"text": "x", "ask": "on"}, "That is you"),
        ({"text": "x", "line": "nothing"}, "Select a valid choice"),
        ({"text": "x", "tell": "999999"}, "Select a valid choice"),
    ],
)
def test_a_refusal_keeps_what_was_typed(
    place: Place, as_person: Log, agus: User, typed: dict[str, str], words: str
) -> None:
    client = english(as_person(agus))
    answered = client.post(f"/talk/change/{place.wire_id}/say/", typed)
    html = answered.content.decode()
    assert answered.status_code == 400
    assert words in html
    assert typed["text"] in html
    assert not Comment.objects.exists()


def test_ask_answer_and_see_it_closed(
    place: Place, as_person: Log, rina: User, agus: User, hendi: User
) -> None:
    path = f"/talk/change/{place.wire_id}/say/"
    manager, engineer = english(as_person(rina)), english(as_person(agus))
    manager.post(path, {"text": "Berapa?", "ask": "on"})
    row = Comment.objects.get()
    inbox = page(engineer, "/inbox/")
    assert f"#comment-{row.pk}" in inbox
    assert "Berapa?" in inbox
    assert "Berapa?" in page(engineer, "/")
    assert "Berapa?" not in page(engineer, "/inbox/?only=signatures")
    form = page(engineer, f"/talk/change/{place.wire_id}/?reply={row.pk}")
    assert ">Answer<" in form.replace("\n", "").replace("  ", "")
    engineer.post(path, {"text": "400A", "reply_to": row.pk})
    row.refresh_from_db()
    assert not row.is_open
    assert f"#comment-{row.pk}" not in page(engineer, "/inbox/")
    assert "answered" in page(manager, f"/changes/{place.wire_id}/")


def test_another_may_answer_in_their_place(
    place: Place, as_person: Log, rina: User, hendi: User, budi: User, agus: User
) -> None:
    row = asked(place, rina)
    path = f"/talk/change/{place.wire_id}/"
    assert 'name="answers"' in page(as_person(hendi), f"{path}?reply={row.pk}")
    assert 'name="answers"' not in page(as_person(budi), f"{path}?reply={row.pk}")
    given = {"text": "400A", "reply_to": row.pk, "answers": "on"}
    assert as_person(budi).post(f"{path}say/", given).status_code == 403
    assert as_person(hendi).post(f"{path}say/", given).status_code == 302
    answered = english(as_person(agus)).post(f"{path}say/", given)
    assert answered.status_code == 409
    assert "answered already" in answered.content.decode()
    assert "400A" in answered.content.decode()


def test_ask_and_tell_people_and_quote(
    place: Place,
    change: ChangeNotice,
    as_person: Log,
    rina: User,
    hendi: User,
    budi: User,
) -> None:
    path = f"/talk/change/{place.wire_id}/"
    client = as_person(rina)
    assert "+ 2 · 1001" in page(client, path)
    line = change.items.order_by("pk")[0]
    given = {
        "text": "Yang ini?",
        "person": hendi.pk,
        "tell": [budi.pk],
        "line": line.pk,
    }
    client.post(f"{path}say/", given)
    row = Comment.objects.get()
    assert (row.asked, row.told) == (hendi, [[budi.pk, "Budi"]])
    assert row.quoted == "+ 2 · 1001"


def test_edit_and_strike_on_their_forms(
    place: Place, as_person: Log, rina: User
) -> None:
    client = english(as_person(rina))
    row = said(place, rina, "satu <b>")
    path = f"/talk/change/{place.wire_id}/"
    assert "satu &lt;b&gt;</textarea>" in page(client, f"{path}?edit={row.pk}")
    answered = client.post(f"/talk/comments/{row.pk}/edit/", {"text": ""})
    assert answered.status_code == 400
    client.post(f"/talk/comments/{row.pk}/edit/", {"text": "dua"})
    assert 'name="reason"' in page(client, f"{path}?strike={row.pk}")
    answered = client.post(f"/talk/comments/{row.pk}/strike/", {"reason": " "})
    assert answered.status_code == 400
    assert "Say why" in answered.content.decode()
    client.post(f"/talk/comments/{row.pk}/strike/", {"reason": "keliru"})
    row.refresh_from_db()
    assert (row.text, row.strike_reason) == ("dua", "keliru")
    html = page(client, f"/changes/{place.wire_id}/")
    assert "struck by Rina" in html
    assert "<del" in html


def test_others_do_not_edit_or_strike(
    place: Place, as_person: Log, rina: User, budi: User
) -> None:
    row = said(place, rina)
    client = as_person(budi)
    assert (
        client.post(f"/talk/comments/{row.pk}/edit/", {"text": "x"}).status_code == 403
    )
    reason = {"reason": "x"}
    assert client.post(f"/talk/comments/{row.pk}/strike/", reason).status_code == 403


def test_follow_and_stop(place: Place, as_person: Log, budi: User) -> None:
    client = english(as_person(budi))
    path = f"/talk/change/{place.wire_id}/follow/"
    record = f"/changes/{place.wire_id}/"
    assert 'aria-pressed="false"' in page(client, record)
    assert client.post(path, {"on": "1"})["Location"] == record
    assert 'aria-pressed="true"' in page(client, record)
    client.post(path, {"on": "0"})
    assert list(Follow.objects.values_list("is_on", flat=True)) == [False]


def test_what_a_comment_holds_is_no_markup(
    place: Place, as_person: Log, rina: User
) -> None:
    said(place, rina, "<script>alert(1)</script> [x](javascript:alert(1))\nbaris")
    html = page(as_person(rina), f"/changes/{place.wire_id}/")
    assert "<script>alert" not in html
    assert 'href="javascript' not in html
    assert "<br>" in html


def test_a_pathological_text_is_shown_in_no_time(
    place: Place, as_person: Log, rina: User
) -> None:
    for sign in ("[", ">", "*_", "`", "| a\n", "- ", "#\n"):
        said(place, rina, (sign * 4_000)[:4_000])
    page(as_person(rina), f"/changes/{place.wire_id}/")


def test_long_talk_has_pages(place: Place, as_person: Log, rina: User) -> None:
    rows = [said(place, rina, f"nomor {number}") for number in range(35)]
    client = english(as_person(rina))
    html = page(client, f"/changes/{place.wire_id}/")
    assert f'id="comment-{rows[5].pk}"' in html
    assert f'id="comment-{rows[4].pk}"' not in html
    older = f"/talk/change/{place.wire_id}/?before={rows[5].pk}"
    assert older in html
    html = page(client, older)
    assert f'id="comment-{rows[4].pk}"' in html
    assert f'id="comment-{rows[5].pk}"' not in html


def test_an_open_page_fetches_only_the_comments(
    place: Place, as_person: Log, rina: User
) -> None:
    row = said(place, rina)
    html = page(
        as_person(rina),
        f"/talk/change/{place.wire_id}/",
        headers={"HX-Request": "true"},
    )
    assert html.strip().startswith('<div id="talk-lines"')
    assert f'id="comment-{row.pk}"' in html
    assert "<form" not in html


def test_names_are_offered(as_person: Log, rina: User, hendi: User) -> None:
    client = as_person(rina)
    assert client.get("/talk/names/?q=hen").json() == ["Hendi"]
    assert client.get("/talk/names/?q=").json() == []
    User.objects.filter(pk=hendi.pk).update(is_active=False)
    assert client.get("/talk/names/?q=hen").json() == []


@pytest.mark.parametrize(
    "path",
    [
        "/talk/change/999999/",
        "/talk/person/1/",
        "/talk/change/999999999999999999/",
        "/talk/comments/999999/",
        "/talk/files/999999/",
        "/talk/change/1/?reply=999999",
        "/talk/change/1/?edit=x",
    ],
)
def test_what_is_not_there_is_404(
    place: Place, as_person: Log, rina: User, path: str
) -> None:
    page(as_person(rina), path, 404)


def test_a_deleted_document_is_read_and_not_talked_about(
    every_place: dict[str, Place], as_person: Log, agus: User
) -> None:
    place = every_place["document"]
    row = said(place, agus)
    delete_document(document_id=place.wire_id, by=agus)
    html = page(as_person(agus), f"/documents/{place.wire_id}/")
    assert f'id="comment-{row.pk}"' in html
    assert "/say/" not in html
    assert "/follow/" not in html


def test_answered_and_struck_read_so(
    place: Place, as_person: Log, rina: User, agus: User
) -> None:
    row = asked(place, rina)
    answer(question_id=row.pk, by=agus, text="400A")
    other = asked(place, rina, "Kapan?")
    strike_comment(comment_id=other.pk, by=rina, reason="sudah tahu")
    follow(place=place, by=agus)
    html = page(english(as_person(agus)), f"/changes/{place.wire_id}/")
    assert "sudah tahu" in html
    assert "asks Agus" not in html
