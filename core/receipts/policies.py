"""Sign and check receipts: pure functions over bytes and keys.

A receipt is ``{"payload", "signature", "keyId"}``: ``payload`` is base64url of UTF-8 JSON, ``signature``
base64url of Ed25519 (RFC 8032) over the bytes of that JSON (docs/receipts.md).
"""

import base64
import binascii
import hashlib
from collections.abc import Mapping
from functools import cache
from typing import Any

import orjson
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.utils.translation import gettext as _

SEED_BYTES = 32
PURPOSE = b"EMS receipts 1"


class BadReceipt(ValueError):  # noqa: N818 - a verdict, not a fault
    """A receipt that proves nothing; the text says why."""


@cache
def private_key(seed: str, secret: str) -> Ed25519PrivateKey:
    """The signing key: of the seed (base64url, 32 bytes), else derived from the server's secret."""
    if seed:
        raw = from_text(seed)
    else:
        raw = HKDF(hashes.SHA256(), SEED_BYTES, salt=None, info=PURPOSE).derive(
            secret.encode()
        )
    return Ed25519PrivateKey.from_private_bytes(raw)


def public_text(key: Ed25519PrivateKey) -> str:
    """The public half, as base64url."""
    raw = key.public_key().public_bytes(
        serialization.Encoding.Raw, serialization.PublicFormat.Raw
    )
    return to_text(raw)


def key_id(public: str) -> str:
    """The name of a key: the first 16 hex digits of the SHA-256 of its public half."""
    return hashlib.sha256(from_text(public)).hexdigest()[:16]


def to_text(raw: bytes) -> str:
    """Bytes as base64url, padded: every library reads that."""
    return base64.urlsafe_b64encode(raw).decode()


def from_text(text: str) -> bytes:
    """Bytes of a base64url text, padded or not. Raises ValueError."""
    bare = text.rstrip("=")
    try:
        return base64.b64decode(
            bare + "=" * (-len(bare) % 4), altchars=b"-_", validate=True
        )
    except binascii.Error as error:
        raise ValueError(str(error)) from None


def checked(receipt: Any, keys: Mapping[str, str]) -> dict[str, Any]:
    """What a receipt says, if it holds. ``keys``: public key (base64url) by key id.

    Raises BadReceipt: it is no receipt, nobody knows its key, or it was changed.
    """
    try:
        payload, signature = (
            from_text(receipt["payload"]),
            from_text(receipt["signature"]),
        )
        name = str(receipt["keyId"])
    except (KeyError, TypeError, ValueError, AttributeError):
        raise BadReceipt(
            _("This is no receipt: payload, signature and keyId are needed.")
        ) from None
    if name not in keys:
        raise BadReceipt(
            _("It was signed with key %s, which is not known here.") % name[:40]
        )
    return _opened(payload, signature, keys[name])


def _opened(payload: bytes, signature: bytes, public: str) -> dict[str, Any]:
    try:
        Ed25519PublicKey.from_public_bytes(from_text(public)).verify(signature, payload)
        found = orjson.loads(payload)
    except InvalidSignature:
        raise BadReceipt(
            _("The signature does not fit: it was changed after it was signed.")
        ) from None
    except ValueError:
        raise BadReceipt(_("The key or the payload cannot be read.")) from None
    return dict(found)
