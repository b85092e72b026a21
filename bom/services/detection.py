"""Notice that PPIC changed a BOM: by its webhook, or by looking."""

from datetime import datetime, timedelta

import structlog
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from bom.models import BomApproval, BomSeen, FirstLook, HookCall
from bom.services.opening import Content, fetch_content, put_up_content
from core.accounts.queries import strangers
from core.errors import DomainError
from core.integrations import upstreams
from core.integrations.errors import UpstreamError

log = structlog.get_logger(__name__)
RETRY = timedelta(seconds=20)
GIVE_UP = timedelta(hours=1)
LEASE = timedelta(seconds=60)
LOOKS_PER_RUN = 300
UNANSWERED_IN_A_ROW = 3
NO_ANSWER = {"unavailable", "upstream_invalid"}
AGAIN = NO_ANSWER | {"not_found", "in_flight"}


# --- The webhook ----------------------------------------------------------------


def take_hook(
    *, event_id: str, ext_bom_id: int, pic_ids: list[int], occurred_at: datetime
) -> bool:
    """Keep a call of PPIC to be worked on at once; False when its event id was taken before."""
    call = HookCall(
        event_id=event_id,
        ext_bom_leveled_id=ext_bom_id,
        pic_ids=pic_ids,
        occurred_at=occurred_at,
        next_at=timezone.now(),
    )
    # A call that is repeated opens nothing twice (docs/threats.md#t51).
    before = HookCall.objects.filter(event_id=event_id).exists()
    HookCall.objects.bulk_create([call], ignore_conflicts=True)
    return not before


def work_hooks() -> int:
    """Open what the webhook told; returns how many calls were worked on.

    The content is fetched now, so a late or doubled call finds the same content and does nothing.
    A BOM that PPIC does not know yet is asked for again for an hour.
    """
    now = timezone.now()
    due = HookCall.objects.filter(next_at__lte=now).order_by("occurred_at", "id")[:20]
    return sum(_work_hook(call) for call in due if _lease(call, now))


def _lease(call: HookCall, now: datetime) -> bool:
    # By the due time as it was read: of two workers one finds it unchanged (docs/threats.md#f42).
    rows = HookCall.objects.filter(pk=call.pk, next_at=call.next_at)
    return bool(rows.update(next_at=now + LEASE))


def _work_hook(call: HookCall) -> int:
    try:
        content = fetch_content(call.ext_bom_leveled_id)
        _put_up(
            content,
            BomApproval.Source.WEBHOOK,
            _people(call),
            call.occurred_at,
        )
    except DomainError as error:
        _try_later(call, error)
    else:
        HookCall.objects.filter(pk=call.pk).update(next_at=None, outcome="done")
    return 1


def _people(call: HookCall) -> frozenset[int]:
    """The people that PPIC names, without ids that do not exist: they could never decide."""
    unknown = strangers(call.pic_ids)
    if unknown:
        log.warning(
            "bom_hook_strangers", bom=call.ext_bom_leveled_id, people=sorted(unknown)
        )
    return frozenset(call.pic_ids) - unknown


def _try_later(call: HookCall, error: DomainError) -> None:
    is_over = timezone.now() - call.received_at > GIVE_UP
    # A content that cannot be approved stays so; only a PPIC that is away or late is asked again.
    is_hopeless = error.code not in AGAIN
    next_at = None if is_over or is_hopeless else timezone.now() + RETRY
    HookCall.objects.filter(pk=call.pk).update(next_at=next_at, outcome=error.code)
    log.warning("bom_hook_not_done", bom=call.ext_bom_leveled_id, reason=error.sentence)


def _put_up(
    content: Content, source: str, pics: frozenset[int], occurred_at: datetime | None
) -> None:
    put_up_content(
        content=content, source=source, pic_ids=pics, occurred_at=occurred_at
    )


# --- Looking --------------------------------------------------------------------


def look_for_changes() -> int:
    """Look for new and changed BOMs; returns how many approvals or revisions were opened.

    The first look at a PPIC only records what is there. After that a BOM that was never seen opens
    an approval at once; the others are looked at in turn, those seen longest ago first.
    """
    try:
        present = set(upstreams.ppic().boms_now())
    except UpstreamError as error:
        log.warning("bom_look_failed", reason=error.sentence)
        return 0
    # Else thousands of approvals would open on the first day (docs/contract.md#news-of-a-bom).
    if not FirstLook.objects.filter(address=settings.PPIC_URL).exists():
        _record_all(present)
        return 0
    known = set(BomSeen.objects.values_list("ext_bom_leveled_id", flat=True))
    new = sorted(present - known)[:LOOKS_PER_RUN]
    turn = BomSeen.objects.filter(ext_bom_leveled_id__in=present).order_by("seen_at")
    old = list(turn.values_list("ext_bom_leveled_id", flat=True)[:LOOKS_PER_RUN])
    return _look_at_each([*new, *old])


@transaction.atomic
def _record_all(present: set[int]) -> None:
    """The contents are read in the turns that follow; without a digest they are only recorded."""
    now = timezone.now()
    rows = [
        BomSeen(ext_bom_leveled_id=bom, digest=BomSeen.UNREAD, seen_at=now)
        for bom in sorted(present)
    ]
    BomSeen.objects.bulk_create(rows, ignore_conflicts=True)
    FirstLook.objects.get_or_create(address=settings.PPIC_URL)


def _look_at_each(ext_bom_ids: list[int]) -> int:
    """Look at each of these BOMs; returns the number of approvals or revisions opened.

    One BOM for which PPIC has no answer holds up nobody else; several in a row end the round.
    """
    opened = unanswered = 0
    for ext_bom_id in ext_bom_ids:
        try:
            opened += _compare(fetch_content(ext_bom_id))
            unanswered = 0
        except DomainError as error:
            log.warning("bom_not_looked_at", bom=ext_bom_id, reason=error.sentence)
            _put_back(ext_bom_id)
            unanswered = unanswered + 1 if error.code in NO_ANSWER else 0
        if unanswered == UNANSWERED_IN_A_ROW:
            log.warning("bom_look_stopped", unanswered=unanswered)
            break
    return opened


def _put_back(ext_bom_id: int) -> None:
    """Behind the others; a new BOM is remembered as one that is owed an approval."""
    now = timezone.now()
    BomSeen.objects.update_or_create(
        ext_bom_leveled_id=ext_bom_id,
        defaults={"seen_at": now},
        create_defaults={"seen_at": now, "digest": BomSeen.OWED},
    )


def _compare(content: Content) -> bool:
    """Open an approval for a new BOM, or a revision when a known content became another one."""
    rows = BomSeen.objects.filter(ext_bom_leveled_id=content.ext_id)
    seen = rows.values_list("digest", flat=True).first()
    if seen in {BomSeen.UNREAD, content.digest}:
        rows.filter(digest=seen).update(digest=content.digest, seen_at=timezone.now())
        return False
    _put_up(content, BomApproval.Source.POLL, frozenset(), None)
    return True
