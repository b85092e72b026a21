"""E-mails and WhatsApp messages of notices.

Owed as deliveries in the notice's transaction, so none is lost and none is sent twice; the worker
pays them, and a mail server that is down delays nothing else.
"""

from collections.abc import Mapping
from typing import Any

from django.conf import settings

from core.ledger.models import Event
from core.ledger.services import create_delivery
from notifications.models import Notification
from notifications.queries import Wish

MAIL, WHATSAPP = "mail", "whatsapp"
WHATSAPP_PATH = "/send-multi-whatsapp"


def owe_messages(event: Event, wishes: Mapping[int, Wish]) -> None:
    """Owe each person of an event what that person wishes; nothing where nothing is configured."""
    wanted = [
        person
        for person, wish in wishes.items()
        if (wish.email and settings.EMAIL_HOST) or (wish.phone and has_whatsapp())
    ]
    if not wanted:
        return
    for notice in Notification.objects.filter(event=event, recipient__in=wanted):
        wish = wishes[notice.recipient_id]
        if wish.email:
            owe_mail(notice, wish.email, notice.title, text_of(notice))
        if wish.phone:
            _owe_whatsapp(notice, wish.phone)


def has_whatsapp() -> bool:
    """Whether the gateway may be used: its source is set, and there is an auth server."""
    return bool(settings.WHATSAPP_SOURCE and settings.AUTH_SERVER_URL)


def text_of(notice: Notification) -> str:
    """Message and link; the link comes from the configuration, never from a request."""
    link = f"{settings.PUBLIC_BASE_URL}{notice.url}" if notice.url else ""
    return "\n\n".join(part for part in (notice.message, link) if part)


def owe_mail(about: Any, address: str, subject: str, text: str, key: str = "") -> None:
    """Owe one e-mail; ``key`` keeps it from being owed twice."""
    if settings.EMAIL_HOST:
        create_delivery(
            about,
            key=key or f"notice:{about.pk}:mail",
            kind="notice.mail",
            method="POST",
            path=address,
            payload={"subject": subject, "text": text},
            by=None,
            upstream=MAIL,
        )


def _owe_whatsapp(notice: Notification, phone: str) -> None:
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
            },
            by=None,
            upstream=WHATSAPP,
        )
