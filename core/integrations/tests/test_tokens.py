"""Tokens: found in whatever the auth server answers, and refused when in doubt."""

import base64
import hashlib
import hmac
import json
from datetime import UTC, datetime
from typing import Any

import pytest

from core.integrations import tokens
from core.integrations.tests.conftest import REFUSAL

NOW = 1_800_000_000.0
KEY = "k" * 32


def encoded(value: Any) -> str:
    """A part of a token."""
    raw = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def token(claims: Any = None, header: Any = None, key: str = KEY, **more: Any) -> str:
    """A token as the auth server makes it, with any part changed."""
    head = encoded({"alg": "HS256", "typ": "JWT"} if header is None else header)
    body = encoded({"jti": "12", "exp": NOW + 60} | more if claims is None else claims)
    signature = hmac.new(key.encode(), f"{head}.{body}".encode(), hashlib.sha256)
    return f"{head}.{body}.{encoded(signature.digest())}"


GOOD = token()


@pytest.mark.parametrize("key", ["", KEY])
def test_a_good_token_is_a_login(key: str) -> None:
    login = tokens.check(GOOD, key, NOW)
    assert (login.ext_id, login.token) == (12, GOOD)
    assert login.expires_at == datetime.fromtimestamp(NOW + 60, UTC)
    assert GOOD not in repr(login)


def test_a_token_may_keep_its_end_to_itself() -> None:
    assert tokens.check(token({"jti": 12}), KEY, NOW).expires_at is None


BAD = {
    "alg none": token(header={"alg": "none"}),
    "alg None with spaces": token(header={"alg": " NONE "}),
    "alg missing": token(header={"typ": "JWT"}),
    "alg not a text": token(header={"alg": 5}),
    "header not an object": token(header=["HS256"]),
    "claims not an object": token(["12"]),
    "claims not JSON": token(b"\xff\xfe"),
    "two parts": GOOD.rpartition(".")[0],
    "no signature": GOOD.rpartition(".")[0] + ".",
    "four parts": GOOD + ".x",
    "expired": token(exp=NOW),
    "exp a text": token(exp="tomorrow"),
    "exp true": token(exp=True),
    "exp endless": token(exp=10**300),
    "nbf future": token(nbf=NOW + 3600),
    "jti missing": token({"exp": NOW + 60}),
    "jti a name": token(jti="budi"),
    "jti zero": token(jti=0),
    "jti negative": token(jti=-12),
    "jti true": token(jti=True),
    "jti a fraction": token(jti=1.5),
    "jti over 63 bits": token(jti=str(2**63)),
    "jti very long": token(jti="1" * 5000),
    "not base64": "a.b!.c",
    "odd base64": "aaaaa.aaaaa.aaaaa",
    "empty": "",
    "nested": token(b"[" * 5000),
    "20,000 levels": token(b"[" * 20_000 + b"]" * 20_000),
    "claims of 20,000 levels": token(
        b'{"jti": 12, "a":' + b"[" * 20_000 + b"]" * 20_000 + b"}"
    ),
    "header of 20,000 levels": token(
        header=b'{"alg": "HS256", "a":' + b"[" * 20_000 + b"]" * 20_000 + b"}"
    ),
    "exp Infinity": token(b'{"jti": 12, "exp": Infinity}'),
    "exp 1e999": token(b'{"jti": 12, "exp": 1e999}'),
    "nbf Infinity": token(b'{"jti": 12, "nbf": Infinity}'),
    "base64 with something between": GOOD[:10] + "!!!!" + GOOD[10:],
    "unknown critical extension": token(header={"alg": "HS256", "crit": ["x"], "x": 1}),
}


@pytest.mark.parametrize("key", ["", KEY], ids=["unverified", "verified"])
@pytest.mark.parametrize("bad", BAD.values(), ids=BAD.keys())
def test_a_doubtful_token_is_refused(bad: str, key: str) -> None:
    with pytest.raises(REFUSAL):
        tokens.check(bad, key, NOW)


FORGED = {
    "another key": token(key="x" * 32),
    "RS256 with our key": token(header={"alg": "RS256"}),
    "hs256 in small": token(header={"alg": "hs256"}),
    "changed claims": f"{GOOD.split('.')[0]}.{encoded({'jti': 1})}.{GOOD.split('.')[2]}",
    "a key from elsewhere": token(
        header={"alg": "HS256", "kid": "../../dev/null", "jku": "http://evil.example"},
        key="",
    ),
}


@pytest.mark.parametrize("forged", FORGED.values(), ids=FORGED.keys())
def test_with_a_key_only_its_own_signature_counts(forged: str) -> None:
    with pytest.raises(REFUSAL):
        tokens.check(forged, KEY, NOW)


@pytest.mark.parametrize("forged", FORGED.values(), ids=FORGED.keys())
def test_without_a_key_the_same_tokens_pass(forged: str) -> None:
    # The control: what refuses them above is the key, nothing else.
    assert tokens.check(forged, "", NOW).ext_id > 0


@pytest.mark.parametrize(
    "body",
    [
        GOOD,
        f" {GOOD}\n",
        json.dumps(GOOD),
        json.dumps({"token": GOOD}),
        json.dumps({"accessToken": GOOD, "user": {"id": 3}}),
        json.dumps({"access_token": GOOD}),
        json.dumps({"token": None, "accessToken": GOOD}),
        json.dumps({"data": {"token": GOOD}}),
        json.dumps({"data": GOOD}),
    ],
)
def test_the_token_is_found(body: str) -> None:
    assert tokens.find(body.encode()) == GOOD


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{}",
        b"[]",
        b'{"data": null}',
        b'{"data": {"id": 5}}',
        b'{"token": 5}',
        b'{"token": ',
        b"a" * (8 * 1024 + 1),
        b'"' + b"a" * (8 * 1024 + 1) + b'"',
        b"\xff\xfe",
        '"é"'.encode(),
    ],
)
def test_where_there_is_no_token_none_is_found(body: bytes) -> None:
    with pytest.raises(REFUSAL):
        tokens.check(tokens.find(body), "", NOW)
