"""Answers a request that carries an Idempotency-Key (docs/contract.md#repeats)."""

import hashlib
from collections.abc import Callable, Mapping

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse
from rest_framework.request import Request
from rest_framework.response import Response

from core.accounts.models import User
from core.ledger.services import StoredAnswer, answer_once
from core.text.canonical_json import digest
from core.text.wire_json import to_bytes

KEPT_HEADERS = ("ETag", "Location")
# A file as base64: its digest piece by piece, or it would be in memory once more.
LONG_TEXT = 1 << 18


def guard(request: Request, handler: Callable[[], Response]) -> HttpResponse | Response:
    """Run the handler once per key; ``Idempotency-Replayed: true`` on every later answer."""
    if not isinstance(request.user, User):
        return handler()
    answer = answer_once(
        user=request.user,
        key=request.headers["Idempotency-Key"],
        fingerprint=fingerprint(request),
        call=lambda: frozen(handler()),
    )
    headers = dict(answer.headers)
    if answer.is_replay:
        headers["Idempotency-Replayed"] = "true"
    return HttpResponse(
        answer.body,
        status=answer.status,
        headers=headers,
        content_type="application/json",
    )


def frozen(response: Response) -> StoredAnswer:
    """The answer as bytes."""
    headers = {
        name: response[name] for name in KEPT_HEADERS if response.has_header(name)
    }
    body = b"" if response.data is None else to_bytes(response.data)
    return StoredAnswer(response.status_code, headers, body)


def fingerprint(request: Request) -> str:
    """The identity of a request: method, path, query and content.

    Without a password or PIN that confirms a signature: from its digest the few digits of a PIN
    could be tried out.
    """
    data = request.data
    content = (
        {name: _content(value) for name, value in data.items() if name != "password"}
        if isinstance(data, Mapping)
        else data
    )
    return digest([request.method, request.get_full_path(), content])


def _content(value: object) -> object:
    if isinstance(value, str) and len(value) > LONG_TEXT:
        sha = hashlib.sha256()
        for at in range(0, len(value), LONG_TEXT):
            sha.update(value[at : at + LONG_TEXT].encode())
        return sha.hexdigest()
    if not isinstance(value, UploadedFile):
        return value
    sha = hashlib.sha256()
    for chunk in value.chunks():
        sha.update(chunk)
    value.seek(0)
    return sha.hexdigest()
