"""A person says how to be told."""

import re
from collections.abc import Mapping

from django.db import transaction
from django.utils.translation import gettext as _

from core.accounts.models import User
from core.errors import invalid
from notifications.models import NoticeAddress, NoticeGroup, NoticeSetting

PHONE = re.compile(r"\+?[0-9]{8,15}", re.ASCII)
WAYS = frozenset({"bell", "email", "whatsapp"})
NOISE = re.compile(r"[ ().-]")


def reach_newcomer(*, user: User, phone: str) -> None:
    """Tell a person who never logged in by WhatsApp of tasks and approvals, until they choose
    themselves: they do not know the bell yet."""
    number = NOISE.sub("", phone)
    if not PHONE.fullmatch(number):
        return
    NoticeAddress.objects.get_or_create(user=user, defaults={"phone": number})
    NoticeSetting.objects.bulk_create(
        [
            NoticeSetting(user=user, group=group, bell=True, whatsapp=True)
            for group in (NoticeGroup.TASKS, NoticeGroup.BOMS)
        ],
        ignore_conflicts=True,
    )


@transaction.atomic
def save_wishes(
    *,
    by: User,
    email: str,
    phone: str,
    digest: bool,
    ways: Mapping[str, frozenset[str]],
    offered: frozenset[str] = WAYS,
) -> NoticeAddress:
    """Keep a person's own addresses and ways.

    ``ways`` maps each group to any of ``bell``, ``email``, ``whatsapp``; what was not ``offered`` stays as it
    was. Raises DomainError
    ``invalid`` when a way has no address, or the phone number is none.
    """
    number = NOISE.sub("", phone)
    if number and not PHONE.fullmatch(number):
        raise invalid("phone", _("A phone number has 8 to 15 digits."))
    wanted = frozenset().union(*ways.values()) if ways else frozenset()
    if "email" in wanted and not email:
        raise invalid("email", _("Type the e-mail address, or choose no e-mail."))
    if "whatsapp" in wanted and not number:
        raise invalid("phone", _("Type the phone number, or choose no WhatsApp."))
    if digest and not email:
        raise invalid("email", _("The daily summary goes by e-mail: type the address."))
    for group in NoticeGroup.values:
        chosen = ways.get(group, frozenset())
        NoticeSetting.objects.update_or_create(
            user=by,
            group=group,
            defaults={way: way in chosen for way in sorted(offered)},
        )
    known: dict[str, str | bool] = {}
    if "email" in offered:
        known |= {"email": email, "digest": digest}
    if "whatsapp" in offered:
        known["phone"] = number
    address, _made = NoticeAddress.objects.update_or_create(user=by, defaults=known)
    return address
