"""The order of waiting analyses: a fair share of the lanes for each person (L19 of docs/security.md)."""

from datetime import UTC, datetime

from django.db.models import Count, Max, Min, Q

from aianalyzer.models import InquiryAiGeneration

State = InquiryAiGeneration.State
NEVER = datetime.min.replace(tzinfo=UTC)


def next_in_turn() -> int | None:
    """The analysis that waits and is next; None when none waits.

    A person's oldest stands for them. First comes who has the fewest at work, of these who waits
    longest since their last one began. So nobody's second comes before another's first, people take
    turns, and still no lane stands idle while somebody waits: a newcomer waits for one end at most.
    """
    rows = InquiryAiGeneration.objects.order_by().values("asked_by")
    waiting = rows.filter(state=State.QUEUED).annotate(oldest=Min("pk"))
    oldest = {each["asked_by"]: each["oldest"] for each in waiting}
    shares = rows.filter(asked_by__in=[by for by in oldest if by]).annotate(
        at_work=Count("pk", Q(state=State.RUNNING)), last=Max("started_at")
    )
    had = {
        each["asked_by"]: (each["at_work"], each["last"] or NEVER) for each in shares
    }
    turns = [(*had.get(person, (0, NEVER)), pk) for person, pk in oldest.items()]
    return min(turns)[-1] if turns else None
