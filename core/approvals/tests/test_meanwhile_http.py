"""The stories of ``test_meanwhile``, each act through HTTP: pages, the API and the administration.

After each act nothing crashed and a refusal left nothing behind; after each story the invariants
hold, and the wire says what the rows say.
"""

from collections.abc import Callable
from datetime import timedelta
from http import HTTPStatus
from typing import Any

import pytest
from django.core.cache import cache
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.accounts.models import ApiToken, User
from core.accounts.queries import sha256
from core.approvals.models import ApprovalRule, Assignment, Decision, wire_status
from core.approvals.queries.ballots import ballot_of
from core.approvals.queries.inbox import assignments_of
from core.approvals.queries.invariants import CHECKS
from core.approvals.services import mend_rounds
from core.approvals.tests.test_meanwhile import PEOPLE, ROLES, ROUTES, traces
from core.ledger.queries import first_breach
from engineering.models import ChangeNotice
from tests.people import BACKEND, Caller, make_person

pytestmark = [pytest.mark.django_db, pytest.mark.socket_in_transaction]
API = "/engineeringDetailProblems"
FINE = {200, 201, 204, 302, 400, 401, 403, 404, 409}
FORM = {
    "kind": "0",
    "date": "2026-03-17",
    "detail_problem": "Beban naik",
    "priority": "3",
    "items-TOTAL_FORMS": "0",
    "items-INITIAL_FORMS": "0",
}


def steps_form(route: str) -> dict[str, Any]:
    """A route as the page of a rule posts it."""
    form: dict[str, Any] = {"kind": "0", "is_active": "on"}
    steps = ROUTES[route]
    form |= {"steps-TOTAL_FORMS": len(steps), "steps-INITIAL_FORMS": 0}
    for place, step in enumerate(steps):
        given = {"mode": "any", "duty": "required", **step}
        form |= {f"steps-{place}-{name}": value for name, value in given.items()}
    return form


class Story:
    """One change, its people with their browsers and tokens, and what may happen to it."""

    def __init__(self, route: str) -> None:
        self.people = {
            name: make_person(
                place,
                name.title(),
                *([ROLES[name]] if name in ROLES else []),
                is_superuser=name == "boss",
            )
            for place, name in enumerate(PEOPLE, 300)
        }
        self.texts = 0
        self.seen: list[int] = []
        self.pages = {name: self._browser(name) for name in PEOPLE}
        self.apis = {name: self._api(name) for name in PEOPLE}
        self.rule(route)
        body = {"engineering": "x", "detailProblem": "y", "extPurchaseOrderId": 201}
        self.send(self.apis["agus"].call("POST", API, body))
        self.pk = ChangeNotice.objects.get().pk

    def _browser(self, name: str) -> Caller:
        caller = Caller(headers={"Accept": "text/html"})
        caller.force_login(self.people[name], BACKEND)
        return caller

    def _api(self, name: str) -> Caller:
        caller, user = Caller(), self.people[name]
        caller.token = f"token-of-{name}"
        ApiToken.objects.create(
            token_sha256=sha256(caller.token),
            user=user,
            expires_at=timezone.now() + timedelta(hours=1),
        )
        return caller

    @property
    def change(self) -> ChangeNotice:
        return ChangeNotice.objects.get(pk=self.pk)

    def send(self, answer: Any) -> Any:
        """No answer is a crash, and none that the protocol does not know."""
        assert answer.status_code in FINE, answer.content[:500]
        self.seen.append(answer.status_code)
        return answer

    # --- The acts -----------------------------------------------------------------

    def rule(self, route: str) -> None:
        rule = ApprovalRule.objects.first()
        path = f"/setup/rules/{rule.pk}/" if rule else "/setup/rules/new/"
        self.send(self.pages["boss"].post(path, steps_form(route)))

    def _shown(self) -> dict[str, Any]:
        return {"revision": self.change.revision, "digest": self.change.digest}

    def decide_page(self, who: str, status: int) -> None:
        given = {"status": status, "remark": "sebab", **self._shown()}
        self.send(self.pages[who].post(f"/changes/{self.pk}/decide/", given))

    def decide_api(self, who: str, status: int) -> None:
        body = {"status": status, "remark": "sebab", **self._shown()}
        path = f"{API}/{self.pk}/decision"
        self.send(self.apis[who].call("POST", path, body))

    def decide_for(self, who: str, other: str, status: int) -> None:
        body = {"status": status, "remark": "sebab", **self._shown()}
        body["onBehalfOfExtUserId"] = self.people[other].ext_id
        path = f"{API}/{self.pk}/decision"
        self.send(self.apis[who].call("POST", path, body))

    def decide_admin(self, who: str, status: int) -> None:
        root, change = "/admin/engineering/changenotice/", self.change
        self.send(self.pages[who].get(f"{root}{self.pk}/change/"))
        shown = f"{self.pk}:{change.revision}:{change.digest}"
        given = {"shown": shown, "status": status, "remark": "sebab"}
        self.send(self.pages[who].post(f"{root}decide/", given))

    def edit(self, who: str) -> None:
        self.texts += 1
        more = {"engineering": f"x{self.texts}", "revision": self.change.revision}
        self.send(self.pages[who].post(f"/changes/{self.pk}/edit/", FORM | more))

    def forward_api(self, who: str, to: str) -> None:
        body = {"toExtUserId": self.people[to].ext_id, "reason": "dinas luar"}
        self.send(self.apis[who].call("POST", f"{API}/{self.pk}/forward", body))

    def forward_page(self, who: str, to: str) -> None:
        given = {"to": self.people[to].ext_id, "reason": "dinas luar"}
        path = f"/approvals/change/{self.pk}/forward/"
        self.send(self.pages[who].post(path, given))

    def stand_in(self, who: str, other: str) -> None:
        today = timezone.localdate().isoformat()
        body = {
            "extUserId": self.people[other].ext_id,
            "substituteExtUserId": self.people[who].ext_id,
            "from": today,
            "until": today,
        }
        self.send(self.apis["boss"].call("POST", "/api/substitutions", body))

    def end_substitutions(self, who: str) -> None:
        found = self.apis[who].call("GET", "/api/substitutions")
        self.send(found)
        # Who has left the company is told 401, and no list.
        for row in found.json() if found.status_code == HTTPStatus.OK else []:
            path = f"/api/substitutions/{row['id']}"
            self.send(self.apis[who].call("DELETE", path))

    def leave(self, who: str) -> None:
        """The auth server closes an account; the worker's job asks others."""
        if who != "boss":
            User.objects.filter(pk=self.people[who].pk).update(is_active=False)
            mend_rounds()

    def put_up_again(self, who: str) -> None:
        path = f"/changes/{self.pk}/resubmit/"
        self.send(self.pages[who].post(path, {"note": "sudah"}))

    def withdraw(self, who: str) -> None:
        self.send(self.pages[who].post(f"/changes/{self.pk}/withdraw/"))

    def play(self, act: tuple[Any, ...]) -> None:
        """Do it; what the API refuses leaves nothing behind."""
        before = traces()
        self.seen = []
        getattr(self, act[0])(*act[1:])
        if self.seen and min(self.seen) >= HTTPStatus.BAD_REQUEST:
            assert traces() == before, act


def holds(story: Story) -> None:
    """Every invariant, and the wire against the rows."""
    assert [each for check in CHECKS.values() for each in check()] == []
    assert first_breach() is None
    cache.clear()
    change, ballot = story.change, ballot_of(story.change)
    for name, person in story.people.items():
        if not User.objects.get(pk=person.pk).is_active:
            continue
        rows = story.send(story.apis[name].call("GET", "/api/inbox")).json()
        waiting = assignments_of(person.pk).filter(round__record_id=story.pk)
        assert len(rows) == waiting.count(), name
    for decision in Decision.objects.all():
        assert decision.approver_id != story.people["agus"].pk
    if change.deleted_at is None:
        wire_says(story, change, ballot)


def wire_says(story: Story, change: ChangeNotice, ballot: Any) -> None:
    """Status, decisions and who is asked are those of the rows."""
    told = story.send(story.apis["boss"].call("GET", f"{API}/{story.pk}/all")).json()
    assert told["status"] == wire_status(change.status)
    given = [(row.approver.ext_id, row.status) for row in ballot.decisions]
    assert [
        (row["extUserId"], row["status"])
        for row in told["approvals"]
        if row.get("status")
    ] == given
    asked = {
        row["extUserId"]
        for step in told["round"]["steps"]
        for row in step["assignments"]
        if "closedAt" not in row
    }
    assert asked == {row.person.ext_id for row in ballot.asked}
    assert told["round"].get("nobodyCanDecide", False) is ballot.is_stuck


WHO = st.sampled_from(PEOPLE)
SAID = st.sampled_from([1, 1, 1, 2, 3])
ACTS = st.one_of(
    st.tuples(st.just("decide_page"), WHO, SAID),
    st.tuples(st.just("decide_api"), WHO, SAID),
    st.tuples(st.just("decide_admin"), WHO, SAID),
    st.tuples(st.just("decide_for"), WHO, WHO, st.sampled_from([1, 2])),
    st.tuples(st.just("edit"), st.sampled_from(["agus", "hendi"])),
    st.tuples(st.just("forward_api"), WHO, WHO),
    st.tuples(st.just("forward_page"), WHO, WHO),
    st.tuples(st.just("stand_in"), WHO, WHO),
    st.tuples(st.just("end_substitutions"), WHO),
    st.tuples(st.just("rule"), st.sampled_from(list(ROUTES))),
    st.tuples(st.just("leave"), WHO),
    st.tuples(st.just("put_up_again"), st.sampled_from(["agus", "hendi"])),
    st.tuples(st.just("withdraw"), st.sampled_from(["agus", "rina"])),
)
STORIES = st.tuples(st.sampled_from(list(ROUTES)), st.lists(ACTS, max_size=10))


def tell(route: str, acts: list[tuple[Any, ...]]) -> None:
    """Play one story on a database that forgets it afterwards, as the caches do."""
    cache.clear()
    with transaction.atomic():
        story = Story(route)
        for act in acts:
            story.play(act)
        holds(story)
        transaction.set_rollback(True)
    cache.clear()


@given(STORIES)
@settings(max_examples=15, suppress_health_check=list(HealthCheck))
def test_whatever_happens_meanwhile_through_http(
    sandbox: Any, story: tuple[str, list[tuple[Any, ...]]]
) -> None:
    tell(*story)


@pytest.mark.long
@given(STORIES)
@settings(max_examples=1000, suppress_health_check=list(HealthCheck))
def test_whatever_happens_meanwhile_through_http_a_thousand_times(
    sandbox: Any, story: tuple[str, list[tuple[Any, ...]]]
) -> None:
    tell(*story)


# --- Sabotage: what the harness must see ---------------------------------------------------


def no_closing(*_args: Any) -> None:
    """A round that is over asks on."""


def nobody_waits(*_args: Any) -> Any:
    """The inbox of the API forgets everything."""
    return Assignment.objects.none()


DECIDED: list[tuple[Any, ...]] = [("decide_api", "rina", 1)]
Fault = tuple[str, Callable[..., Any], list[tuple[Any, ...]]]
FAULTS: dict[str, Fault] = {
    "closing": (
        "core.approvals.services.routes.close_assignments",
        no_closing,
        DECIDED,
    ),
    "inbox": ("core.approvals.queries.wire.assignments_of", nobody_waits, []),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_planted_fault_is_seen(
    fault: str, sandbox: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    place, instead, acts = FAULTS[fault]
    tell("one manager", acts)
    monkeypatch.setattr(place, instead)
    with pytest.raises(AssertionError):
        tell("one manager", acts)
