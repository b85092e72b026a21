"""The day's quota of one person: documents, attachments and files to analyse together."""

from datetime import timedelta
from typing import IO

from django.conf import settings
from django.db.models import F, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from core.accounts.models import UploadDay, User
from core.errors import DomainError


def take_quota(by: User, content: IO[bytes]) -> None:
    """Count a file against the day (Asia/Jakarta) of its sender, before anybody looks into it.

    What is refused afterwards stays counted: looking was the dear part. Raises DomainError
    ``throttled``; one conditional UPDATE, so that two files at once cannot both take the last room.
    """
    size, rows = _size_of(content), _today(by.pk)
    most = settings.DOCUMENT_DAILY_BYTES
    if rows.filter(size__lte=most - size).update(size=F("size") + size):
        return
    used = rows.values_list("size", flat=True).first() or 0
    raise DomainError(
        _("You have uploaded %(used)d MB today; %(most)d MB a day are allowed.")
        % {"used": used // 2**20, "most": most // 2**20},
        "throttled",
        retry_after=_until_midnight(),
    )


def count_broken_off(user_id: int, size: int) -> None:
    """Count what was taken in of a body that did not come whole: it filled the disk, too."""
    _today(user_id).update(size=F("size") + size)


def _today(user_id: int) -> "QuerySet[UploadDay]":
    """The row of a person's day, made when it is their first."""
    today = timezone.localdate()
    UploadDay.objects.bulk_create(
        [UploadDay(user_id=user_id, day=today)], ignore_conflicts=True
    )
    return UploadDay.objects.filter(user_id=user_id, day=today)


def forget_days() -> int:
    """Remove the days that are over; returns how many rows went."""
    over, _by_model = UploadDay.objects.filter(day__lt=timezone.localdate()).delete()
    return over


def _until_midnight() -> int:
    now = timezone.localtime()
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    return int((midnight + timedelta(days=1) - now).total_seconds()) + 1


def _size_of(content: IO[bytes]) -> int:
    told = getattr(content, "size", None)
    if isinstance(told, int):
        return told
    place = content.tell()
    size = content.seek(0, 2)
    content.seek(place)
    return size
