"""A language model's two protocols: OpenAI's and Anthropic's, streamed as server-sent events.

The stand-in model reads the pages in its prompt and quotes them in JSON Lines. ``answer`` replaces
what it says: a test's obedient or malicious model.
"""

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

from sandbox.messages import Call, Reply, refusal

SSE = {"Content-Type": "text/event-stream"}
PAGE = re.compile(
    r"\[page (\d+)\]\n(.*?)(?=\n\[page \d+\]\n|</document-|\Z)", re.DOTALL
)
PIECE = 23
Answer = Callable[[str, str], str]


def quoting(_system: str, user: str) -> str:
    """Facts and points out of the first lines of each page, each with its quotation."""
    lines = []
    for number, text in PAGE.findall(user):
        shown = [line.strip() for line in text.splitlines() if len(line.split()) > 3]
        for line in shown[:3]:
            quote = " ".join(line.split()[:20])
            lines.append(
                {"kind": "point", "text": quote, "page": int(number), "quote": quote}
            )
    lines.append({"kind": "question", "text": "Merek ACB dan MCCB yang disetujui?"})
    return "\n".join(json.dumps(line, ensure_ascii=False) for line in lines) + "\n"


def _pieces(text: str) -> Iterator[str]:
    for start in range(0, len(text), PIECE):
        yield text[start : start + PIECE]


def _event(data: Any, name: str = "") -> bytes:
    head = f"event: {name}\n" if name else ""
    return f"{head}data: {json.dumps(data, ensure_ascii=False)}\n\n".encode()


def _key_of(call: Call) -> str:
    given = call.headers.get("authorization", "").removeprefix("Bearer ")
    return given or call.headers.get("x-api-key", "")


def _asked(messages: list[dict[str, str]]) -> str:
    """The document, and the last question where there was more than one."""
    asked = [each["content"] for each in messages if each["role"] == "user"]
    return asked[0] if len(asked) == 1 else f"{asked[0]}\n\n{asked[-1]}"


class Chats:
    """Both protocols over one model. ``keys``: accepted API keys; None accepts all.

    ``has_schemas``: whether it keeps to a schema that is sent along, or refuses the request.
    """

    def __init__(self) -> None:
        self.answer: Answer = quoting
        self.has_schemas = True
        self.is_cut: bool | None = False  # None: it breaks off without a word
        self.keys: set[str] | None = None

    def refused(self, call: Call) -> Reply | None:
        """A 401 that echoes the key, as careless servers do (docs/threats.md#t60)."""
        key = _key_of(call)
        if self.keys is None or key in self.keys:
            return None
        return refusal(f"Incorrect API key provided: {key}", 401)

    def _said(self, system: str, user: str, *, has_schema: bool) -> str:
        """The stand-in model keeps to a schema; what a test puts in its place says what it likes."""
        text = self.answer(system, user)
        if not has_schema or self.answer is not quoting:
            return text
        return f'{{"lines": [{",".join(text.splitlines())}]}}'

    def openai(self, call: Call) -> Reply:
        """``POST /v1/chat/completions``."""
        given = call.json()
        first, *messages = given["messages"]
        system, user = first["content"], _asked(messages)
        if "response_format" in given and not self.has_schemas:
            return refusal("response_format is not supported", 400)
        text = self._said(system, user, has_schema="response_format" in given)
        body = b"".join(self._openai_events(given["model"], text, len(system + user)))
        return self.refused(call) or Reply(200, body, dict(SSE))

    def _openai_events(self, model: str, text: str, size: int) -> Iterator[bytes]:
        base = {
            "id": "chat-1",
            "object": "chat.completion.chunk",
            "created": 1,
            "model": model,
        }
        for piece in _pieces(text):
            choice = {"index": 0, "delta": {"content": piece}, "finish_reason": None}
            yield _event(base | {"choices": [choice]})
        if self.is_cut is None:
            return
        reason = "length" if self.is_cut else "stop"
        end = {"index": 0, "delta": {}, "finish_reason": reason}
        yield _event(base | {"choices": [end]})
        usage = {"prompt_tokens": size // 4, "completion_tokens": len(text) // 4}
        yield _event(base | {"choices": [], "usage": usage | {"total_tokens": size}})
        yield b"data: [DONE]\n\n"

    def anthropic(self, call: Call) -> Reply:
        """``POST /v1/messages``."""
        given = call.json()
        system, user = given["system"], _asked(given["messages"])
        if "output_config" in given and not self.has_schemas:
            return refusal("output_config: unknown parameter", 400)
        text = self._said(system, user, has_schema="output_config" in given)
        events = self._anthropic_events(given["model"], text, len(system + user))
        return self.refused(call) or Reply(200, b"".join(events), dict(SSE))

    def _anthropic_events(self, model: str, text: str, size: int) -> Iterator[bytes]:
        usage = {"input_tokens": size // 4, "output_tokens": 1}
        message: dict[str, Any] = {
            "id": "msg_1",
            "type": "message",
            "role": "assistant",
            "model": model,
        }
        message |= {
            "content": [],
            "stop_reason": None,
            "stop_sequence": None,
            "usage": usage,
        }
        yield _event({"type": "message_start", "message": message}, "message_start")
        block = {"type": "text", "text": ""}
        start = {"type": "content_block_start", "index": 0, "content_block": block}
        yield _event(start, "content_block_start")
        for piece in _pieces(text):
            delta = {"type": "text_delta", "text": piece}
            row = {"type": "content_block_delta", "index": 0, "delta": delta}
            yield _event(row, "content_block_delta")
        if self.is_cut is None:
            return
        yield _event({"type": "content_block_stop", "index": 0}, "content_block_stop")
        end: dict[str, Any] = {"type": "message_delta"}
        reason = "max_tokens" if self.is_cut else "end_turn"
        end["delta"] = {"stop_reason": reason, "stop_sequence": None}
        yield _event(
            end | {"usage": {"output_tokens": len(text) // 4}}, "message_delta"
        )
        yield _event({"type": "message_stop"}, "message_stop")
