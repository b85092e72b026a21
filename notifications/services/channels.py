"""E-mails and WhatsApp messages of notices.

Owed as deliveries in the notice's transaction, so none is lost and none is sent twice; the worker
pays them, and a mail server that is down delays nothing else.
"""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.utils import translation

from core.approvals.queries.links import line_of_link
from core.approvals.services import make_links
from core.ledger.models import Event
from core.ledger.services import create_delivery
from notifications.models import Notification
from notifications.queries import Wish

MAIL, WHATSAPP = "mail", "whatsapp"
WHATSAPP_PATH = "/send-multi-whatsapp"
# The member of an owed message that names its link to decide.
LINK = "decisionLink"
# Notices that ask for a decision: their messages carry a link.
DECIDED_BY_LINK = {
    "change.to_decide",
    "change.edited",
    "change.next_step",
    "bom.to_decide",
    "bom.revised",
    "approval.asked",
    "approval.on_behalf",
    "approval.reminded",
}


def owe_messages(event: Event, wishes: Mapping[int, Wish]) -> None:
    """Owe each person of an event what that person wishes; nothing where nothing is configured."""
    wanted = [
        person
        for person, wish in wishes.items()
        if (wish.email and settings.EMAIL_HOST) or (wish.phone and has_whatsapp())
    ]
    if not wanted:
        return
    notices = list(Notification.objects.filter(event=event, recipient__in=wanted))
    asked = [row.recipient_id for row in notices if row.kind in DECIDED_BY_LINK]
    links = make_links(event.record_type, event.record_id, asked) if asked else {}
    for notice in notices:
        wish, link = wishes[notice.recipient_id], links.get(notice.recipient_id)
        more = {LINK: link.pk} if link else {}
        if wish.email:
            owe_mail(notice, wish.email, notice.title, text_of(notice), more=more)
        if wish.phone:
            _owe_whatsapp(notice, wish.phone, more)


def with_link(payload: dict[str, Any]) -> dict[str, Any]:
    """A message as it goes out: with the address of its link to decide, if that is still of use.

    The token is made here and stands in no table.
    """
    key = payload.pop(LINK, None)
    if key is None:
        return payload
    with translation.override(settings.LANGUAGE_CODE):
        line = line_of_link(key)
    name = "text" if "text" in payload else "message"
    return payload | {name: f"{payload[name]}\n\n{line}"} if line else payload


def has_whatsapp() -> bool:
    """Whether the gateway may be used: its source is set, and there is an auth server."""
    return bool(settings.WHATSAPP_SOURCE and settings.AUTH_SERVER_URL)


def ways_on_offer() -> frozenset[str]:
    """The ways in which a notice can be sent here: the bell always, others where something is set up."""
    found = {"bell"}
    if settings.EMAIL_HOST:
        found.add("email")
    if has_whatsapp():
        found.add("whatsapp")
    return frozenset(found)


def text_of(notice: Notification) -> str:
    """Message and link; the link comes from the configuration, never from a request."""
    link = f"{settings.PUBLIC_BASE_URL}{notice.url}" if notice.url else ""
    return "\n\n".join(part for part in (notice.message, link) if part)


def owe_mail(
    about: Any,
    address: str,
    subject: str,
    text: str,
    key: str = "",
    more: Mapping[str, Any] | None = None,
) -> None:
    """Owe one e-mail; ``key`` keeps it from being owed twice. more: what ``with_link`` reads."""
    if settings.EMAIL_HOST:
        create_delivery(
            about,
            key=key or f"notice:{about.pk}:mail",
            kind="notice.mail",
            method="POST",
            path=address,
            payload={"subject": subject, "text": text, **(more or {})},
            by=None,
            upstream=MAIL,
        )


def _owe_whatsapp(notice: Notification, phone: str, more: Mapping[str, Any]) -> None:
    if has_whatsapp():
        message = f"{notice.title}\n{text_of(notice)}"
        create_delivery(
            notice,
            key=f"notice:{notice.pk}:whatsapp",
            kind="notice.whatsapp",
            method="POST",
            path=WHATSAPP_PATH,
            payload={
                "phone_num": [phone],
                "message": message,
                "source": settings.WHATSAPP_SOURCE,
                **more,
            },
            by=None,
            upstream=WHATSAPP,
        )
