"""Activities of the demo company in all stages, told through the real services."""

import random
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from activities.models import STAGES, Activity, Task
from activities.queries.lookups import planning_facts
from activities.services import edit_task, plan_activity, sign_off
from core.accounts.services.reentry import PASSWORD
from core.integrations import upstreams
from demo.cast import DemoContext, at

WORKS, OLD_DAYS, LATE, EXPLAINED = 34, 9, 0.25, 0.5
WORK = (
    "Gambar panel",
    "Penawaran LVMDP",
    "Revisi gambar FAT",
    "Rekayasa panel MCC",
    "Dokumen as-built",
)
TASKS = (
    "Gambar SLD",
    "Review wiring metering",
    "Hitung busbar riser",
    "Layout panel",
    "Daftar material",
    "Cek gambar FAT",
)


def seed_work(company: DemoContext) -> None:
    """Activities around today in all stages, some of them late; a week of work for everybody."""
    facts = planning_facts()
    jobs = [job for job in upstreams.ppic().jobs().value.values() if job.panel_codes]
    inquiries = list(facts.inquiries)
    for place in range(WORKS):
        start = _monday(timezone.now()) + timedelta(days=2 * place - 30)
        planned = min(start - timedelta(days=5), timezone.now() - timedelta(hours=1))
        fields = _work(company.dice, place, jobs, inquiries)
        with at(planned):
            activity = plan_activity(
                by=company.people[7],
                fields=fields,
                tasks=_tasks(company, place, start),
                facts=facts,
            )
        _sign_tasks(company, activity.pk)


def _monday(moment: datetime) -> datetime:
    day = timezone.localtime(moment).replace(hour=8, minute=0, second=0, microsecond=0)
    return day - timedelta(days=day.weekday())


def _work(
    dice: random.Random, place: int, jobs: list[Any], inquiries: list[int]
) -> dict[str, Any]:
    kind = place % 3
    job = dice.choice(jobs)
    if kind == Activity.Kind.PRE_PO:
        more: dict[str, Any] = {"ext_inquiry_id": dice.choice(inquiries)}
    elif kind == Activity.Kind.POST_PO:
        more = {
            "ext_job_id": job.ext_id,
            "ext_panel_code_id": job.panel_codes[0].ext_id,
            "ext_purchase_order_id": next(iter(job.purchase_order_ids), None),
        }
    else:
        more = {"customer": "PT Nusa Lentera"}
    return {
        "kind": kind,
        "description": f"{WORK[place % len(WORK)]}, {job.name}",
        **more,
    }


def _tasks(company: DemoContext, place: int, start: datetime) -> list[dict[str, Any]]:
    """Two to four tasks in a row; engineers, sometimes two together."""
    dice, day, found = company.dice, start, []
    for number in range(2 + place % 3):
        end = day + timedelta(days=dice.randint(1, 3), hours=9)
        people = {company.engineer().ext_id, 12 if place % 4 == 0 else None}
        found.append(
            {
                "description": TASKS[(place + number) % len(TASKS)],
                "starts_at": day,
                "ends_at": end,
                "hours": dice.choice((4, 6, 8, 12, 16)),
                "people": sorted(person for person in people if person),
                "position": number,
            }
        )
        day = end.replace(hour=8) + timedelta(days=1)
    return found


def _sign_tasks(company: DemoContext, activity_id: int) -> None:
    """Past tasks are mostly signed by all, running ones by some; the rest is late."""
    for task in Task.objects.filter(activity=activity_id).order_by("position"):
        end = task.ends_at or timezone.now()
        age = (timezone.now() - end).days
        level = 3 if age > OLD_DAYS else max(0, min(3, age // 2))
        if company.dice.random() < LATE:
            level = max(0, level - 2)
        # Two in three keep their last day; of the others some say why.
        is_kept = task.pk % 3 != 0
        first = end - timedelta(hours=6) if is_kept else end + timedelta(hours=14)
        for stage, ext_id in (("pic", 7), ("spv", 7), ("manager", 3))[:level]:
            moment = first + timedelta(hours=2 * ("pic", "spv", "manager").index(stage))
            with at(min(moment, timezone.now())):
                sign_off(
                    task_id=task.pk,
                    stage=stage,
                    by=company.people[ext_id],
                    confirmed=PASSWORD,
                )
        is_late = age > 1 and (level == 0 or (level == len(STAGES) and not is_kept))
        if is_late and company.dice.random() < EXPLAINED:
            reason = company.dice.choice(Task.LateReason.values)
            fields = {"late_reason": reason}
            edit_task(task_id=task.pk, by=company.people[7], fields=fields)
