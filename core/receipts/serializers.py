"""Shapes of receipts and keys on the wire (docs/receipts.md)."""

from core.http.wire import WireMoment, WireSerializer, WireText


class ReceiptSerializer(WireSerializer):
    """A signed receipt: ``payload`` and ``signature`` are base64url."""

    payload = WireText(read_only=True)
    signature = WireText(read_only=True)
    key_id = WireText(read_only=True)
    verify_url = WireText(read_only=True)


class ReceiptKeySerializer(WireSerializer):
    """A public key: base64url of the 32 bytes of an Ed25519 key."""

    key_id = WireText(read_only=True)
    public_key = WireText(read_only=True)
    valid_from = WireMoment(read_only=True)
    valid_until = WireMoment(read_only=True)
