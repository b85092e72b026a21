"""Tells a person what the old client keeps quiet about: that a save of theirs was refused.

The predecessor's pages go back to their list whatever the server answers (docs/contract.md#the-old-client). What stands
between them and EMS sets the header ``X-EMS-Old-Client``; a refusal then stands in the bell, too.
"""

from collections.abc import Callable

import orjson
from django.http import HttpRequest, HttpResponse

from core.accounts.models import User
from notifications.services import tell_of_refusal

HEADER = "X-EMS-Old-Client"
WRITES = {"POST", "PUT", "PATCH", "DELETE"}
REFUSALS = range(400, 500)


class OldClientMiddleware:
    """A notice for each refused save of the old client."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        is_refused = response.status_code in REFUSALS and request.method in WRITES
        if is_refused and HEADER in request.headers:
            _tell(request, response)
        return response


def _tell(request: HttpRequest, response: HttpResponse) -> None:
    user = getattr(request, "user", None)
    if isinstance(user, User) and user.is_active and not response.streaming:
        tell_of_refusal(person=user, sentence=_sentence(response))


def _sentence(response: HttpResponse) -> str:
    """What the answer says; empty where it is none of ours."""
    try:
        said = orjson.loads(response.content)
    except orjson.JSONDecodeError:
        return ""
    found = said.get("message") if isinstance(said, dict) else None
    return found if isinstance(found, str) else ""
