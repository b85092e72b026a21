"""Four eyes at every door: the API in both its shapes, the portal, the admin for one and for many."""

from collections.abc import Callable
from typing import Any

import pytest

from core.accounts.models import User
from core.approvals.services import note_opening
from engineering.models import ChangeNotice
from engineering.services import edit_change
from tests.factories import a_change
from tests.people import IDS, Cast

PATH = "/engineeringDetailProblems"
ADMIN = "/admin/engineering/changenotice/decide/"
Door = Callable[[Cast, str, ChangeNotice], Any]


def explicit(cast: Cast, name: str, change: ChangeNotice) -> Any:
    body = {"status": 1, "revision": change.revision, "digest": change.digest}
    return cast.api(name).call("POST", f"{PATH}/{change.pk}/decision", body)


def legacy_status(cast: Cast, name: str, change: ChangeNotice) -> Any:
    return cast.api(name).call("POST", PATH, {"id": change.pk, "status": 1})


def legacy_entry(cast: Cast, name: str, change: ChangeNotice) -> Any:
    own = {"extUserId": IDS[name], "status": 1}
    return cast.api(name).call("POST", PATH, {"id": change.pk, "approvals": [own]})


def portal(cast: Cast, name: str, change: ChangeNotice) -> Any:
    form = {"status": "1", "revision": change.revision, "digest": change.digest}
    return cast.browser(name).post(f"/changes/{change.pk}/decide/", form)


def shown(change: ChangeNotice) -> str:
    return f"{change.pk}:{change.revision}:{change.digest}"


def admin_single(cast: Cast, name: str, change: ChangeNotice) -> Any:
    form = {"status": "1", "shown": shown(change)}
    note_opening(record=change, by=cast.people[name])
    return cast.browser(name).post(ADMIN, form)


def admin_bulk(cast: Cast, name: str, change: ChangeNotice) -> Any:
    other = a_change(cast.budi)
    for each in (other, change):
        note_opening(record=each, by=cast.people[name])
    form = {"status": "1", "shown": [shown(other), shown(change)]}
    answer = cast.browser(name).post(ADMIN, form)
    other.refresh_from_db()
    assert other.status == (1 if name in {"rina", "ratna"} else 0)
    return answer


DOORS: list[Door] = [
    explicit,
    legacy_status,
    legacy_entry,
    portal,
    admin_single,
    admin_bulk,
]


def edited(change: ChangeNotice, by: User, **fields: Any) -> ChangeNotice:
    edit_change(change_id=change.pk, by=by, fields=fields)
    return ChangeNotice.objects.get(pk=change.pk)


def once_requester(cast: Cast) -> ChangeNotice:
    """Agus raised it for Rina, who then named Agus instead."""
    change = a_change(cast.agus, ext_user_id=IDS["rina"])
    return edited(change, cast.rina, ext_user_id=IDS["agus"])


def written_by(cast: Cast) -> ChangeNotice:
    """Rina rewrote what Agus asked for; Ratna is the other manager."""
    return edited(a_change(cast.agus), cast.rina, detail_problem="lebih mahal")


@pytest.mark.parametrize("made", [once_requester, written_by])
@pytest.mark.parametrize("door", DOORS)
def test_an_author_gets_in_by_no_door(
    cast: Cast, door: Door, made: Callable[[Cast], ChangeNotice]
) -> None:
    change = made(cast)
    answer = door(cast, "rina", change)
    change.refresh_from_db()
    assert (change.status, change.decisions.count()) == (0, 0)
    if door in {explicit, legacy_status, legacy_entry}:
        assert answer.status_code == 403
        assert answer.json()["code"] == "self_approval"


@pytest.mark.parametrize("made", [once_requester, written_by])
@pytest.mark.parametrize("door", DOORS)
def test_the_other_manager_gets_in_by_each(
    cast: Cast, door: Door, made: Callable[[Cast], ChangeNotice]
) -> None:
    change = made(cast)
    door(cast, "ratna", change)
    change.refresh_from_db()
    assert change.status == 1


def test_the_requester_cannot_rename_himself_and_decide_over_the_api(
    cast: Cast,
) -> None:
    """As an attacker did it: raised for a manager, who names somebody else and approves."""
    body = {"engineering": "x", "detailProblem": "y", "extUserId": IDS["rina"]}
    change = cast.api("agus").write(PATH, body)
    path = f"{PATH}/{change['id']}/decision"
    api = cast.api("rina")
    assert api.write(path, {"status": 1}, 403)["code"] == "self_approval"
    api.write(PATH, {"id": change["id"], "extUserId": IDS["agus"]})
    assert api.write(path, {"status": 1}, 403)["code"] == "self_approval"


def test_pages_offer_no_button_that_would_be_refused(cast: Cast) -> None:
    change = written_by(cast)
    for name, offered in {"rina": False, "ratna": True, "agus": False}.items():
        browser = cast.browser(name)
        for path in ("/changes/%d/", "/admin/engineering/changenotice/%d/change/"):
            page = browser.get(path % change.pk).content.decode()
            assert ('id="decide-form"' in page) is offered, (name, path)
        assert (change.number in browser.get("/inbox/").content.decode()) is offered
        waiting = browser.get("/admin/engineering/changenotice/?waiting=me")
        assert (change.number in waiting.content.decode()) is offered


def test_an_author_alone_decides_and_page_print_and_answer_say_so(cast: Cast) -> None:
    cast.ratna.is_active = False
    cast.ratna.save(update_fields=["is_active"])
    change = written_by(cast)
    browser = cast.browser("rina")
    assert (
        "ikut menyusun isi ini"
        in browser.get(f"/changes/{change.pk}/").content.decode()
    )
    answer = explicit(cast, "rina", change)
    assert answer.status_code == 200
    assert answer.json()["approvals"][0]["byAuthor"] is True
    page = browser.get(f"/changes/{change.pk}/").content.decode()
    assert "Ikut menyusun isi yang diputuskan." in page
    assert "sebagai salah satu penyusunnya" in page
    paper = browser.get(f"/changes/{change.pk}/print/").content.decode()
    assert "one of the authors" in paper
