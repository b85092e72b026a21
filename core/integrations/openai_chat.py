"""Any server that speaks OpenAI's protocol (OpenAI, Ollama, vLLM), through the official client."""

from collections.abc import Iterator
from typing import Any

from core.integrations.chat import AnswerPiece, Guard, client_of, library
from core.integrations.limits import UpstreamLimits


class OpenAiChat:
    """url: AI_BASE_URL; key: AI_API_KEY, which a server of one's own may not need."""

    def __init__(self, url: str, key: str, limits: UpstreamLimits) -> None:
        self.guard = Guard("the AI model", limits)
        self._url, self._key = url, key or "none"
        self._client: Any = None

    def close(self) -> None:
        """Let go of its connections."""
        if self._client is not None:
            self._client.close()

    def ask(self, *, model: str, system: str, user: str) -> Iterator[AnswerPiece]:
        """The answer in pieces as it is made."""
        openai = library("openai")
        if self._client is None:
            self._client = client_of(
                openai, "OpenAI", self._url, self._key, self.guard.limits
            )
        messages = [
            {"role": "system", "content": system},
            {"role": "user", "content": user},
        ]
        yield from self.guard.run(openai, lambda: self._stream(model, messages))

    def _stream(
        self, model: str, messages: list[dict[str, str]]
    ) -> Iterator[AnswerPiece]:
        stream = self._client.chat.completions.create(
            model=model,
            messages=messages,
            stream=True,
            stream_options={"include_usage": True},
        )
        with stream:
            for chunk in stream:
                yield _piece(chunk)


def _piece(chunk: Any) -> AnswerPiece:
    usage = getattr(chunk, "usage", None)
    choices = getattr(chunk, "choices", None) or []
    text = getattr(choices[0].delta, "content", None) if choices else None
    end = getattr(choices[0], "finish_reason", None) if choices else None
    return AnswerPiece(
        text if isinstance(text, str) else "",
        _count(usage, "prompt_tokens"),
        _count(usage, "completion_tokens"),
        end == "stop" if end else None,
    )


def _count(usage: Any, name: str) -> int | None:
    number = getattr(usage, name, None)
    return number if isinstance(number, int) and 0 <= number < 2**31 else None
