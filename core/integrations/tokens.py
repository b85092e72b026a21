"""The auth server's token: found in its answer, and checked before it is believed."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from jwt import PyJWS, PyJWTError

from core.integrations import decoding
from core.integrations.limits import KIB

CAP = 8 * KIB
# Their clock may be a little ahead of ours.
SKEW = 60.0
# The last second of the year 9999: beyond it no datetime can go.
END_OF_TIME = 253_402_300_799
NONE = {"", "none"}
SIGNATURES = PyJWS()
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
    claims = _claims(token, key)
    expires_at = _moment(claims.get("exp"))
    if expires_at is not None and expires_at <= now:
        raise decoding.UnreadableAnswer("an expired token")
    not_before = _moment(claims.get("nbf"))
    if not_before is not None and not_before > now + SKEW:
        raise decoding.UnreadableAnswer("a token of the future")
    until = None if expires_at is None else datetime.fromtimestamp(expires_at, UTC)
    return Login(token, decoding.ext_id(claims.get("jti")), until)


def _claims(token: str, key: str) -> Mapping[str, Any]:
    # Only the one algorithm that the key is for: else a public RSA key could be
    # passed off as an HMAC secret (docs/threats.md#t14).
    try:
        found = SIGNATURES.decode_complete(
            token, key, ["HS256"], {"verify_signature": bool(key)}
        )
    except PyJWTError:
        raise decoding.UnreadableAnswer("no token, or signed by another") from None
    algorithm = found["header"].get("alg")
    is_named = isinstance(algorithm, str) and algorithm.strip().lower() not in NONE
    if not is_named or not found["signature"]:
        raise decoding.UnreadableAnswer("an unsigned token")
    # The claims by our own reader: their library takes Infinity and any depth.
    return decoding.as_row(decoding.load_json(found["payload"]))


def _moment(claim: Any) -> float | None:
    if claim is None:
        return None
    is_number = isinstance(claim, int | float) and not isinstance(claim, bool)
    if not is_number or not math.isfinite(claim) or not 0 < claim < END_OF_TIME:
        raise decoding.UnreadableAnswer("a time in a token is a number")
    return float(claim)
