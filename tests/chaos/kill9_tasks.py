"""Kill -9 at named points and at random on "plan an activity, sign its stages, PPIC gets the work order".

    python -m tests.chaos.kill9_tasks --database sqlite:////tmp/kill.sqlite3 --kills 1000 --seed 1

Each round forks a process that plans a PostPO activity with two tasks, signs them as PIC, SPV and
manager, takes one signature back and gives it again, and pays what is owed; it is killed, and a
second process does what is still to do. At the end: acknowledged plans and signatures that are
lost, notices that are missing, doubled or asked for by nothing, work orders that never came, came
twice, or say less than the plan, and ``ems_invariants``. ``--sabotage`` must turn the counts red.
"""

import argparse
import json
import random
from collections import Counter
from contextlib import suppress
from typing import Any

from tests.chaos.kill9 import (
    OK,
    Ppic,
    breach,
    child,
    main,
    make_people,
    quick_relay,
    settle,
    spoil,
)
from tests.chaos.kill_points import die_at

POINTS = (*(f"A{place}" for place in range(10)), "K7", "K10", "K11")
SABOTAGE = ("none", "notices_later", "orders_later", "key_ignored")
ROLES = ("pic", "pic", "spv", "manager")
LONGEST = 0.5  # seconds; a round that is not killed takes about 0.4
TASKS = 2
BAD = (
    *("lost_plans", "lost_signatures", "lost_notices", "unasked_notices"),
    *("lost_orders", "double_orders", "unasked_orders", "stale_orders"),
)


def run(options: argparse.Namespace, ppic: Ppic) -> dict[str, Any]:
    """All rounds, then the counts."""
    dice = random.Random(options.seed)
    quick_relay()
    spoil(options.sabotage)
    people = make_people()
    give_roles(people)
    acknowledged: set[str] = set()
    killed = 0
    for place in range(options.kills):
        name = f"seed {options.seed} round {place}"
        named = options.points or dice.random() < 0.5
        point = POINTS[place % len(POINTS)] if named else ""
        seconds = dice.random() * LONGEST
        code, told = child(lambda say, n=name: flow(n, people, say), point, seconds)
        again, more = child(lambda say, n=name: flow(n, people, say), "", 30)
        assert again == OK, "the recovery did not come through"
        acknowledged |= {*told, *more}
        killed += int(code != OK)
    settle()
    return counted(ppic, acknowledged, options.kills, killed)


def give_roles(people: list[Any]) -> None:
    """Two PICs, an SPV and a manager."""
    from core.accounts.models import UserRole

    for person, role in zip(people, ROLES, strict=True):
        UserRole.objects.get_or_create(user_id=person.ext_id, role=role)


# --- A round ----------------------------------------------------------------------


def flow(name: str, people: list[Any], say: Any) -> None:
    """Do what is not done yet; whatever came back from a verb is said to the parent."""
    from core.ledger.services import deliver_due

    activity = planned(name, people)
    die_at("A7")
    say(f"plan:{activity.pk}")
    for task in activity.tasks.order_by("position"):
        sign(task, people, say)
    take_back(activity.tasks.earliest("position"), people[3], say)
    die_at("A8")
    for _order in range(activity.revision + 20):
        deliver_due()


def planned(name: str, people: list[Any]) -> Any:
    """The activity of this round; planned once."""
    from activities.models import Activity
    from activities.queries.lookups import Facts
    from activities.services import plan_activity

    found = Activity.objects.filter(description=name).first()
    tasks = [
        {
            "description": f"task {place}",
            "hours": 4,
            "position": place,
            "people": [person.ext_id for person in people[: place + 1]],
        }
        for place in range(TASKS)
    ]
    fields = {"description": name, "kind": Activity.Kind.POST_PO, "ext_job_id": 51}
    return found or plan_activity(
        by=people[2], fields=fields, tasks=tasks, facts=Facts()
    )


def sign(task: Any, people: list[Any], say: Any) -> None:
    """PIC, SPV and manager, each once; who has signed has signed."""
    from activities.models import STAGES
    from activities.services import sign_off
    from core.errors import DomainError

    for stage, person in zip(STAGES, (people[0], people[2], people[3]), strict=True):
        with suppress(DomainError):
            sign_off(task_id=task.pk, stage=stage, by=person)
        say(f"{stage}:{task.pk}")


def take_back(task: Any, manager: Any, say: Any) -> None:
    """The manager's signature once back and once more."""
    from activities.services import reopen, sign_off
    from core.ledger.queries import events_about

    if not events_about(task).filter(kind="task.manager_undone").exists():
        reopen(task_id=task.pk, stage="manager", by=manager)
    task.refresh_from_db()
    if not task.completed_date_manager:
        sign_off(task_id=task.pk, stage="manager", by=manager)
    say(f"again:{task.pk}")


# --- What came of it ----------------------------------------------------------------


def counted(
    ppic: Ppic, acknowledged: set[str], rounds: int, killed: int
) -> dict[str, Any]:
    """Everything that must not be, by number."""
    found: dict[str, Any] = {"rounds": rounds, "killed": killed}
    found |= lost(acknowledged) | notices() | orders(ppic)
    found["invariants"] = breach()
    found["clean"] = not found["invariants"] and not any(found[name] for name in BAD)
    return found


def lost(acknowledged: set[str]) -> dict[str, int]:
    """Plans and signatures that were acknowledged and are not there."""
    from activities.models import Activity, Task

    plans = {f"plan:{key}" for key in Activity.objects.values_list("pk", flat=True)}
    signed: set[str] = set()
    for task in Task.objects.all():
        signed |= {
            f"{stage}:{task.pk}"
            for stage in ("pic", "spv", "manager")
            if task.signed_at(stage)
        }
        if task.completed_date_manager:
            signed.add(f"again:{task.pk}")
    missing = acknowledged - plans - signed
    gone = sum(word.startswith("plan") for word in missing)
    return {"lost_plans": gone, "lost_signatures": len(missing) - gone}


def notices() -> dict[str, int]:
    """What the ledger's events ask for, against the notices that there are."""
    from core.ledger.models import Event
    from notifications.models import Notification

    wanted: Counter[tuple[int, int]] = Counter()
    for event in Event.objects.filter(kind__startswith="task."):
        wanted.update((event.pk, person) for person in told_of(event))
    rows = Notification.objects.values_list("event_id", "recipient__ext_id")
    there = Counter((event, person) for event, person in rows if event and person)
    return {
        "lost_notices": (wanted - there).total(),
        "unasked_notices": (there - wanted).total(),
    }


def told_of(event: Any) -> set[int]:
    """Auth server ids of who must hear of an event of these rounds."""
    from activities.models import InCharge

    charges = InCharge.objects.filter(task=event.record_id)
    own = set(charges.values_list("ext_user_id", flat=True))
    spv, manager = {902}, {903}
    return {
        "task.added": own,
        "task.pic_done": spv,
        "task.spv_done": manager,
        "task.manager_done": own - manager,
        "task.manager_undone": manager,
    }[event.kind]


def orders(ppic: Ppic) -> dict[str, int]:
    """PPIC got each revision of each activity once, and knows the last one."""
    from activities.models import Activity

    came = ppic.work_orders()
    effects = Counter(row["key"] for row in came)
    wanted = {
        f"activity:{activity.pk}:rev:{revision}:work-order"
        for activity in Activity.objects.all()
        for revision in range(1, activity.revision + 1)
    }
    newest = {row["subject"]: row["body"] for row in came}
    return {
        "lost_orders": len(wanted - effects.keys()),
        "double_orders": sum(count > 1 for count in effects.values()),
        "unasked_orders": len(effects.keys() - wanted),
        "stale_orders": sum(
            newest.get(str(activity.pk)) != present(activity)
            for activity in Activity.objects.all()
        ),
    }


def present(activity: Any) -> Any:
    """The work order as it would be owed now."""
    from activities.queries.live_tasks import work_order
    from core.text.canonical_json import canonical

    return json.loads(canonical(work_order(activity)))


if __name__ == "__main__":
    main(run, __doc__, SABOTAGE)
