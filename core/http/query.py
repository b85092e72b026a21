"""The parameters of an address, as everybody means them."""

from django.http import HttpRequest
from django.utils.translation import gettext as _
from rest_framework.request import Request

from core.errors import invalid


def leave_out_empty(request: HttpRequest) -> None:
    """A parameter without a value says nothing, on every path alike."""
    said = request.GET.copy()
    for name, values in request.GET.lists():
        kept = [value for value in values if value.strip()]
        if kept:
            said.setlist(name, kept)
        else:
            del said[name]
    request.GET = said  # type: ignore[assignment]


def refuse_doubled(request: Request) -> None:
    """One of two values would be ignored, and nobody knows which (docs/threats.md#t69)."""
    for name, values in request.query_params.lists():
        if len(values) > 1:
            raise invalid(name, _("This parameter is given twice."))
