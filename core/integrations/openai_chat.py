"""Any server that speaks OpenAI's protocol (OpenAI, Ollama, vLLM), through the official client."""

from collections.abc import Iterator, Sequence
from typing import Any

from core.integrations.chat import (
    AnswerPiece,
    Guard,
    Schema,
    SchemaOffer,
    client_of,
    library,
    turns,
)
from core.integrations.limits import UpstreamLimits


class OpenAiChat:
    """url: AI_BASE_URL; key: AI_API_KEY, which a server of one's own may not need."""

    def __init__(self, url: str, key: str, limits: UpstreamLimits) -> None:
        self.guard = Guard("the AI model", limits)
        self._schemas = SchemaOffer()
        self._url, self._key = url, key or "none"
        self._client: Any = None

    def close(self) -> None:
        """Let go of its connections."""
        if self._client is not None:
            self._client.close()

    def ask(
        self,
        *,
        model: str,
        system: str,
        user: str,
        earlier: Sequence[str] = (),
        schema: Schema | None = None,
    ) -> Iterator[AnswerPiece]:
        """The answer in pieces as it is made."""
        openai = library("openai")
        if self._client is None:
            self._client = client_of(
                openai, "OpenAI", self._url, self._key, self.guard.limits
            )
        said = [{"role": "system", "content": system}, *turns(earlier, user)]

        def run(kept_to: Schema | None) -> Iterator[AnswerPiece]:
            return self.guard.run(openai, lambda: self._stream(model, said, kept_to))

        yield from self._schemas.ask(model, schema, run)

    def _stream(
        self, model: str, messages: list[dict[str, str]], schema: Schema | None
    ) -> Iterator[AnswerPiece]:
        form = {"name": "answer", "strict": True, "schema": schema}
        kept_to = {"type": "json_schema", "json_schema": form}
        stream = self._client.chat.completions.create(
            model=model,
            messages=messages,
            stream=True,
            stream_options={"include_usage": True},
            **({"response_format": kept_to} if schema else {}),
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
