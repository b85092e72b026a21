"""The one error that an upstream can cause, and the few ways to refuse a login."""

from enum import StrEnum


class Reason(StrEnum):
    """Why an upstream gave us nothing; the edge chooses its words and status by it."""

    UNREACHABLE = "unreachable"
    TIMEOUT = "timeout"
    REFUSED = "refused"
    INVALID = "invalid"
    TOO_BIG = "too_big"
    TOO_DEEP = "too_deep"
    REDIRECT = "redirect"
    BUSY = "busy"
    OPEN = "open"


# Its answer was invalid: waiting will not help, a person must look.
NONSENSE = frozenset({Reason.INVALID, Reason.TOO_BIG, Reason.TOO_DEEP, Reason.REDIRECT})

SENTENCES = {
    Reason.UNREACHABLE: "{} cannot be reached.",
    Reason.TIMEOUT: "{} did not answer in time.",
    Reason.REFUSED: "{} answered with status {}.",
    Reason.INVALID: "{} gave an answer that cannot be used.",
    Reason.TOO_BIG: "{} gave an answer that is too big.",
    Reason.TOO_DEEP: "{} gave an answer that is nested too deeply.",
    Reason.REDIRECT: "{} wanted to send us elsewhere, which is never followed.",
    Reason.BUSY: "Too many calls to {} are under way.",
    Reason.OPEN: "{} failed too often and is left alone for a moment.",
}


class UpstreamError(Exception):
    """An upstream did not give a usable answer.

    upstream: its name for people; reason: a ``Reason``; sentence: one English sentence
    without address, password or token; retry_after: seconds, when known; status: the
    HTTP status for ``Reason.REFUSED``, else None.
    """

    def __init__(
        self,
        upstream: str,
        reason: Reason,
        sentence: str,
        retry_after: float | None = None,
        status: int | None = None,
    ) -> None:
        # All of them go to the base class, so that the error survives a pickle.
        super().__init__(upstream, reason, sentence, retry_after, status)
        self.upstream = upstream
        self.reason = reason
        self.sentence = sentence
        self.retry_after = retry_after
        self.status = status

    def __str__(self) -> str:
        return self.sentence

    @property
    def is_nonsense(self) -> bool:
        """True for a wrong answer (502), False for an absent one (503)."""
        return self.reason in NONSENSE


class LoginRefused(Exception):  # noqa: N818 - a verdict on a person, not a fault
    """The auth server answered, and the person may not come in."""


class WrongCredentials(LoginRefused):
    """User name or password is wrong, as far as the auth server says."""


class UnknownPerson(LoginRefused):
    """The token is good, but no directory knows the person."""


class IdentityMismatch(LoginRefused):
    """The directory's answer speaks of somebody else than the one who logged in."""
