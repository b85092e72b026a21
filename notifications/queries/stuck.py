"""Where work waits, by step and person, and for how long: for the managers' weekly e-mail."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Min
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from activities.models import Stage, Task
from core.approvals.models import Assignment, Duty, Round

MOST = 20
# What is decided, where its list is, and what it is called.
LISTS = {
    "engineering.ChangeNotice": ("engineering:change_list", "ECN / CCN"),
    "bom.BomApproval": ("bom:bom_list", "BOM"),
}
# The signature after which a stage waits, and the filter of the list of activities that shows it.
STAGES = {
    Stage.SPV: ("completed_date_pic", "pic"),
    Stage.MANAGER: ("completed_date_spv", "spv"),
}


@dataclass(frozen=True, slots=True)
class Stuck:
    """What waits at one step for one person; ``since``: the one that waits longest."""

    place: str
    who: str
    count: int
    since: datetime
    url: str

    @property
    def how_long(self) -> str:
        """How many, and the days of the one that waits longest."""
        days = (timezone.now() - self.since).days
        items = ngettext("%d item", "%d items", self.count) % self.count
        longest = ngettext("the oldest for %d day", "the oldest for %d days", days)
        return f"{items}, {longest % days}"


def waiting_longest() -> list[Stuck]:
    """The longest waiting first, at most twenty; three queries."""
    found = [*_decisions(), *_signatures()]
    return sorted(found, key=lambda each: each.since)[:MOST]


def _decisions() -> list[Stuck]:
    """Assignments of steps that are open, by kind of record, step and person."""
    rows = (
        Assignment.objects.open()
        .filter(
            round__state=Round.State.OPEN,
            round__record_type__in=list(LISTS),
            duty=Duty.REQUIRED,
            step__opened_at__isnull=False,
            step__closed_at=None,
        )
        .values("round__record_type", "step__order", "person__name", "person__ext_id")
        .annotate(n=Count("pk"), since=Min("asked_at"))
        .order_by("since")[:MOST]
    )
    found = []
    for row in rows:
        view, name = LISTS[row["round__record_type"]]
        step = _("step %d") % (row["step__order"] + 1)
        url = f"{reverse(view)}?status=0&decider={row['person__ext_id'] or ''}"
        who = row["person__name"]
        found.append(Stuck(f"{name}, {step}", who, row["n"], row["since"], url))
    return found


def _signatures() -> list[Stuck]:
    """Tasks that wait for SPV or manager: anybody of the role may sign."""
    found = []
    for stage, (signed, status) in STAGES.items():
        sums = Task.objects.waiting_at(stage).aggregate(
            n=Count("pk"), since=Min(signed)
        )
        if sums["n"]:
            url = f"{reverse('activities:activity_list')}?status={status}"
            label = str(Stage(stage).label)
            found.append(Stuck(_("Tasks"), label, sums["n"], sums["since"], url))
    return found
