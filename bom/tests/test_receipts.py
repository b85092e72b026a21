"""Receipts of BOMs, by revision, and PPIC's question whether exactly this is approved."""

from typing import Any

import pytest
from django.test import Client

from bom.models import BomApproval
from bom.services import decide_bom, receipt_of_bom
from bom.tests.conftest import put_up, with_qty
from core.accounts.models import User
from core.errors import DomainError
from core.receipts.exports import as_file
from core.receipts.policies import checked
from core.receipts.queries import public_keys

pytestmark = pytest.mark.django_db


def decide(approval: BomApproval, *people: User, status: int = 1) -> BomApproval:
    """Each of them says the same."""
    for person in people:
        decide_bom(
            ext_bom_id=approval.ext_bom_leveled_id,
            by=person,
            status=status,
            remark="cukup" if status == 1 else "salah",
            revision=approval.revision,
            digest=approval.digest,
        )
    return BomApproval.objects.get(pk=approval.pk)


def said(approval: BomApproval, number: int | None = None) -> dict[str, Any]:
    return checked(as_file(receipt_of_bom(approval, number)), public_keys())


def answer(client: Client, by: User, digest: str) -> Any:
    """PPIC's question about BOM 700."""
    client.force_login(by)
    return client.get(f"/bomapprovals/700/approved?digest={digest}")


def test_it_names_every_pic(approval: BomApproval, agus: User, hendi: User) -> None:
    found = said(decide(approval, agus, hendi))
    assert (found["kind"], found["id"], found["status"]) == ("BOM", 700, 1)
    names = [row["name"] for row in found["decisions"]]
    assert names == [agus.name, hendi.name]
    assert found["digest"] == approval.digest
    assert found["ledger"]["seq"] > 1


def test_one_missing_pic_and_there_is_none(approval: BomApproval, agus: User) -> None:
    with pytest.raises(DomainError) as caught:
        receipt_of_bom(decide(approval, agus))
    assert caught.value.code == "illegal_transition"


def test_an_overtaken_revision_keeps_its_receipt(
    approval: BomApproval, agus: User, hendi: User
) -> None:
    first = decide(approval, agus, hendi).digest
    after = put_up(700, raw=with_qty(9))
    assert after.revision == 2
    found = said(after, 1)
    assert (found["revision"], found["digest"], found["status"]) == (1, first, 1)
    assert len(found["decisions"]) == 2
    with pytest.raises(DomainError):
        receipt_of_bom(after)


def test_a_revision_that_was_never_settled_has_none(
    approval: BomApproval, agus: User
) -> None:
    decide(approval, agus)
    after = put_up(700, raw=with_qty(9))
    with pytest.raises(DomainError) as caught:
        receipt_of_bom(after, 1)
    assert caught.value.code == "illegal_transition"


def test_a_revision_that_is_not_there_is_not_found(approval: BomApproval) -> None:
    with pytest.raises(DomainError) as caught:
        receipt_of_bom(approval, 7)
    assert caught.value.code == "not_found"


def test_exactly_this_is_approved(
    client: Client, approval: BomApproval, agus: User, hendi: User
) -> None:
    row = decide(approval, agus, hendi)
    found = answer(client, agus, row.digest.upper()).json()
    assert (found["isApproved"], found["isPresent"], found["revision"]) == (
        True,
        True,
        1,
    )
    assert found["decidedAt"]


def test_pending_rejected_and_strange_contents_are_not(
    client: Client, approval: BomApproval, agus: User
) -> None:
    assert answer(client, agus, approval.digest).json()["isApproved"] is False
    decide(approval, agus, status=2)
    assert answer(client, agus, approval.digest).json()["isApproved"] is False
    strange = answer(client, agus, "0" * 64).json()
    assert strange["isApproved"] is False
    assert "revision" not in strange


def test_an_overtaken_content_is_approved_and_not_present(
    client: Client, approval: BomApproval, agus: User, hendi: User
) -> None:
    first = decide(approval, agus, hendi).digest
    put_up(700, raw=with_qty(9))
    found = answer(client, agus, first).json()
    assert (found["isApproved"], found["isPresent"]) == (True, False)


def test_a_content_that_is_put_up_again_is_asked_anew(
    client: Client, approval: BomApproval, agus: User, hendi: User
) -> None:
    first = decide(approval, agus, hendi).digest
    put_up(700, raw=with_qty(9))
    put_up(700)
    found = answer(client, agus, first).json()
    assert (found["isApproved"], found["revision"]) == (False, 3)


@pytest.mark.parametrize("digest", ["", "abc", "g" * 64, "0" * 65, "\uff10" * 64])
def test_what_is_no_digest_is_refused_with_the_field(
    client: Client, approval: BomApproval, agus: User, digest: str
) -> None:
    found = answer(client, agus, digest)
    assert found.status_code == 400
    assert "digest" in found.json()["errors"]


@pytest.mark.parametrize("text", ["0", "-1", "x", "1e3", "99999999999"])
def test_what_is_no_revision_is_refused_with_the_field(
    client: Client, approval: BomApproval, agus: User, text: str
) -> None:
    client.force_login(agus)
    found = client.get(f"/bomapprovals/700/receipt?revision={text}")
    assert found.status_code == 400
    assert "revision" in found.json()["errors"]


def test_a_bom_that_nobody_put_up_is_not_found(client: Client, agus: User) -> None:
    client.force_login(agus)
    for path in ("receipt", f"approved?digest={'0' * 64}"):
        assert client.get(f"/bomapprovals/4711/{path}").status_code == 404


def test_the_page_offers_sheet_and_file(
    client: Client, approval: BomApproval, agus: User, hendi: User
) -> None:
    decide(approval, agus, hendi)
    client.force_login(agus)
    assert "/bom/700/receipt/" in client.get("/bom/700/").content.decode()
    assert client.get("/bom/700/receipt/").content.startswith(b"%PDF")
    assert client.get("/bom/700/receipt/file/").json()["payload"]
