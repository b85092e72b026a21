"""Pages, prints, receipts say what EMS did not witness; and history goes on from there."""

from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from activities.models import Activity, Task
from activities.services.signatures import reopen, sign_off
from bom.models import BomApproval, FirstLook
from bom.services.decisions import decide_bom
from bom.services.detection import look_for_changes
from bom.services.receipts import receipt_of_bom
from core.accounts.models import User
from core.approvals.models import Status
from core.errors import DomainError
from core.ledger.models import Delivery
from engineering.models import ChangeNotice
from engineering.services.decisions import decide_change
from engineering.services.receipts import receipt_of_change
from legacy.tests.conftest import take_over
from legacy.tests.damage import damaged
from legacy.tests.old_database import usual
from supportdocs.models import SupportTable
from tests.people import Cast

pytestmark = [pytest.mark.django_db, pytest.mark.socket_in_transaction]
LABEL = "dari sistem lama, tidak disaksikan"
AsPerson = Callable[[User], Client]


@pytest.fixture
def portal(cast: Cast, old_folder: Path, as_person: AsPerson) -> Client:
    """The administrator's browser, after an import."""
    take_over(usual(old_folder))
    return as_person(cast.admin)


def shown(portal: Client, name: str, key: int) -> str:
    """A page's text."""
    answer = portal.get(reverse(name, args=[key]))
    assert answer.status_code == 200
    return answer.content.decode()


def test_pages_of_a_change_say_so(portal: Client) -> None:
    change = ChangeNotice.objects.get(number="ECN-0007")
    assert shown(portal, "engineering:change_detail", change.pk).count(LABEL) >= 2
    printed = shown(portal, "engineering:change_print", change.pk)
    assert "from the old system, not witnessed" in printed


def test_its_receipt_says_so(portal: Client) -> None:
    change = ChangeNotice.objects.get(number="ECN-0007")
    assert '"door":"import"' in receipt_of_change(change).payload


def test_a_task_says_which_signature(portal: Client) -> None:
    task = Task.objects.get()
    assert LABEL in shown(portal, "activities:task_detail", task.pk)
    assert LABEL in shown(portal, "activities:activity_detail", task.activity_id)


def test_a_document_says_so(portal: Client) -> None:
    assert LABEL in shown(
        portal, "supportdocs:document_detail", SupportTable.objects.get().pk
    )


def test_a_bom_says_that_its_content_is_not_known(portal: Client) -> None:
    page = shown(portal, "bom:bom_detail", 700)
    assert LABEL in page
    assert "tidak diketahui" in page


def test_what_nobody_knows_proves_nothing(portal: Client, cast: Cast) -> None:
    with pytest.raises(DomainError, match="tidak menyimpan"):
        receipt_of_bom(BomApproval.objects.get(ext_bom_leveled_id=700))
    with pytest.raises(DomainError, match="tidak diketahui"):
        decide_bom(ext_bom_id=701, by=cast.hendi, status=1, revision=1, digest="")


def test_every_page_of_damaged_data_opens(
    cast: Cast, old_folder: Path, as_person: AsPerson
) -> None:
    take_over(damaged(old_folder))
    portal = as_person(cast.admin)
    for name, model in (
        ("engineering:change_detail", ChangeNotice),
        ("activities:activity_detail", Activity),
        ("supportdocs:document_detail", SupportTable),
    ):
        for key in model.objects.filter(deleted_at=None).values_list("pk", flat=True):
            shown(portal, name, key)
    for bom in BomApproval.objects.alive().values_list("ext_bom_leveled_id", flat=True):
        shown(portal, "bom:bom_detail", bom)


# --- History goes on --------------------------------------------------------------------


def test_a_bom_is_signed_again_on_what_ppic_has(portal: Client, cast: Cast) -> None:
    FirstLook.objects.create(address=settings.PPIC_URL)
    look_for_changes()
    approval = BomApproval.objects.get(ext_bom_leveled_id=701)
    assert (approval.revision, approval.status) == (2, Status.PENDING)
    decide_bom(
        ext_bom_id=701, by=cast.hendi, status=1, revision=2, digest=approval.digest
    )
    assert Delivery.objects.filter(kind="bom.snapshot").count() == 1
    settled = BomApproval.objects.get(ext_bom_leveled_id=700)
    assert (settled.revision, settled.status) == (1, Status.ACCEPTED)
    call_command("ems_invariants", verbosity=0)


def test_a_claimed_signature_can_be_undone_and_followed(
    portal: Client, cast: Cast
) -> None:
    task = Task.objects.get()
    sign_off(task_id=task.pk, stage="spv", by=cast.hendi)
    reopen(task_id=task.pk, stage="spv", by=cast.hendi)
    reopen(task_id=task.pk, stage="pic", by=cast.agus)
    sign_off(task_id=task.pk, stage="pic", by=cast.agus)
    assert LABEL not in shown(portal, "activities:task_detail", task.pk)
    call_command("ems_invariants", verbosity=0)


def test_a_change_that_waits_is_decided_here(portal: Client, cast: Cast) -> None:
    change = ChangeNotice.objects.get(number="ECN#2")
    decision = decide_change(change_id=change.pk, by=cast.rina, status=1)
    assert decision.is_witnessed
    call_command("ems_invariants", verbosity=0)
