"""Repeated jobs, each claimed by one worker when it is due; and the checkpoints of the chains."""

import gzip
import hashlib
import hmac
from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from itertools import groupby

import orjson
import structlog
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage, Storage, default_storage
from django.db.models import F, OuterRef, Q, Subquery
from django.utils import timezone

from core.ledger.models import Event, PeriodicJob
from core.ledger.queries import Breach, first_breach, last_event_id
from core.text.canonical_json import canonical

log = structlog.get_logger(__name__)
HEARTBEAT = "heartbeat"
FOLDER = "checkpoints"
KEEP_CHECKPOINTS = 4 * 24 * 7  # a week of quarters of an hour
ASKED_AT_ONCE = 500
Head = tuple[str, int, int, str]


def run_due(jobs: Mapping[str, tuple[Callable[[], object], float]]) -> int:
    """Run each job whose time has come; returns how many ran here.

    ``jobs`` maps a name to a function and its period in seconds. A job is claimed by moving
    its due time on in one conditional UPDATE, so that many workers do not run it together.
    """
    return sum(_run_if_due(name, call, every) for name, (call, every) in jobs.items())


def _run_if_due(name: str, call: Callable[[], object], every: float) -> bool:
    now = timezone.now()
    rows = PeriodicJob.objects.filter(Q(name=name), due_at__lte=now)
    if not rows.update(due_at=now + timedelta(seconds=every), ran_at=now):
        PeriodicJob.objects.get_or_create(name=name)
        return False
    try:
        call()
    except Exception as error:
        log.exception("periodic_job_failed", job=name)
        PeriodicJob.objects.filter(name=name).update(problem=str(error)[:2000])
        return True
    PeriodicJob.objects.filter(name=name).exclude(problem="").update(problem="")
    return True


class HistoryBrokenError(Exception):
    """A row of the history does not hold; the text names it."""


def verify_history() -> None:
    """Walk every chain and compare the checkpoints, once a day; a breach is the job's problem."""
    breach = first_breach() or checkpoint_breach()
    if breach:
        raise HistoryBrokenError(
            f"{breach.place} (event {breach.event_id}): {breach.reason}"
        )


# --- Checkpoints ----------------------------------------------------------------
#
# A chain proves that nothing inside it was changed, not that its end was not cut off, and not that
# it was not written anew from the start. The heads of all chains, signed and kept in a second
# place, do (docs/threats.md#inv-10).


def checkpoint_storage() -> Storage:
    """Storage of the checkpoints: ``CHECKPOINT_DIR``, else beside the files of the records (or S3)."""
    place = settings.CHECKPOINT_DIR
    return FileSystemStorage(location=place) if place else default_storage


def write_checkpoint() -> str:
    """Sign the head of every chain and keep it; "" when nothing happened since the last one."""
    storage, last = checkpoint_storage(), last_event_id()
    names = checkpoint_names(storage)
    name = f"{FOLDER}/{last:012d}.json.gz"
    if not last or name.rpartition("/")[2] in names:
        return ""
    body = canonical({"lastEvent": last, "at": timezone.now(), "heads": _heads(last)})
    kept = orjson.dumps({"body": body.decode(), "hmac": _signature(body)})
    written = storage.save(name, ContentFile(gzip.compress(kept)))
    for old in names[: -KEEP_CHECKPOINTS + 1]:
        storage.delete(f"{FOLDER}/{old}")
    return written


def checkpoint_names(storage: Storage) -> list[str]:
    """The files that are kept, oldest first."""
    try:
        _folders, files = storage.listdir(FOLDER)
    except FileNotFoundError:
        return []
    return sorted(name for name in files if name.endswith(".json.gz"))


def _heads(last: int) -> list[Head]:
    """The latest event of every chain among the first ``last`` events."""
    rows = Event.objects.filter(id__lte=last).order_by()
    same = rows.filter(
        record_type=OuterRef("record_type"), record_id=OuterRef("record_id")
    )
    newest = same.order_by("-seq").values("seq")[:1]
    heads = rows.annotate(newest=Subquery(newest)).filter(seq=F("newest"))
    found = heads.values_list("record_type", "record_id", "seq", "hash")
    return sorted(found.iterator(chunk_size=2000))


def _signature(body: bytes) -> str:
    """HMAC-SHA256 with a key that is made of ``SECRET_KEY`` for this purpose only."""
    key = hashlib.sha256(b"ems.ledger.checkpoint:" + settings.SECRET_KEY.encode())
    return hmac.new(key.digest(), body, hashlib.sha256).hexdigest()


def checkpoint_breach() -> Breach | None:
    """The first event that a kept checkpoint knows otherwise, or None; newest file first."""
    storage = checkpoint_storage()
    for name in reversed(checkpoint_names(storage)):
        breach = _breach_of(storage, f"{FOLDER}/{name}")
        if breach:
            return breach
    return None


def _breach_of(storage: Storage, name: str) -> Breach | None:
    try:
        with storage.open(name) as file:
            kept = orjson.loads(gzip.decompress(file.read()))
        body, given = str(kept["body"]).encode(), str(kept["hmac"])
    except (OSError, EOFError, ValueError, KeyError, TypeError):
        return Breach(0, name, "the checkpoint cannot be read")
    if not hmac.compare_digest(given, _signature(body)):
        return Breach(0, name, "the checkpoint is not signed by this installation")
    return next(_differences(orjson.loads(body)["heads"], name), None)


def _differences(heads: list[Head], name: str) -> Iterator[Breach]:
    """``heads`` are sorted, so those of one kind stand together."""
    for kind, group in groupby(heads, key=lambda head: head[0]):
        whole = list(group)
        for start in range(0, len(whole), ASKED_AT_ONCE):
            yield from _missing(kind, whole[start : start + ASKED_AT_ONCE], name)


def _missing(kind: str, part: list[Head], name: str) -> Iterator[Breach]:
    rows = Event.objects.filter(
        record_type=kind,
        record_id__in=[head[1] for head in part],
        seq__in={head[2] for head in part},
    )
    there = set(rows.order_by().values_list("record_id", "seq", "hash"))
    for _kind, record, seq, text in part:
        if (record, seq, text) not in there:
            reason = f"it is missing or was rewritten since {name}"
            yield Breach(0, f"{kind}:{record}#{seq}", reason)
