"""Tell a person that a save in the old client was refused, which its pages do not say."""

from django.core.cache import cache
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from core.accounts.models import User
from core.accounts.queries import sha256
from core.db.memoize import calls_within
from core.ledger.services import record
from notifications.services.notices import notify

KIND = "old_client.refused"
PER_HOUR, HOUR = 30, 3600.0
AGAIN_AFTER = 60.0


def tell_of_refusal(*, person: User, sentence: str) -> bool:
    """A notice with the time and the reason; returns whether there was one.

    The same reason once a minute, and 30 an hour: a client that tries again and again does not fill
    the bell.
    """
    said = sentence or _("The server gave no reason.")
    is_first = cache.add(f"refused:{person.pk}:{sha256(said)}", 1, AGAIN_AFTER)
    if not is_first or calls_within(f"refused:{person.pk}", HOUR) > PER_HOUR:
        return False
    facts = {"at": f"{timezone.localtime():%H:%M}", "why": said}
    with transaction.atomic():
        # Two refusals of one person want the same place in the person's history.
        User.objects.select_for_update().get(pk=person.pk)
        event = record(person, KIND, by=person, after=facts)
        notify([person.pk], event=event, kind=KIND, facts=facts, url=reverse("inbox"))
    return True
