"""The base of every outside model: one question, an answer in pieces, the same guards.

The official clients do the talking (``openai_chat``, ``anthropic_chat``); here are the limits, the
breaker, and the one place where their errors become ours. Nothing of a prompt, an answer or a key
gets into a message, a log line or the context of an exception (docs/threats.md#t60).
"""

import importlib
import logging
import time
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any, Protocol

from core.integrations import transaction_guard
from core.integrations.breaker import Breaker, Bulkhead
from core.integrations.errors import SENTENCES, Reason, UpstreamError
from core.integrations.limits import UpstreamLimits

CHARACTERS = 200_000
MAX_TOKENS = 8_000
# Their clients would write prompts into a log that is set to DEBUG.
LOUD = ("openai", "anthropic", "httpx", "httpx2", "httpcore", "httpcore2")
TOO_MANY = 429
SERVER_ERROR = 500
# What a server says that knows no schemas; whether it was the schema, the question without it tells.
NO_SCHEMA = {400, 404, 422, 501}
Schema = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class AnswerPiece:
    """A part of an answer. tokens_in, tokens_out: what was counted so far, when it is told.

    is_whole: at the end, whether the model ended by itself and was not cut off.
    """

    text: str = ""
    tokens_in: int | None = None
    tokens_out: int | None = None
    is_whole: bool | None = None


class NotInstalled(Exception):  # noqa: N818 - a state of this installation
    """The client of that provider is not installed (requirements-ai.txt)."""


class Chat(Protocol):
    """An outside model that can be asked one question, and once more about its answer."""

    def ask(
        self,
        *,
        model: str,
        system: str,
        user: str,
        earlier: Sequence[str] = (),
        schema: Schema | None = None,
    ) -> Iterator[AnswerPiece]:
        """The answer in pieces as it is made.

        earlier: what was said before ``user``, question and answer in turn; schema: the JSON that the
        answer must keep to, where the server offers it. Raises UpstreamError, NotInstalled, or
        SocketInTransaction.
        """

    def close(self) -> None:
        """Let go of its connections."""


def library(name: str) -> Any:
    """An official client, imported only when it is needed."""
    try:
        found = importlib.import_module(name)
    except ImportError:
        raise NotInstalled(name) from None
    for loud in LOUD:
        logging.getLogger(loud).setLevel(logging.WARNING)
    return found


def is_installed(name: str) -> bool:
    """Whether this installation has the official client of that name."""
    return find_spec(name) is not None


def turns(earlier: Sequence[str], user: str) -> list[dict[str, str]]:
    """The conversation as both protocols write it."""
    roles = ("user", "assistant")
    return [
        {"role": roles[place % 2], "content": text}
        for place, text in enumerate([*earlier, user])
    ]


class SchemaOffer:
    """Which models of a server keep to a schema. It is learned by asking: a model that refuses one, and
    answers without, is asked without from then on."""

    def __init__(self) -> None:
        self._without: set[str] = set()

    def ask(
        self,
        model: str,
        schema: Schema | None,
        run: Callable[[Schema | None], Iterator[AnswerPiece]],
    ) -> Iterator[AnswerPiece]:
        """The pieces of ``run``, with the schema where it is taken."""
        is_refused = False
        if schema is not None and model not in self._without:
            is_refused = yield from _unless_refused(run(schema))
            if not is_refused:
                return
        yield from run(None)
        if is_refused:
            self._without.add(model)


def _unless_refused(
    pieces: Iterator[AnswerPiece],
) -> Generator[AnswerPiece, None, bool]:
    """The pieces; returns whether the server refused before there was one."""
    has_begun = False
    try:
        for piece in pieces:
            has_begun = True
            yield piece
    except UpstreamError as error:
        if has_begun or error.status not in NO_SCHEMA:
            raise
        return True
    return False


class Guard:
    """Around each call of one provider: places, breaker, total time, size, and one error.

    name: for people; limits: its row of the table.
    """

    def __init__(self, name: str, limits: UpstreamLimits) -> None:
        self.name = name
        self.limits = limits
        self.breaker = Breaker(limits.breaker, time.monotonic)
        self._bulkhead = Bulkhead(limits.concurrency)

    def run(
        self, library: Any, ask: Callable[[], Iterator[AnswerPiece]]
    ) -> Iterator[AnswerPiece]:
        """The pieces that ``ask`` yields, as long as they keep to the limits."""
        transaction_guard.refuse_in_transaction(self.name)
        with self._bulkhead.place(self.limits.queue) as has_place:
            permit = self.breaker.enter() if has_place else None
            if permit is None:
                raise self._closed(has_place=has_place)
            is_ok = True  # a listener that leaves says nothing about the provider
            try:
                outcome = yield from self._pieces(library, ask)
                is_ok = outcome is None or outcome.reason is Reason.REFUSED
            finally:
                self.breaker.leave(permit, is_ok=is_ok)
        if outcome is not None:
            raise outcome

    def _closed(self, *, has_place: bool) -> UpstreamError:
        if not has_place:
            return self.error(Reason.BUSY)
        return self.error(Reason.OPEN)

    def _pieces(
        self, library: Any, ask: Callable[[], Iterator[AnswerPiece]]
    ) -> Generator[AnswerPiece, None, UpstreamError | None]:
        """Yields what comes; returns the error, if any, made outside of the clients' own frames."""
        ends, size = time.monotonic() + self.limits.total, 0
        try:
            for piece in ask():
                size += len(piece.text)
                if time.monotonic() > ends:
                    return self.error(Reason.TIMEOUT)
                if size > CHARACTERS:
                    return self.error(Reason.TOO_BIG)
                yield piece
        except Exception as error:  # noqa: BLE001  a client may fail in any way over an invalid answer
            return self._fault(library, error)
        return None

    def _fault(self, library: Any, error: Exception) -> UpstreamError:
        name = type(error).__name__
        if isinstance(error, library.APIStatusError):
            return self.error(Reason.REFUSED, error.status_code)
        if "Timeout" in name:
            return self.error(Reason.TIMEOUT)
        is_broken = any(word in name for word in ("Protocol", "Connect", "ReadError"))
        return self.error(Reason.UNREACHABLE if is_broken else Reason.INVALID)

    def error(self, reason: Reason, status: int | None = None) -> UpstreamError:
        """An error of this provider in our words, never in the provider's."""
        return UpstreamError(
            self.name,
            reason,
            SENTENCES[reason].format(self.name, status),
            status=status,
        )


def client_of(
    library: Any, kind: str, url: str, key: str, limits: UpstreamLimits
) -> Any:
    """The official client: our times, no proxy of the environment, no redirect, one retry."""
    bare = library.DefaultHttpxClient(
        trust_env=False,
        follow_redirects=False,
        timeout=library.Timeout(
            limits.read, connect=limits.connect, pool=limits.connect
        ),
    )
    return getattr(library, kind)(
        api_key=key, base_url=url, max_retries=1, http_client=bare
    )
