"""Anthropic's models, through the official client."""

from collections.abc import Iterator, Sequence
from typing import Any

from core.integrations.chat import (
    MAX_TOKENS,
    AnswerPiece,
    Guard,
    Schema,
    SchemaOffer,
    client_of,
    library,
    turns,
)
from core.integrations.limits import UpstreamLimits


class AnthropicChat:
    """url: AI_ANTHROPIC_URL; key: AI_ANTHROPIC_KEY."""

    def __init__(self, url: str, key: str, limits: UpstreamLimits) -> None:
        self.guard = Guard("Anthropic", limits)
        self._schemas = SchemaOffer()
        self._url, self._key = url, key
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
        anthropic = library("anthropic")
        if self._client is None:
            self._client = client_of(
                anthropic, "Anthropic", self._url, self._key, self.guard.limits
            )
        said: dict[str, Any] = {"system": system, "messages": turns(earlier, user)}

        def run(kept_to: Schema | None) -> Iterator[AnswerPiece]:
            return self.guard.run(anthropic, lambda: self._stream(model, said, kept_to))

        yield from self._schemas.ask(model, schema, run)

    def _stream(
        self, model: str, said: dict[str, Any], schema: Schema | None
    ) -> Iterator[AnswerPiece]:
        form = {"format": {"type": "json_schema", "schema": schema}}
        stream = self._client.messages.create(
            model=model,
            max_tokens=MAX_TOKENS,
            stream=True,
            **said,
            **({"output_config": form} if schema else {}),
        )
        with stream:
            for event in stream:
                yield _piece(event)


def _piece(event: Any) -> AnswerPiece:
    """A text comes in ``content_block_delta``; counts at the start and at the end, the end once."""
    delta = getattr(event, "delta", None)
    text = getattr(delta, "text", None) if event.type == "content_block_delta" else None
    end = getattr(delta, "stop_reason", None)
    usage = getattr(event, "usage", None) or getattr(
        getattr(event, "message", None), "usage", None
    )
    return AnswerPiece(
        text if isinstance(text, str) else "",
        _count(usage, "input_tokens"),
        _count(usage, "output_tokens"),
        end in {"end_turn", "stop_sequence"} if end else None,
    )


def _count(usage: Any, name: str) -> int | None:
    number = getattr(usage, name, None)
    return number if isinstance(number, int) and 0 <= number < 2**31 else None
