"""What a backup holds, signed with the key of the receipts (Ed25519)."""

import base64
import binascii
from dataclasses import asdict, dataclass, field
from typing import Any

import orjson
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.conf import settings

from core.receipts.policies import private_key, public_text
from core.text.canonical_json import canonical

NAME, LISTING, FILES = "manifest.json", "files.jsonl", "files"


class ManifestError(Exception):
    """A manifest that proves nothing; the text says why."""


@dataclass(frozen=True, slots=True)
class Part:
    """A file of a backup: its name, its bytes, its SHA-256 (hex)."""

    name: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """at: when the database was read (UTC, ISO 8601); engine: sqlite or postgresql; files: how many
    and how many bytes; ledger: the newest event's id and hash, to compare after a restore."""

    at: str
    version: str
    engine: str
    database: Part
    listing: Part
    files: int = 0
    bytes: int = 0
    ledger: dict[str, Any] = field(default_factory=dict)


def signed(manifest: Manifest) -> bytes:
    """The manifest as it is written: its text, the signature over it, the public key."""
    body = canonical(asdict(manifest))
    key = private_key(settings.RECEIPT_KEY, settings.SECRET_KEY)
    said = {
        "manifest": body.decode(),
        "signature": base64.b64encode(key.sign(body)).decode(),
        "publicKey": public_text(key),
    }
    return orjson.dumps(said, option=orjson.OPT_INDENT_2)


def read_manifest(text: bytes, *, any_key: bool = False) -> Manifest:
    """A manifest whose signature holds.

    any_key: also one of another installation, whose key this one does not have. Raises
    ManifestError.
    """
    try:
        said = orjson.loads(text)
        body, public = said["manifest"].encode(), str(said["publicKey"])
        signature = base64.b64decode(said["signature"], validate=True)
        key = Ed25519PublicKey.from_public_bytes(base64.urlsafe_b64decode(public))
        key.verify(signature, body)
    except InvalidSignature:
        raise ManifestError("The signature of the manifest does not hold.") from None
    except (KeyError, TypeError, ValueError, AttributeError, binascii.Error) as error:
        raise ManifestError(f"This is no manifest of a backup: {error}") from error
    ours = public_text(private_key(settings.RECEIPT_KEY, settings.SECRET_KEY))
    if public != ours and not any_key:
        raise ManifestError(
            "The backup was signed by another key than this SECRET_KEY or RECEIPT_KEY gives. "
            "Set the one of that installation, or say --any-key."
        )
    found = orjson.loads(body)
    found |= {name: Part(**found[name]) for name in ("database", "listing")}
    return Manifest(**found)
