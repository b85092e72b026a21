"""What travels over the wire: the call that was read, the reply to be written."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from email.utils import formatdate
from http import HTTPStatus
from typing import Any

JSON_TYPE = "application/json; charset=utf-8"
TEXT_TYPE = "text/plain; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Call:
    """One request as it arrived, also the record that tests look at."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes
    time: float

    def json(self) -> Any:
        """Read the body as JSON; ValueError when it is none."""
        return json.loads(self.body)

    def as_json(self) -> dict[str, Any]:
        """Spell the call for ``GET /__sandbox__/calls``."""
        return asdict(self) | {"body": self.body.decode("utf-8", "replace")}


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer, before any fault has spoiled it."""

    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)

    def encode(self) -> bytes:
        """Spell the whole answer, in one piece so that it leaves in one packet."""
        length = {"Content-Length": str(len(self.body))}
        return head(self.status, length | self.headers) + self.body


def head(status: int, headers: Mapping[str, str]) -> bytes:
    """Spell the status line and the headers."""
    lines = [f"HTTP/1.1 {status} {phrase(status)}", f"Date: {formatdate(usegmt=True)}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")


def phrase(status: int) -> str:
    """Name a status; an invented one is allowed, faults need them."""
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Unknown"


def json_reply(data: object, status: int = 200, **headers: str) -> Reply:
    """Answer with JSON; an underscore in a header's name stands for a hyphen."""
    body = json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode()
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Reply(status, body, {"Content-Type": JSON_TYPE} | named)


def text_reply(text: str, status: int = 200) -> Reply:
    """Answer with plain text, as the auth server does."""
    return Reply(status, text.encode(), {"Content-Type": TEXT_TYPE})


def refusal(message: str, status: int) -> Reply:
    """Answer with an error and one sentence that says why."""
    return json_reply({"message": message}, status)
