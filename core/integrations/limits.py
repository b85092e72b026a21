"""Types of the limits in ``upstreams.py``: times, retries, sizes."""

from dataclasses import dataclass

KIB = 1024
MIB = 1024 * KIB


@dataclass(frozen=True, slots=True)
class BreakerRule:
    """Open after ``failures`` among the last ``window`` calls, for ``open_seconds``.

    With ``failures == window`` that is "so many in a row".
    """

    failures: int
    window: int
    open_seconds: float


@dataclass(frozen=True, slots=True)
class UpstreamLimits:
    """The limits of one upstream. Times in seconds.

    connect and read hold for each attempt (read: the longest silence), total for all
    attempts with body, DNS and queue; retries: of a GET; concurrency: calls at once;
    queue: longest wait for a free place; body_cap: bytes, counted decompressed;
    backoff: upper end of the first jittered pause; retried_posts: statuses after which
    even a POST is asked again, since they say that nothing was done; longest_wait: the
    most that a Retry-After header can keep us away.
    """

    connect: float
    read: float
    total: float
    retries: int
    concurrency: int
    breaker: BreakerRule
    body_cap: int = 8 * MIB
    queue: float = 0.25
    backoff: float = 0.2
    retried_posts: frozenset[int] = frozenset()
    # An hour: one wrong header must not cut us off for a year.
    longest_wait: float = 3600.0


@dataclass(frozen=True, slots=True)
class Freshness:
    """Times that an answer serves, in seconds of RFC 5861.

    fresh: without asking; revalidate: on from there, asking in the background;
    stale_if_error: on from there as long as asking fails.
    """

    fresh: float
    revalidate: float
    stale_if_error: float
