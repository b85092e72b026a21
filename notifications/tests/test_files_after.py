"""Old clients post a record first and its file afterwards: who has seen nothing yet reads one request."""

from base64 import b64encode
from datetime import timedelta
from typing import Any

import pytest
from django.db.models import QuerySet
from django.utils import timezone

from core.accounts.models import User
from core.approvals.models import ApprovalRule, DecisionLink, Opening
from core.approvals.services import substitute
from core.ledger.services import deliver_due
from engineering.models import ChangeNotice
from engineering.services import decide_change, remove_file
from notifications.models import Notification
from notifications.services import mark_read
from notifications.tests.conftest import MailServer
from notifications.tests.test_wishes import wish
from tests.people import Cast

pytestmark = pytest.mark.django_db(transaction=True)
PATH = "/engineeringDetailProblems"
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


def raised(cast: Cast) -> ChangeNotice:
    """As an old client does it, with a manager whose turn it is."""
    body = {"engineering": "Ganti MCCB", "detailProblem": "Arus naik"}
    row = cast.api("agus").write(PATH, body)
    return ChangeNotice.objects.get(pk=row["id"])


def photo(cast: Cast, change: ChangeNotice, number: int = 1) -> None:
    body = {
        "photo": b64encode(PDF + b"%" * number).decode(),
        "fileName": f"{number}.pdf",
    }
    cast.api("agus").write(f"{PATH}/{change.pk}/photo", body)


def told(cast: Cast, name: str = "rina") -> list[tuple[str, str, bool]]:
    rows = notices(getattr(cast, name)).order_by("id")
    return list(rows.values_list("kind", "status", "is_read"))


def notices(user: User) -> QuerySet[Notification]:
    label = ChangeNotice._meta.label
    return Notification.objects.filter(recipient=user, record_type=label)


FRESH = ("change.to_decide", "OnGoing", False)
OVER = ("change.to_decide", "Completed", True)
AGAIN = ("change.edited", "OnGoing", False)


def test_a_file_that_follows_is_told_with_the_record(cast: Cast) -> None:
    change = raised(cast)
    assert told(cast) == [FRESH]
    for number in (1, 2):
        photo(cast, change, number)
        assert told(cast) == [FRESH]
    assert notices(cast.rina).get().facts["revision"] == "3"
    # What is signed stays strict: each file began a revision.
    change.refresh_from_db()
    assert change.revision == 3
    stale = {"status": 1, "revision": 1, "digest": change.digest}
    cast.api("rina").write(f"{PATH}/{change.pk}/decision", stale, 409)
    decide_change(
        change_id=change.pk, by=cast.rina, status=1, revision=3, digest=change.digest
    )
    assert told(cast) == [OVER]


def test_who_has_read_the_request_hears_of_the_file(cast: Cast) -> None:
    change = raised(cast)
    mark_read(notice_id=notices(cast.rina).get().pk, by=cast.rina)
    photo(cast, change)
    assert told(cast) == [OVER, AGAIN]
    assert told(cast, "ratna") == [FRESH]


def test_who_has_opened_the_record_hears_of_the_file(cast: Cast) -> None:
    change = raised(cast)
    cast.browser("rina").get(f"/changes/{change.pk}/")
    assert Opening.objects.filter(person=cast.rina).exists()
    photo(cast, change)
    assert told(cast)[-1] == AGAIN


def test_a_file_that_is_taken_away_is_told(cast: Cast) -> None:
    change = raised(cast)
    photo(cast, change)
    file = change.attachments.get()
    remove_file(change_id=change.pk, attachment_id=file.pk, by=cast.agus)
    assert told(cast) == [OVER, AGAIN]


def test_another_field_is_told(cast: Cast) -> None:
    change = raised(cast)
    cast.api("agus").write(PATH, {"id": change.pk, "cust": "PT Lain"})
    assert told(cast) == [OVER, AGAIN]


def test_a_file_that_voids_a_decision_is_told(cast: Cast) -> None:
    rule = ApprovalRule.objects.create(kind=0)
    for order, role in ((1, "spv"), (2, "manager")):
        rule.steps.create(order=order, role=role)
    change = raised(cast)
    decide_change(change_id=change.pk, by=cast.hendi, status=1)
    photo(cast, change)
    assert told(cast, "hendi")[-1] == AGAIN


def test_who_was_told_outside_gets_a_message_with_a_link_that_holds(
    cast: Cast, post: MailServer
) -> None:
    wish(cast)
    change = raised(cast)
    deliver_due()
    photo(cast, change)
    assert told(cast) == [OVER, AGAIN]
    deliver_due()
    assert len(post.letters) == 2
    assert "/decide/" in post.letters[1].text
    change.refresh_from_db()
    assert DecisionLink.objects.latest("pk").digest == change.digest


def test_who_stands_in_reads_one_request_as_well(cast: Cast) -> None:
    today = timezone.localdate()
    days: dict[str, Any] = {"first_day": today, "last_day": today + timedelta(days=1)}
    substitute(person=cast.rina, by=cast.rina, stand_in=cast.budi, **days)
    photo(cast, raised(cast))
    asked = [row for row in told(cast, "budi") if row[0] == "approval.on_behalf"]
    assert asked == [("approval.on_behalf", "OnGoing", False)]
