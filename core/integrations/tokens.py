"""The auth server's token: found in its answer, and checked before it is believed."""

import base64
import binascii
import hashlib
import hmac
import math
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from core.integrations import decoding
from core.integrations.limits import KIB

CAP = 8 * KIB
PARTS = 3
# Their clock may be a little ahead of ours.
SKEW = 60.0
# The last second of the year 9999: beyond it no datetime can go.
END_OF_TIME = 253_402_300_799
ALPHABET = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")
NAMES = ("token", "accessToken", "access_token")


@dataclass(frozen=True, slots=True)
class Login:
    """token: as the auth server gave it; expires_at: UTC, None when it does not say."""

    token: str = field(repr=False)
    ext_id: int
    expires_at: datetime | None


def find(body: bytes) -> str:
    """The token in an answer: bare, a JSON string, or under one of its usual names.

    ValueError when there is none or it is longer than 8 KiB.
    """
    bare = body.strip()
    value: Any = None
    if bare[:1] in {b"{", b'"'}:
        value = decoding.load_json(bare)
        if isinstance(value, dict):
            value = _under(value) or _under(value.get("data"))
    elif len(bare) <= CAP:
        value = bare.decode("ascii")
    if not isinstance(value, str) or not value.isascii() or len(value) > CAP:
        raise decoding.UnreadableAnswer("there is no token in the answer")
    return value.strip()


def _under(value: Any) -> Any:
    if isinstance(value, dict):
        return next((value[name] for name in NAMES if value.get(name)), None)
    return value


def check(token: str, key: str, now: float) -> Login:
    """The login that a token stands for.

    key: HS256 secret, "" to take the structure's word; now: seconds since 1970. The
    header's ``kid`` and ``jku`` are never looked at. ValueError for a token that is
    unsigned, wrongly signed, expired, not yet valid or without a numeric ``jti``.
    """
    parts = token.split(".")
    if len(parts) != PARTS or not all(parts):
        raise decoding.UnreadableAnswer("a token has three parts")
    header, claims = (decoding.as_row(decoding.load_json(_bytes(p))) for p in parts[:2])
    algorithm = header.get("alg")
    if not isinstance(algorithm, str) or algorithm.strip().lower() in {"", "none"}:
        raise decoding.UnreadableAnswer("an unsigned token")
    signature = _bytes(parts[2])
    if key:
        _verify(token.rpartition(".")[0], signature, algorithm, key)
    expires_at = _moment(claims.get("exp"))
    if expires_at is not None and expires_at <= now:
        raise decoding.UnreadableAnswer("an expired token")
    not_before = _moment(claims.get("nbf"))
    if not_before is not None and not_before > now + SKEW:
        raise decoding.UnreadableAnswer("a token of the future")
    until = None if expires_at is None else datetime.fromtimestamp(expires_at, UTC)
    return Login(token, decoding.ext_id(claims.get("jti")), until)


def _bytes(part: str) -> bytes:
    if not set(part) <= ALPHABET:
        raise decoding.UnreadableAnswer("not base64url")
    try:
        return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))
    except binascii.Error:
        raise decoding.UnreadableAnswer("not base64url") from None


def _verify(signed: str, signature: bytes, algorithm: str, key: str) -> None:
    # Only the one algorithm that the key is for: else a public RSA key could be
    # passed off as an HMAC secret (docs/threats.md#t14).
    if algorithm != "HS256":
        raise decoding.UnreadableAnswer("another algorithm than the key's")
    good = hmac.new(key.encode(), signed.encode(), hashlib.sha256).digest()
    if not hmac.compare_digest(good, signature):
        raise decoding.UnreadableAnswer("a wrong signature")


def _moment(claim: Any) -> float | None:
    if claim is None:
        return None
    is_number = isinstance(claim, int | float) and not isinstance(claim, bool)
    if not is_number or not math.isfinite(claim) or not 0 < claim < END_OF_TIME:
        raise decoding.UnreadableAnswer("a time in a token is a number")
    return float(claim)
