"""One run of an analysis: claimed, noted as it goes on, and stopped when it is no longer ours."""

import time
from datetime import UTC, datetime, timedelta

from django.db import transaction
from django.db.models import Count, Max, Min, Q
from django.utils import timezone

from aianalyzer.models import GenerationQuerySet, InquiryAiGeneration

State = InquiryAiGeneration.State
NEVER = datetime.min.replace(tzinfo=UTC)
# Longer than the longest silence of a model (two minutes): a run that is silent for so long is dead.
LEASE = timedelta(minutes=4)
NOTE_SECONDS = 0.3
MAX_LIVE = 60_000  # characters of an unfinished answer that are written again and again


class AnalysisStopped(Exception):  # noqa: N818 - not an error
    """Somebody cancelled it, or another run took over: nothing more may be written."""


class Failure(Exception):  # noqa: N818 - a verdict on an analysis
    """It cannot be done; code: of ``queries.wording.FAILURES`` or of the readers."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(code)
        self.code = code
        self.detail = detail


@transaction.atomic
def claim(generation_id: int) -> InquiryAiGeneration | None:
    """Take it if it waits, by one conditional update; None when another worker has it."""
    now = timezone.now()
    rows = InquiryAiGeneration.objects.filter(pk=generation_id, state=State.QUEUED)
    row = rows.select_for_update().first()
    if row is None:
        return None
    row.run, row.attempts = row.run + 1, row.attempts + 1
    row.state, row.step, row.progress = State.RUNNING, "", 0
    row.started_at, row.lease_until = now, now + LEASE
    row.save()
    return row


def claim_next() -> InquiryAiGeneration | None:
    """Take the one whose turn it is; after losing it to another worker, look again. None without any."""
    while (generation_id := next_in_turn()) is not None:
        if taken := claim(generation_id):
            return taken
    return None


def next_in_turn() -> int | None:
    """The analysis that waits and is next; None when none waits (L19 of docs/security.md).

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


class Run:
    """generation: the row as it was claimed; its ``run`` is the fence for every write."""

    def __init__(self, generation: InquiryAiGeneration) -> None:
        self.generation = generation
        self.notes: list[str] = []
        self._last: tuple[float, str] = (0.0, "")

    def note(self, step: str, progress: int, content: str | None = None) -> None:
        """Show how far it is, a few times a second at most; raises Stopped."""
        now = time.monotonic()
        if step == self._last[1] and now - self._last[0] < NOTE_SECONDS:
            return
        self._last = (now, step)
        news: dict[str, object] = {
            "step": step,
            "progress": progress,
            "lease_until": timezone.now() + LEASE,
            "updated_at": timezone.now(),
        }
        if content is not None and len(content) <= MAX_LIVE:
            news["content"] = content
        # The fence: a worker that was given up can write nothing more (docs/decisions/0007-analyzer.md).
        if not self._own().update(**news):
            raise AnalysisStopped

    def check(self) -> None:
        """Raise Stopped when it was cancelled; writes nothing."""
        if not self._own().exists():
            raise AnalysisStopped

    def locked(self) -> InquiryAiGeneration:
        """The row, locked, in the caller's transaction; raises Stopped."""
        row = self._own().select_for_update().first()
        if row is None:
            raise AnalysisStopped
        return row

    def _own(self) -> GenerationQuerySet:
        return InquiryAiGeneration.objects.filter(
            pk=self.generation.pk, run=self.generation.run, state=State.RUNNING
        )
