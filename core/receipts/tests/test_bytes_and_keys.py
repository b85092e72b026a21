"""The bytes of a receipt: base64url, key ids, signatures; no database, and every way to be wrong."""

import hashlib
import json
from typing import Any

import pytest
from django.utils import translation

from core.receipts.exports import name_of, time_words
from core.receipts.policies import (
    BadReceipt,
    checked,
    from_text,
    key_id,
    private_key,
    public_text,
    to_text,
)
from core.receipts.templatetags.receipts import (
    receipt_decisions,
    receipt_facts,
)
from core.text.formatting import NOTHING

SEED = to_text(bytes(range(32)))
# RFC 8032, 7.1, test 1: the public half of a known seed, and the signature of nothing.
RFC_SEED = "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60"
RFC_PUBLIC = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"
RFC_SIGNATURE = (
    "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155"
    "5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"
)


# --- base64url --------------------------------------------------------------------------


@pytest.mark.parametrize("length", [0, 1, 2, 3, 16, 32, 64, 100])
def test_bytes_come_back_padded_or_not(length: int) -> None:
    raw = bytes((7 * place) % 256 for place in range(length))
    text = to_text(raw)
    assert from_text(text) == from_text(text.rstrip("=")) == raw
    assert len(text) % 4 == 0, "libraries that are strict read it, too"


def test_the_text_is_safe_in_an_address() -> None:
    text = to_text(b"\xfb\xff\xbf" * 5)
    assert not set(text) & set("+/")
    assert set(text) & set("-_")


@pytest.mark.parametrize(
    "text",
    ["a", "ab cd", "ab\ncd", "%%%%", "abc*", "ab=cd", "üüüü"],
    ids=ascii,
)
def test_what_is_no_base64url_is_a_value_error(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        from_text(text)


# --- Keys -------------------------------------------------------------------------------


def test_the_keys_are_those_of_the_standard() -> None:
    key = private_key(to_text(bytes.fromhex(RFC_SEED)), "secret")
    assert from_text(public_text(key)).hex() == RFC_PUBLIC
    assert key.sign(b"").hex() == RFC_SIGNATURE


def test_the_key_id_is_the_head_of_the_digest_of_the_key() -> None:
    public = to_text(bytes.fromhex(RFC_PUBLIC))
    digest = hashlib.sha256(bytes.fromhex(RFC_PUBLIC)).hexdigest()
    assert key_id(public) == digest[:16]
    assert key_id(public.rstrip("=")) == digest[:16]


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        (("", "secret"), ("", "secret"), True),
        (("", "secret"), ("", "secret2"), False),
        ((SEED, "secret"), (SEED, "secret2"), True),
        ((SEED, "secret"), ("", "secret"), False),
    ],
    ids=["same secret", "other secret", "a seed outlives the secret", "seed first"],
)
def test_what_the_signing_key_hangs_on(
    one: tuple[str, str], other: tuple[str, str], *, is_same: bool
) -> None:
    publics = [public_text(private_key(*given)) for given in (one, other)]
    assert (publics[0] == publics[1]) is is_same


def test_the_derived_key_is_not_the_secret_itself() -> None:
    secret = "x" * 32
    plain = private_key(to_text(secret.encode()), "")
    assert public_text(private_key("", secret)) != public_text(plain)


@pytest.mark.parametrize("length", [1, 31, 33, 64])
def test_a_seed_of_another_length_is_no_key(length: int) -> None:
    with pytest.raises(ValueError, match="32"):
        private_key(to_text(b"s" * length), "secret")


# --- A receipt holds or does not --------------------------------------------------------

KEY = private_key(SEED, "")
NAME = key_id(public_text(KEY))
KEYS = {NAME: public_text(KEY)}


def signed(payload: bytes) -> dict[str, str]:
    """A receipt over these bytes, by the known key."""
    signature = to_text(KEY.sign(payload))
    return {"payload": to_text(payload), "signature": signature, "keyId": NAME}


def reason(receipt: Any, keys: dict[str, str] | None = None) -> str:
    """The English sentence of the refusal."""
    with translation.override("en"), pytest.raises(BadReceipt) as caught:
        checked(receipt, KEYS if keys is None else keys)
    return str(caught.value)


def test_a_genuine_receipt_says_what_was_signed() -> None:
    said = {"status": 1, "title": "≥ 250 A", "decisions": []}
    payload = json.dumps(said, ensure_ascii=False).encode()
    assert checked(signed(payload), KEYS) == said
    bare = {name: text.rstrip("=") for name, text in signed(payload).items()}
    assert checked(bare, KEYS) == said


def test_the_signature_covers_bytes_and_not_only_their_meaning() -> None:
    file = signed(b'{"a":1}') | {"payload": to_text(b'{"a": 1}')}
    assert "changed after it was signed" in reason(file)


def test_one_key_does_not_vouch_for_another() -> None:
    other = public_text(private_key("", "another"))
    assert "changed after" in reason(signed(b"{}"), {NAME: other})


@pytest.mark.parametrize("payload", [b"", b"{", b"\xff\xfe", b"nan"])
def test_signed_nonsense_is_refused_too(payload: bytes) -> None:
    assert "cannot be read" in reason(signed(payload))


def test_a_long_key_id_is_not_repeated_whole() -> None:
    sentence = reason(signed(b"{}") | {"keyId": "k" * 5000})
    assert "k" * 40 in sentence
    assert "k" * 41 not in sentence


@pytest.mark.parametrize("missing", ["payload", "signature", "keyId"])
def test_each_part_is_needed(missing: str) -> None:
    file = signed(b"{}")
    del file[missing]
    assert "payload, signature and keyId are needed" in reason(file)


# --- Its words --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "number", "name"),
    [
        ("ECN", "ECN-2026-0001", "ECN-2026-0001"),
        ("BOM", "700", "BOM 700"),
        ("BOM", "BOM 700", "BOM 700"),
        ("OTHERS", "ECN-7", "OTHERS ECN-7"),
        ("FAB", "", "FAB "),
    ],
)
def test_a_record_is_named_with_its_kind_once(
    kind: str, number: str, name: str
) -> None:
    assert name_of({"kind": kind, "number": number}) == name
    assert name_of({"kind": kind, "number": number}) == name


SAID = {
    "status": 1,
    "revision": 3,
    "decidedAt": "2026-03-16T17:30:00+00:00",
    "issuedAt": None,
    "issuer": "https://ems.example.com",
    "decisions": [
        {"step": 2, "name": "Rina", "status": 2, "decidedAt": None},
        {"step": 1, "name": "Hendi", "status": 1, "decidedAt": "2026-03-16T01:00:00Z"},
    ],
}


def test_times_are_read_in_jakarta() -> None:
    text = time_words("2026-03-16T17:30:00+00:00")
    assert "17" in text  # it is the next day there
    assert "00" in text
    assert time_words(None) == time_words("") == NOTHING


@pytest.mark.parametrize(
    ("language", "labels", "outcome"),
    [
        ("en", ["Outcome", "Revision"], "Approved"),
        ("id", ["Hasil", "Revisi"], "Disetujui"),
    ],
)
def test_the_head_in_both_languages(
    language: str, labels: list[str], outcome: str
) -> None:
    with translation.override(language):
        rows = receipt_facts(SAID)
    assert [label for label, _value in rows][:2] == labels
    values = dict(rows)
    assert values[labels[0]] == outcome
    assert values[labels[1]] == "3"
    assert "https://ems.example.com" in values.values()
    assert NOTHING in values.values(), "no moment of issue is a dash, not an error"


def test_decisions_keep_their_order_and_their_own_status() -> None:
    with translation.override("en"):
        rows = receipt_decisions(SAID)
    assert [row["label"] for row in rows] == ["2. Rina", "1. Hendi"]
    assert [row["value"] for row in rows] == ["Rejected", "Approved"]
    assert rows[0]["note"] == f"{NOTHING} · through: portal"
    assert rows[1]["note"] != NOTHING
