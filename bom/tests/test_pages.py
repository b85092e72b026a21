"""Pages and the administration: who sees what, and what each button does."""

import re
from typing import Any

import pytest
from django.urls import reverse

from bom.models import BomApproval
from bom.queries.approval import waiting_for
from bom.queries.listing import bom_lines
from bom.services import decide_bom
from bom.tests.conftest import put_up, with_qty
from core.approvals.queries.openings import has_opened
from core.ledger.models import Delivery, Event
from tests.people import Cast, content_of

pytestmark = pytest.mark.django_db
HTML = {"Accept": "text/html"}


@pytest.fixture
def shown(cast: Cast) -> BomApproval:
    """700 waits for Agus and Hendi; its first revision was approved."""
    first = put_up(700, cast.agus, cast.hendi, raw=with_qty(1))
    for person in (cast.agus, cast.hendi):
        decide_bom(ext_bom_id=700, by=person, status=1, revision=1, digest=first.digest)
    return put_up(700, raw=with_qty(4))


def page(cast: Cast, name: str, path: str, status: int = 200, **more: str) -> str:
    """A page as a person sees it."""
    answer = cast.browser(name).get(path, headers=HTML | more)
    assert answer.status_code == status, answer.content[:300]
    return content_of(answer).decode(errors="replace")


def test_the_list_finds_filters_and_counts(cast: Cast, shown: BomApproval) -> None:
    assert "BOM LVMDP" in page(cast, "agus", "/bom/")
    part: dict[str, Any] = {"HX-Request": "true"}
    assert "BOM LVMDP" in page(cast, "agus", "/bom/?q=lvmdp&mine=waiting", **part)
    assert "BOM LVMDP" in page(cast, "agus", "/bom/?q=700&sort=-opened&page=1&size=25")
    for query in ("q=xyz", "mine=opened", "source=poll", "snapshot=parked", "page=9"):
        assert "BOM LVMDP" not in page(cast, "agus", f"/bom/?{query}")
    assert "BOM LVMDP" in page(cast, "agus", "/bom/?snapshot=pending&mine=decided")
    page(cast, "agus", "/bom/?status=x", 400)
    assert "1" in page(cast, "agus", "/bom/totals/")
    assert page(cast, "agus", "/bom/excel/?status=0").startswith("PK")


def test_the_record_says_what_changed_and_decides(
    cast: Cast, shown: BomApproval
) -> None:
    text = page(cast, "agus", "/bom/700/")
    assert "terhadap revisi 1" in text
    assert 'name="status"' in text
    assert has_opened(shown, cast.agus)
    assert 'name="status"' not in page(cast, "rina", "/bom/700/")
    browser = cast.browser("agus")
    form = {"status": "1", "revision": "1", "digest": shown.digest, "remark": "lama"}
    answer = browser.post("/bom/700/decide/", form, headers=HTML)
    assert answer.status_code == 409
    assert b"lama" in answer.content
    browser.post("/bom/700/decide/", form | {"revision": "2"})
    assert waiting_for(shown) == {7}
    browser.post("/bom/700/decide/", {})
    no = {"status": "2", "revision": "2", "digest": shown.digest, "remark": "mahal"}
    cast.browser("hendi").post("/bom/700/decide/", no)
    shown.refresh_from_db()
    assert shown.status == 2


def test_a_signature_in_the_page_needs_the_password(
    cast: Cast, shown: BomApproval, settings: Any
) -> None:
    settings.SIGNATURE_REAUTH = "each"
    assert 'name="password"' in page(cast, "agus", "/bom/700/")
    form = {"status": "1", "revision": "2", "digest": shown.digest}
    browser = cast.browser("agus")
    assert browser.post("/bom/700/decide/", form).status_code == 400
    decide = reverse("admin:bom_bomapproval_decide")
    row = f"{shown.pk}:2:{shown.digest}"
    browser.post(decide, {"status": "1", "shown": row})
    assert waiting_for(shown) == {7, 12}
    browser.post(decide, {"status": "1", "shown": row, "password": "panel-2026"})
    assert waiting_for(shown) == {7}


def test_invite_remove_and_open(cast: Cast, shown: BomApproval) -> None:
    rina, agus = cast.browser("rina"), cast.browser("agus")
    for browser in (agus, rina):
        browser.post("/bom/700/invite/", {"people": "28"})
        browser.post("/bom/700/remove/", {"person": "12", "reason": "cuti"})
    assert waiting_for(shown) == {7, 28}
    rina.post("/bom/700/remove/", {"person": "x"})
    page(cast, "rina", "/bom/new/")
    page(cast, "agus", "/bom/new/", 403)
    many = {"bom": "701", "people": [str(n) for n in range(100, 160)]}
    assert rina.post("/bom/new/", many).status_code == 400
    assert rina.post("/bom/new/", {"bom": "424242"}).status_code == 404
    assert rina.post("/bom/new/", {"bom": "701", "people": "12"}).status_code == 302
    assert page(cast, "rina", "/bom/?mine=opened").count("LVMDP") > 0


def test_a_parked_snapshot_is_sent_again(cast: Cast, shown: BomApproval) -> None:
    rina = cast.browser("rina")
    rina.post("/bom/700/resend/")
    Delivery.objects.update(state="parked", attempts=13, last_answer="down")
    assert "Kirim lagi" in page(cast, "rina", "/bom/700/")
    cast.browser("agus").post("/bom/700/resend/")
    assert Delivery.objects.get().state == "parked"
    rina.post("/bom/700/resend/")
    assert Delivery.objects.get().state == "pending"
    put_up(701, cast.agus)
    assert rina.post("/bom/701/resend/").status_code == 302


def test_a_snapshot_that_was_overtaken_stays_parked(
    cast: Cast, shown: BomApproval
) -> None:
    Delivery.objects.update(state="parked", attempts=13)
    owe_again(shown, state="delivered")
    rina = cast.browser("rina")
    assert "Kirim lagi" not in page(cast, "rina", "/bom/700/")
    rina.post("/bom/700/resend/")
    assert Delivery.objects.filter(state="parked").exists()
    newest = owe_again(shown, state="parked")
    rina.post("/bom/700/resend/")
    newest.refresh_from_db()
    states = Delivery.objects.order_by("pk").values_list("state", flat=True)
    assert list(states) == ["parked", "delivered", "pending"]


def owe_again(approval: BomApproval, state: str) -> Delivery:
    """The snapshot of a later revision."""
    row = Delivery.objects.order_by("pk").first()
    assert row is not None
    row.pk, row.key, row.state = None, f"later:{approval.pk}:{state}", state
    row.save()
    return row


def test_what_was_sent_back_says_how_it_goes_on(cast: Cast, shown: BomApproval) -> None:
    given = {"revision": shown.revision, "digest": shown.digest, "remark": "Busbar?"}
    path = f"/bom/{shown.ext_bom_leveled_id}/"
    cast.browser("agus").post(f"{path}decide/", {"status": "3"} | given)
    text = cast.browser("rina").get(path).content.decode()
    assert "Busbar?" in text
    assert f"/bom/new/?bom={shown.ext_bom_leveled_id}" in text
    assert "/bom/new/?bom=" not in cast.browser("agus").get(path).content.decode()


def test_any_two_contents_are_compared(cast: Cast, shown: BomApproval) -> None:
    path = "/bom/700/compare/"
    assert "berubah" in page(cast, "budi", path)
    assert "berubah" in page(cast, "budi", f"{path}?from=r1&to=b700&only=all")
    part: dict[str, Any] = {"HX-Request": "true"}
    page(cast, "budi", f"{path}?from=b701&to=b700&only=x", **part)
    for token in ("r9", "x1", "r", "rx", "b424242"):
        page(cast, "budi", f"{path}?from={token}", 404)
    assert page(cast, "budi", f"{path}excel/?only=changed").startswith("PK")
    cast.sandbox.ppic.faults.set("/bomleveleds-proto-detailed", "status", 503)
    page(cast, "budi", f"{path}?from=b701", 503)


def test_the_pages_live_without_ppic(cast: Cast, shown: BomApproval) -> None:
    cast.sandbox.ppic.faults.set("/", "status", 503)
    assert "Data terbaru dari PPIC gagal diambil" in page(cast, "agus", "/bom/700/")
    page(cast, "agus", "/bom/")


def test_bulk_approval_only_of_what_was_opened(cast: Cast, shown: BomApproval) -> None:
    agus = cast.browser("agus")
    changelist = reverse("admin:bom_bomapproval_changelist")
    text = page(cast, "agus", f"{changelist}?waiting=me")
    assert "Hendi" in text or "Agus" in text
    asked = agus.post(
        changelist, {"action": "approve_selected", "_selected_action": [shown.pk]}
    )
    row = f"{shown.pk}:2:{shown.digest}"
    assert row.encode() not in asked.content
    decide = reverse("admin:bom_bomapproval_decide")
    answer = agus.post(decide, {"status": "1", "shown": row}, follow=True)
    assert waiting_for(shown) == {7, 12}
    assert answer.status_code == 200
    page(cast, "agus", reverse("admin:bom_bomapproval_change", args=[shown.pk]))
    agus.post(decide, {"status": "1", "shown": row})
    assert waiting_for(shown) == {7}


def test_default_pics_are_the_admins_business(cast: Cast) -> None:
    new = reverse("admin:bom_bomdefaultpic_add")
    cast.browser("hendi").post(new, {"ext_user_id": "12"})
    assert waiting_for(put_up(800)) == {7}
    cast.browser("admin").post(new, {"ext_user_id": "12"})
    assert waiting_for(put_up(801)) == {12}
    page(cast, "admin", reverse("admin:bom_bomdefaultpic_changelist"))
    event = Event.objects.get(record_type="bom.BomDefaultPic")
    assert event.kind == "row.added"
    assert event.actor
    assert event.actor.username == "admin"


def test_it_waits_in_the_inbox_and_at_home(cast: Cast, shown: BomApproval) -> None:
    for path in ("/inbox/", "/", "/home/waiting/"):
        assert "/bom/700/" in page(cast, "agus", path)
    assert "/bom/700/" not in page(cast, "budi", "/inbox/")


def test_a_first_revision_is_compared_with_the_family(cast: Cast) -> None:
    family: dict[str, Any] = with_qty(1) | {"bomGenesisReferenceId": "700"}
    put_up(701, cast.agus, raw=family)
    text = page(cast, "budi", "/bom/701/compare/")
    assert re.search(r'value="b700"\s+selected', text)
    put_up(704, cast.agus)  # alone in its family
    text = page(cast, "budi", "/bom/704/compare/")
    assert not re.search(r'value="b\d+"\s+selected', text)


def test_the_list_does_not_show_a_no_as_a_yes(cast: Cast, shown: BomApproval) -> None:
    decide_bom(
        ext_bom_id=700,
        by=cast.agus,
        status=2,
        remark="salah",
        revision=shown.revision,
        digest=shown.digest,
    )
    assert '<i class="no"></i><i class=""></i>' in page(cast, "budi", "/bom/")


def test_a_new_revision_does_not_pass_for_delivered(
    cast: Cast, shown: BomApproval
) -> None:
    Delivery.objects.update(state="delivered")
    (line,) = bom_lines([shown.pk], cast.agus)
    assert line.delivery == ""
    Delivery.objects.update(state="parked")
    (line,) = bom_lines([shown.pk], cast.agus)
    assert line.delivery == "parked"


def test_the_list_is_narrowed_by_the_day_on_which_a_bom_was_put_up(cast: Cast) -> None:
    for bom_id, moment in (
        (700, "2026-09-30T23:59:59+07:00"),
        (701, "2026-10-01T00:00:00+07:00"),
        (702, "2026-10-31T23:59:59+07:00"),
        (703, "2026-11-01T00:00:00+07:00"),
    ):
        made = put_up(bom_id, cast.agus)
        BomApproval.objects.filter(pk=made.pk).update(opened_at=moment)
    found = cast.browser("rina").get("/bom/?since=2026-10-01&until=2026-10-31")
    ids = {line.approval.ext_bom_leveled_id for line in found.context["rows"]}
    assert ids == {701, 702}
