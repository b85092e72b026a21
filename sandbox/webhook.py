"""PPIC's own voice: tells the EMS, signed, that a BOM has changed."""

import hashlib
import hmac
import json
import time
import uuid
from datetime import UTC, datetime
from http.client import HTTPConnection, HTTPSConnection
from typing import Any
from urllib.parse import urlsplit

PATH = "/hooks/ppic/bom-changed"
PATIENCE = 10.0


def signature(secret: str, timestamp: str, body: bytes) -> str:
    """Sign ``timestamp.body`` as the EMS checks it."""
    return hmac.new(
        secret.encode(), timestamp.encode() + b"." + body, hashlib.sha256
    ).hexdigest()


def announce(hook: dict[str, Any], bom_id: str) -> dict[str, Any]:
    """Post the news to ``hook["url"]``, and say how it went.

    ``picIds``, ``eventId`` and ``timestamp`` may be given, so that a test can name the
    PICs, send an event twice, or come too late.
    """
    event = _event(hook, bom_id)
    try:
        status = _post(hook, json.dumps(event).encode())
    except OSError as error:
        return {"eventId": event["eventId"], "error": str(error)}
    return {"eventId": event["eventId"], "status": status}


def _event(hook: dict[str, Any], bom_id: str) -> dict[str, Any]:
    event = {
        "eventId": hook.get("eventId") or str(uuid.uuid4()),
        "extBomLeveledId": bom_id,
        "occurredAt": datetime.now(UTC).isoformat(timespec="seconds"),
    }
    return event | {name: hook[name] for name in ("picIds",) if name in hook}


def _post(hook: dict[str, Any], body: bytes) -> int:
    parts = urlsplit(hook["url"])
    kind = HTTPSConnection if parts.scheme == "https" else HTTPConnection
    connection = kind(parts.netloc, timeout=PATIENCE)
    try:
        connection.request("POST", _path(parts.path), body, _headers(hook, body))
        return connection.getresponse().status
    finally:
        connection.close()


def _path(given: str) -> str:
    return given if given.endswith(PATH) else given.rstrip("/") + PATH


def _headers(hook: dict[str, Any], body: bytes) -> dict[str, str]:
    timestamp = str(hook.get("timestamp") or int(time.time()))
    return {
        "Content-Type": "application/json",
        "X-EMS-Timestamp": timestamp,
        "X-EMS-Signature": signature(hook["secret"], timestamp, body),
    }
