"""Receipts as they were issued, and the public keys that check them."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _


class ReceiptKey(models.Model):
    """A public key that signs receipts now, or did; the private half is in no table.

    ``public_key``: base64url of the 32 bytes of an Ed25519 key (RFC 8032).
    """

    key_id = models.CharField(_("key"), max_length=16, unique=True)
    public_key = models.CharField(_("public key"), max_length=44)
    valid_from = models.DateTimeField(_("valid from"))
    valid_until = models.DateTimeField(_("valid until"), null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["-valid_from", "-id"]
        verbose_name = _("receipt key")
        verbose_name_plural = _("receipt keys")

    def __str__(self) -> str:
        return self.key_id


class Receipt(models.Model):
    """The receipt of one settled revision of a record; issued once, the same ever after.

    ``code`` names it in the address that its sheet shows: the holder of the sheet may check it, nobody
    guesses it. ``payload`` is the JSON that was signed, ``signature`` base64url of 64 bytes.
    """

    code = models.CharField(_("code"), max_length=32, unique=True)
    record_type = models.CharField(_("kind of record"), max_length=100)
    record_id = models.BigIntegerField(_("record"))
    revision = models.PositiveIntegerField(_("revision"))
    payload = models.TextField()
    signature = models.CharField(max_length=88)
    key = models.ForeignKey(
        ReceiptKey,
        verbose_name=_("key"),
        on_delete=models.PROTECT,
        related_name="receipts",
    )
    issued_at = models.DateTimeField(_("issued at"))

    class Meta:
        ordering: ClassVar = ["-id"]
        verbose_name = _("receipt")
        verbose_name_plural = _("receipts")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["record_type", "record_id", "revision"],
                name="one_receipt_per_revision",
            )
        ]

    def __str__(self) -> str:
        return f"{self.record_type} {self.record_id} r{self.revision}"
