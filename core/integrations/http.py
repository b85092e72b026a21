"""The one way out: a session per upstream with every guard around it.

The order is bulkhead, total time, retry, breaker, attempt (docs/decisions/0002-upstreams.md).
Nothing here follows a redirect, reads a proxy from the environment, keeps a cookie, or
puts an address, header or body into a message, a log line or an exception's context.
"""

import contextlib
import http.client
import random
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from http.cookiejar import DefaultCookiePolicy
from typing import Any

import orjson
import requests
import urllib3
from requests.adapters import HTTPAdapter

from core.integrations import sockets, transaction_guard
from core.integrations.addresses import is_address, is_path
from core.integrations.breaker import Breaker, BreakerState, Bulkhead, RetryBudget
from core.integrations.errors import SENTENCES, Reason, UpstreamError
from core.integrations.limits import KIB, UpstreamLimits
from core.integrations.sockets import Budget

CHUNK = 64 * KIB
EXCERPT = 64 * KIB
ENCODINGS = frozenset({"", "identity", "gzip", "deflate"})
SICK_STATUSES = frozenset({HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_MANY_REQUESTS})
FAULTS = (
    requests.RequestException,
    urllib3.exceptions.HTTPError,
    http.client.HTTPException,
    OSError,
    ValueError,
)
LATE = (requests.Timeout, urllib3.exceptions.TimeoutError, TimeoutError)
# Met bare only while a body is read: it broke off or was packed wrongly.
GARBLED = (urllib3.exceptions.DecodeError, urllib3.exceptions.ProtocolError)
ABSENT = frozenset({Reason.UNREACHABLE, Reason.TIMEOUT})


@dataclass(frozen=True, slots=True)
class UpstreamAnswer:
    """An upstream's answer. body: bytes, decompressed; is_cut: there was more."""

    status: int
    body: bytes = field(repr=False)
    is_cut: bool = False
    retry_after: float | None = None


@dataclass(frozen=True, slots=True)
class _Call:
    method: str
    path: str
    limits: UpstreamLimits
    params: Mapping[str, str] | None = None
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    body: bytes | None = field(default=None, repr=False)
    cap: int = 0
    may_cut: bool = False


class _Session(requests.Session):
    def get_redirect_target(self, resp: requests.Response) -> str | None:  # noqa: ARG002
        """Nowhere. Else requests would read a redirect's whole body, without a cap."""
        return None


class _Adapter(HTTPAdapter):
    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, ssl_context=sockets.tls_context(), **kwargs)
        self.poolmanager.pool_classes_by_scheme = sockets.POOLS


def _session(places: int) -> requests.Session:
    session = _Session()
    session.trust_env = False
    session.max_redirects = 0
    # One person's cookie must never travel with another person's call.
    session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    session.headers.update(
        {"User-Agent": "EMS", "Accept": "application/json", "Accept-Encoding": "gzip"}
    )
    for scheme in ("http://", "https://"):
        session.mount(scheme, _Adapter(pool_connections=1, pool_maxsize=places))
    return session


class Client:
    """One upstream with its session, bulkhead and breaker; shared by all threads.

    name: for people; base_url: from settings, "" when not configured; limits: its row
    of the table; clock: monotonic seconds for the breaker; pause: sleeps for a retry.
    """

    def __init__(
        self,
        name: str,
        base_url: str,
        limits: UpstreamLimits,
        *,
        clock: Callable[[], float] = time.monotonic,
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        self.name = name
        self.limits = limits
        self.clock = clock
        self.base_url = base_url.rstrip("/")
        self.breaker = Breaker(limits.breaker, clock)
        self._pause = pause
        self._bulkhead = Bulkhead(limits.concurrency)
        self._retries = RetryBudget()
        self._session = _session(limits.concurrency)
        self._leave_alone: tuple[float, int] = (0.0, 0)

    def __repr__(self) -> str:
        return f"<Client {self.name}>"

    @property
    def breaker_state(self) -> BreakerState:
        """Present state of the breaker."""
        return self.breaker.state

    def close(self) -> None:
        """Close the connections that are kept for later calls."""
        self._session.close()

    def get(
        self,
        path: str,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> bytes:
        """The body of a 200 answer, at most ``limits.body_cap`` bytes decompressed.

        Retried as the limits say. Raises UpstreamError for everything else.
        """
        outcome = self.fetch(path, params, headers)
        del headers
        if isinstance(outcome, UpstreamError):
            raise outcome
        return outcome

    def fetch(
        self,
        path: str,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> bytes | UpstreamError:
        """Like ``get``, but the error comes back as a value (see ``ask``)."""
        limits = self.limits
        outcome = self._run(
            _Call("GET", path, limits, params, headers or {}, cap=limits.body_cap)
        )
        if isinstance(outcome, UpstreamAnswer) and outcome.status != HTTPStatus.OK:
            return self.refusal(outcome)
        return outcome.body if isinstance(outcome, UpstreamAnswer) else outcome

    def send(
        self,
        method: str,
        path: str,
        *,
        json: Any = None,
        headers: Mapping[str, str] | None = None,
        limits: UpstreamLimits | None = None,
    ) -> UpstreamAnswer:
        """Ask once, and hand back whatever the upstream answered, of any status.

        For the ledger's relay: it brings its own Idempotency-Key header and schedule.
        json: sent as the body, None sends none; limits: other times for this call. The
        body comes back cut at 64 KiB. Raises UpstreamError when there is no answer.
        """
        outcome = self.ask(method, path, json=json, headers=headers, limits=limits)
        # Gone from this frame, so that no error report shows what was sent.
        del json, headers
        if isinstance(outcome, UpstreamError):
            raise outcome
        return outcome

    def ask(
        self,
        method: str,
        path: str,
        *,
        json: Any = None,
        headers: Mapping[str, str] | None = None,
        limits: UpstreamLimits | None = None,
    ) -> UpstreamAnswer | UpstreamError:
        """Like ``send``, but the error comes back as a value.

        An error raised here would carry the caller's body in its traceback; a caller
        that sends a password forgets it first and raises then (docs/threats.md#t17).
        """
        given = {"Content-Type": "application/json"} if json is not None else {}
        body = None if json is None else orjson.dumps(json)
        call = _Call(
            method,
            path,
            limits or self.limits,
            headers=given | dict(headers or {}),
            body=body,
            cap=EXCERPT,
            may_cut=True,
        )
        return self._run(call)

    def ask_whole(self, path: str, *, json: Any) -> UpstreamAnswer | UpstreamError:
        """POST and read the whole answer up to ``limits.body_cap`` bytes, not an excerpt.

        Asked again after one of ``limits.retried_posts``, and only then.
        """
        headers = {"Content-Type": "application/json"}
        body, limits = orjson.dumps(json), self.limits
        return self._run(
            _Call("POST", path, limits, None, headers, body, limits.body_cap)
        )

    def error(
        self,
        reason: Reason,
        retry_after: float | None = None,
        status: int | None = None,
    ) -> UpstreamError:
        """An error of this upstream in our words, never in the upstream's."""
        sentence = SENTENCES[reason].format(self.name, status)
        return UpstreamError(self.name, reason, sentence, retry_after, status)

    def refusal(self, answer: UpstreamAnswer) -> UpstreamError:
        """The error that an answer of a wrong status amounts to."""
        if answer.status < HTTPStatus.BAD_REQUEST:
            return self.error(Reason.INVALID)
        return self.error(Reason.REFUSED, answer.retry_after, answer.status)

    def _run(self, call: _Call) -> UpstreamAnswer | UpstreamError:
        if not is_path(call.path):
            raise ValueError("a path starts with one slash and names no host")
        transaction_guard.refuse_in_transaction(self.name)
        if not is_address(self.base_url):
            sentence = (
                f"{self.name} is not configured: its address is missing or wrong."
            )
            return UpstreamError(self.name, Reason.UNREACHABLE, sentence)
        limits = call.limits
        budget = Budget(time.monotonic() + limits.total, limits.connect, limits.read)
        with self._bulkhead.place(limits.queue) as has_place:
            if not has_place:
                return self.error(Reason.BUSY, retry_after=1.0)
            return self._attempts(call, budget)

    def _attempts(self, call: _Call, budget: Budget) -> UpstreamAnswer | UpstreamError:
        self._retries.earn()
        number = 0
        while True:
            outcome, was_sent = self._attempt(call, budget)
            if not was_sent or number >= call.limits.retries:
                return outcome
            wait = self._wait(call, outcome, number)
            if wait is None or time.monotonic() + wait >= budget.ends:
                return outcome
            # Retries must not make an outage worse (docs/threats.md#f06).
            if not self._retries.spend():
                return outcome
            number += 1
            self._pause(wait)

    def _wait(
        self, call: _Call, outcome: UpstreamAnswer | UpstreamError, number: int
    ) -> float | None:
        """Seconds to the next attempt, or None when this outcome is final."""
        if isinstance(outcome, UpstreamError):
            # A password or a delivery is sent once: nobody knows what a lost answer has done.
            may = call.method == "GET" and outcome.reason in ABSENT
        elif call.method == "GET":
            may = _is_sick(outcome.status)
        else:
            may = outcome.status in call.limits.retried_posts
        if not may:
            return None
        jitter: float = random.random() * call.limits.backoff * 2**number  # noqa: S311
        return max(jitter, outcome.retry_after or 0.0)

    def _attempt(
        self, call: _Call, budget: Budget
    ) -> tuple[UpstreamAnswer | UpstreamError, bool]:
        until, status = self._leave_alone
        # The whole client obeys ``Retry-After``, not only the call that was told (docs/threats.md#f07).
        if until > self.clock():
            return self.error(Reason.REFUSED, until - self.clock(), status), False
        permit = self.breaker.enter()
        if permit is None:
            return self.error(Reason.OPEN, self.breaker.seconds_left()), False
        is_ok = False
        try:
            outcome = self._exchange(call, budget)
            is_ok = isinstance(outcome, UpstreamAnswer) and not _is_down(outcome.status)
        finally:
            self.breaker.leave(permit, is_ok=is_ok)
        if isinstance(outcome, UpstreamAnswer) and outcome.retry_after:
            self._leave_alone = (self.clock() + outcome.retry_after, outcome.status)
        return outcome, True

    def _exchange(self, call: _Call, budget: Budget) -> UpstreamAnswer | UpstreamError:
        try:
            with sockets.spending(budget), self._open(call, budget) as response:
                return self._read(call, response)
        except FAULTS as fault:
            # Made here and raised elsewhere: raised here, the error would drag along
            # the library's own, which holds the request with its body and headers.
            return self._explain(fault, budget)

    @contextlib.contextmanager
    def _open(self, call: _Call, budget: Budget) -> Iterator[requests.Response]:
        response = self._session.request(
            call.method,
            self.base_url + call.path,
            params=dict(call.params or {}),
            data=call.body,
            headers=dict(call.headers),
            timeout=(budget.left(budget.connect), budget.left(budget.read)),
            allow_redirects=False,
            stream=True,
        )
        try:
            yield response
        finally:
            response.close()

    def _read(
        self, call: _Call, response: requests.Response
    ) -> UpstreamAnswer | UpstreamError:
        status = response.status_code
        # Never followed: it could lead a password to another host (docs/threats.md#t16).
        if HTTPStatus.MULTIPLE_CHOICES <= status < HTTPStatus.BAD_REQUEST:
            return self.error(Reason.REDIRECT)
        if (
            response.headers.get("Content-Encoding", "").strip().lower()
            not in ENCODINGS
        ):
            return self.error(Reason.INVALID)
        body = bytearray()
        while chunk := response.raw.read(CHUNK, decode_content=True):
            body += chunk
            # Counted unpacked: a small body may unpack to gigabytes (docs/threats.md#f11).
            if len(body) > call.cap:
                break
        if len(body) > call.cap and not call.may_cut:
            return self.error(Reason.TOO_BIG)
        wait = None
        if _is_sick(status):
            header = response.headers.get("Retry-After")
            wait = parse_retry_after(header, call.limits.longest_wait)
        return UpstreamAnswer(
            status, bytes(body[: call.cap]), len(body) > call.cap, wait
        )

    def _explain(self, fault: Exception, budget: Budget) -> UpstreamError:
        is_late = time.monotonic() >= budget.ends
        if is_late or isinstance(fault, LATE):
            return self.error(Reason.TIMEOUT)
        if isinstance(fault, GARBLED):
            return self.error(Reason.INVALID)
        return self.error(Reason.UNREACHABLE)


def parse_retry_after(value: str | None, longest: float) -> float | None:
    """Seconds that a Retry-After header asks for, at most ``longest``; None for garbage."""
    try:
        return min(urllib3.Retry().parse_retry_after(value or ""), longest)
    except (ValueError, OverflowError, urllib3.exceptions.InvalidHeader):
        return None


def _is_sick(status: int) -> bool:
    return status >= HTTPStatus.INTERNAL_SERVER_ERROR or status in SICK_STATUSES


def _is_down(status: int) -> bool:
    # 429 comes from an upstream that is well, perhaps because of one person only; were
    # it a failure, a stranger could open the breaker of the login for all.
    return _is_sick(status) and status != HTTPStatus.TOO_MANY_REQUESTS
