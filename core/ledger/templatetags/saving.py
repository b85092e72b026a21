"""``{% form_key %}``: what makes a form savable once."""

import secrets

from django import template
from django.template.context import Context
from django.utils.html import format_html
from django.utils.safestring import SafeString

from core.ledger.forms import KEY

register = template.Library()


@register.simple_tag(takes_context=True)
def form_key(context: Context) -> SafeString:
    """A hidden field with a key of its own; a form that was refused keeps the one it had."""
    request = context.get("request")
    sent = request.POST.get(KEY, "") if request else ""
    field = '<input type="hidden" name="{}" value="{}">'
    return format_html(field, KEY, sent or secrets.token_hex(16))
