"""Two people at once, on real connections: exactly one effect, whatever the order.

Each race runs many rounds from a barrier. The sabotage switch at the end takes the lock away
and must make a race go wrong; without it a green run would prove nothing.
"""

import threading
from collections import Counter
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from django.db import connection, connections
from django.db.utils import DatabaseError

from core.accounts.models import User
from core.approvals.models import ApprovalRule, ApprovalStep
from core.approvals.queries.ballots import ballot_of
from core.approvals.queries.invariants import CHECKS
from core.approvals.services import apply_rules
from core.errors import DomainError
from core.ledger.models import Event, RequestKey
from core.ledger.queries import first_breach
from core.ledger.services import StoredAnswer, answer_once
from engineering.models import ChangeNotice
from engineering.services import (
    attach_file,
    decide_change,
    decisions,
    edit_change,
)
from engineering.tests.conftest import NOTHING_KNOWN, a_change
from tests.people import make_person

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS = 12
LABEL = ChangeNotice._meta.label


def at_once(*calls: Callable[[], object]) -> list[str]:
    """Start all calls together on connections of their own; 'done' or the refusal of each."""
    barrier = threading.Barrier(len(calls))
    results: list[str] = [""] * len(calls)

    def run(place: int, call: Callable[[], object]) -> None:
        try:
            barrier.wait(10)
            call()
            results[place] = "done"
        except DomainError as error:
            results[place] = error.code
        except DatabaseError as error:
            results[place] = f"database: {error}"
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return results


def decide(change: ChangeNotice, by: User, status: int) -> Callable[[], object]:
    """A decision to be made at the start signal."""
    return lambda: decide_change(
        change_id=change.pk, by=by, status=status, remark="x", revision=change.revision
    )


def test_a_rule_applied_while_somebody_decides_is_one_after_the_other(
    agus: User, rina: User, hendi: User, admin: User
) -> None:
    """The decision counts on the route that it was given on, or is refused; never between the two."""
    for _ in range(ROUNDS):
        ApprovalRule.objects.all().delete()
        change = a_change(agus)  # one manager
        rule = ApprovalRule.objects.create(kind=0)
        ApprovalStep.objects.create(rule=rule, role="spv")
        ApprovalStep.objects.create(rule=rule, role="manager", order=2)

        def apply(pk: int = change.pk) -> object:
            return apply_rules(record_type=LABEL, record_id=pk, by=admin)

        results = at_once(decide(change, rina, 1), apply)
        change.refresh_from_db()
        assert [each for check in CHECKS.values() for each in check()] == []
        if change.status == 1:
            assert results == ["done", "illegal_transition"]
        else:
            assert results == ["illegal_transition", "done"]
            assert {row.person for row in ballot_of(change).asked} == {hendi}
    assert first_breach() is None


def test_a_content_file_while_somebody_decides(agus: User, rina: User) -> None:
    """Either the decision is about the content without it, or it is refused."""
    for _ in range(ROUNDS):
        change = a_change(agus)

        def attach(pk: int = change.pk) -> object:
            pdf = BytesIO(b"%PDF-1.4")
            return attach_file(change_id=pk, by=agus, name="a.pdf", content=pdf)

        results = at_once(decide(change, rina, 1), attach)
        change.refresh_from_db()
        purpose = change.attachments.get().purpose
        if change.status == 1:
            assert (results, purpose) == (["done", "done"], "evidence")
        else:
            assert (results, purpose) == (["stale_revision", "done"], "content")
        assert [each for check in CHECKS.values() for each in check()] == []


def test_two_managers_at_once_settle_it_once(
    agus: User, rina: User, ratna: User
) -> None:
    for _ in range(ROUNDS):
        change = a_change(agus)
        results = at_once(decide(change, rina, 1), decide(change, ratna, 2))
        assert sorted(results) == ["done", "illegal_transition"]
        change.refresh_from_db()
        assert change.decisions.get().status == change.status
        assert (
            Event.objects.filter(
                record_id=change.pk, kind__startswith="change."
            ).count()
            == 2
        )
    assert first_breach() is None


def test_a_double_click_has_one_effect(agus: User, rina: User) -> None:
    for _ in range(ROUNDS // 3):
        change = a_change(agus)
        results = at_once(*[decide(change, rina, 1)] * 6)
        assert results == ["done"] * 6
        assert change.decisions.count() == 1
        assert agus.notices.filter(record_id=change.pk).count() == 1


def test_yes_and_no_of_one_person_leave_the_first(agus: User, rina: User) -> None:
    for _ in range(ROUNDS):
        change = a_change(agus)
        results = at_once(decide(change, rina, 1), decide(change, rina, 2))
        assert sorted(results) == ["already_decided", "done"]
        change.refresh_from_db()
        assert change.status == [1, 2][results.index("done")]


def test_an_edit_against_a_decision_never_signs_unseen_content(
    agus: User, rina: User
) -> None:
    outcomes: Counter[tuple[str, ...]] = Counter()
    for place in range(ROUNDS):
        change = a_change(agus)
        edit = lambda: edit_change(  # noqa: E731
            change_id=change.pk,  # noqa: B023
            by=agus,
            fields={"customer": f"PT {place}"},  # noqa: B023
            facts=NOTHING_KNOWN,
        )
        outcomes[tuple(at_once(edit, decide(change, rina, 1)))] += 1
        for decision in change.decisions.standing():
            change.refresh_from_db()
            assert (decision.revision, decision.digest) == (
                change.revision,
                change.digest,
            )
    assert set(outcomes) <= {("done", "stale_revision"), ("illegal_transition", "done")}


def test_parallel_submits_get_numbers_of_their_own(agus: User, rina: User) -> None:
    results = at_once(*[lambda: a_change(agus)] * 16)
    assert results == ["done"] * 16
    numbers = set(ChangeNotice.objects.values_list("number", flat=True))
    assert len(numbers) == 16
    assert max(number[-4:] for number in numbers) == "0016"


def test_a_double_submit_with_one_key_is_one_change(agus: User, rina: User) -> None:
    def submit() -> StoredAnswer:
        return answer_once(
            user=agus,
            key="the-same",
            fingerprint="f",
            call=lambda: StoredAnswer(200, {}, a_change(agus).number.encode()),
        )

    answers: list[bytes] = []
    results = at_once(*[lambda: answers.append(submit().body)] * 6)
    assert results == ["done"] * 6
    assert ChangeNotice.objects.count() == RequestKey.objects.count() == 1
    assert len(set(answers)) == 1


def test_a_role_taken_at_the_same_moment_is_either_before_or_after(
    agus: User, rina: User
) -> None:
    """Before, the person is asked and decides; after, they are not asked at all."""
    from core.accounts.models import UserRole  # noqa: PLC0415

    for ext_id in range(100, 100 + ROUNDS):
        late = make_person(ext_id, f"Late{ext_id}", "manager")
        revoke = UserRole.objects.filter(user_id=ext_id).delete
        made: list[ChangeNotice] = []
        results = at_once(revoke, lambda: made.append(a_change(agus)))  # noqa: B023
        assert results == ["done", "done"]
        is_asked = late.pk in ballot_of(made[0]).deciders
        answer = at_once(decide(made[0], late, 1))[0]
        assert answer == ("done" if is_asked else "forbidden")


# --- The switch that must turn a race red ------------------------------------------


def take_the_lock_away(patch: pytest.MonkeyPatch) -> None:
    """No row lock (PostgreSQL), no early write lock (SQLite); and both have looked before
    either writes, as on a busy server."""
    met = threading.Barrier(2)

    def unlocked(rows: Any, pk: int) -> Any:
        row = rows.get(pk=pk)
        met.wait(10)
        return row

    patch.setattr(decisions, "locked", unlocked)
    if connection.vendor == "sqlite":
        patch.setattr(
            type(connections["default"]), "_start_transaction_under_autocommit", begin
        )


def begin(self: Any) -> None:
    """SQLite's plain BEGIN, which takes no lock until the first write."""
    self.cursor().execute("BEGIN")


def test_without_the_lock_the_race_goes_wrong(
    agus: User, rina: User, ratna: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    change = a_change(agus)
    take_the_lock_away(monkeypatch)
    results = at_once(decide(change, rina, 1), decide(change, ratna, 2))
    assert sorted(results) != ["done", "illegal_transition"]
