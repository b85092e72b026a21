"""Who was asked about a change before there were rounds: as it was calculated then."""

from collections import defaultdict
from dataclasses import dataclass, field
from decimal import Decimal

from django.conf import settings

UNBOUNDED = Decimal(10) ** 20
MANAGER = "manager"


@dataclass
class Step:
    mode: str
    role: str
    named: list
    people: set  # user ids of those who could decide


@dataclass
class Authors:
    raised: set
    asked: set  # auth server ids
    wrote: dict = field(default_factory=dict)
    named: set = field(default_factory=set)

    def is_requester(self, user_id, ext_id):
        return user_id in self.raised or (ext_id is not None and ext_id in self.asked)

    def add(self, event):
        was, now, by = event["before"] or {}, event["after"] or {}, event["actor_id"] or 0
        for name in was.keys() - {"items"}:
            self.wrote[name] = by
        self._add_lines(was.get("items", {}), now.get("items", {}), event["seq"], by)
        if "ext_user_id" in was:
            self.asked |= {was["ext_user_id"], now.get("ext_user_id")} - {None}
            self.named.add((by, now.get("ext_user_id") or 0))

    def _add_lines(self, was, now, seq, by):
        for key in was.keys() | now.keys():
            if key not in was:
                self.wrote[f"{seq}:{key}"] = by
            elif key not in now:
                for part in [each for each in self.wrote if each.startswith(f"{key}.")]:
                    del self.wrote[part]
                self.wrote[key] = by
            else:
                for name in now[key]:
                    if was[key].get(name) != now[key][name]:
                        self.wrote[f"{key}.{name}"] = by


class FormerEngine:
    """The rules and the people behind their roles, read once."""

    def __init__(self, apps):
        User = apps.get_model("accounts", "User")
        self.ext_ids = dict(User.objects.values_list("pk", "ext_id"))
        active = dict(
            User.objects.filter(is_active=True, ext_id__isnull=False).values_list(
                "ext_id", "pk"
            )
        )
        self.active = set(User.objects.filter(is_active=True).values_list("pk", flat=True))
        self.holders = defaultdict(set)
        roles = apps.get_model("accounts", "UserRole").objects
        for ext_id, role in roles.values_list("user_id", "role"):
            if ext_id in active:
                self.holders[role].add(active[ext_id])
        self.bands = self._bands(apps.get_model("approvals", "ApprovalRule"))

    def _bands(self, Rule):
        rows = Rule.objects.filter(is_active=True).prefetch_related("steps__people")
        return [
            (
                rule.kind,
                -UNBOUNDED if rule.net_from is None else rule.net_from,
                UNBOUNDED if rule.net_below is None else rule.net_below,
                [self._step(step) for step in rule.steps.order_by("order", "id")],
            )
            for rule in rows
        ]

    def _step(self, step):
        named = sorted(step.people.values_list("pk", flat=True))
        people = (set(named) & self.active) | self.holders.get(step.role, set())
        return Step(step.mode, step.role, named, people)

    def steps(self, kind, net):
        fitting = [
            (high - low, steps)
            for of_kind, low, high, steps in self.bands
            if of_kind == kind and low <= net < high
        ]
        found = min(fitting, key=lambda band: band[0], default=(0, []))[1]
        return found or [Step("any", MANAGER, [], set(self.holders[MANAGER]))]

    def able(self, step, authors):
        """Four eyes."""
        asked = {
            each
            for each in step.people
            if authors.is_requester(each, self.ext_ids.get(each))
        }
        named = {
            writer
            for writer, ext_id in authors.named
            for person in asked
            if self.ext_ids.get(person) == ext_id
        }
        able = step.people - (set() if settings.REQUESTER_MAY_DECIDE else asked)
        others = able - (set(authors.wrote.values()) - asked)
        rule = settings.AUTHOR_MAY_DECIDE
        if rule == "never" or (rule == "when_alone" and others):
            return others
        return able if rule == "always" else able - named


def place_of(steps, votes):
    """The step (from 0) that was open, by (step, user, status) of the present revision."""
    for number, people in enumerate(steps):
        yes = {user for step, user, status in votes if step == number and status == 1}
        mode, able = people
        if not (bool(able) and able <= yes if mode == "everyone" else bool(yes)):
            return number
    return len(steps) - 1
