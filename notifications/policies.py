"""Rules for notices that people write."""

import re
import unicodedata

from django.conf import settings
from django.utils.translation import gettext as _

from core.errors import invalid

# What mail and chat programs make a link of: an address with its scheme, or a host's name alone.
# Each part has a length, or a text of dots would be read anew from each of them.
LINK = re.compile(
    r"[a-z][a-z0-9+.-]{0,30}://\S*|\b(?:javascript|data|mailto):\S*|\bwww\.\S*"
    r"|\b[\w-]{1,63}(?:\.[\w-]{1,63}){0,8}\.[a-z]{2,24}/\S*"
    r"|\b[\w-]{1,63}(?:\.[\w-]{1,63}){0,8}\.(?:com|net|org|info|biz|io|co|id|xyz|top|site|online|link|app)\b",
    re.IGNORECASE,
)


def foreign_link(text: str) -> str:
    """The first link that leads to another place; empty where there is none."""
    ours = settings.PUBLIC_BASE_URL.rstrip("/")
    plain = unicodedata.normalize("NFKC", text)
    for found in LINK.finditer(plain):
        link = found[0]
        if not (link == ours or link.startswith((f"{ours}/", f"{ours}?"))):
            return link
    return ""


def require_no_foreign_link(**texts: str) -> None:
    """Refuse a link to another place; raises DomainError ``invalid`` under the field's name."""
    for name, text in texts.items():
        if foreign_link(text):
            raise invalid(name, _("A notice has no link to another place."))
