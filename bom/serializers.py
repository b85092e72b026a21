"""Wire shapes of BOM approvals (docs/contract.md#bom-approvals)."""

from typing import Any

from rest_framework import serializers

from core.approvals.serializers import RoundSerializer
from core.http.wire import (
    WireDecimal,
    WireInteger,
    WireMoment,
    WireSerializer,
    WireText,
    WireValues,
)


class PicSerializer(WireSerializer):
    """``BomApprovalPic``: a PIC and the standing decision; on the way in only an own one counts."""

    id = WireInteger()
    ext_user_id = WireInteger(min_value=1)
    ext_bom_leveled_id = WireInteger(read_only=True)
    bom_approval_id = WireInteger(read_only=True)
    approval_date = WireMoment(read_only=True)
    remark = WireText(max_length=4000)
    status = WireInteger()
    deleted_at = WireMoment()


class BomSerializer(WireSerializer):
    """``BomApproval``, in and out. ``revision`` and ``digest`` say what was shown."""

    id = WireInteger()
    ext_user_id = WireInteger(read_only=True)
    ext_bom_leveled_id = WireInteger(min_value=1)
    name = WireText(read_only=True)
    approval_date = WireMoment(read_only=True)
    remark = WireText(max_length=4000)
    status = WireInteger()
    revision = WireInteger()
    digest = WireText(max_length=64)
    opened_through = WireText(source="source", read_only=True)
    opened_at = WireMoment(read_only=True)
    bom_genesis_reference_id = WireInteger(source="genesis_ext_id", read_only=True)
    created_at = WireMoment(read_only=True)
    updated_at = WireMoment(read_only=True)
    pics = PicSerializer(many=True, required=False, allow_null=True)


class LineSerializer(WireSerializer):
    """A part of the present content: how much one BOM needs of it, over all its places."""

    ext_item_id = WireInteger()
    qty = WireDecimal()


class BomDetailSerializer(BomSerializer):
    """One approval with the content that is signed."""

    content: Any = serializers.JSONField(read_only=True)
    totals = LineSerializer(many=True, read_only=True)
    round = RoundSerializer(required=False)


class BomDecisionSerializer(WireSerializer):
    """Body of ``…/decision``: 1 approve, 2 reject, 3 back for rework.

    ``password`` (or the PIN) where ``SIGNATURE_REAUTH`` asks for it.
    """

    status = WireInteger()
    remark = WireText(max_length=4000)
    revision = WireInteger()
    digest = WireText(max_length=64)
    password = WireText(max_length=1024, write_only=True)
    on_behalf_of_ext_user_id = WireInteger(source="on_behalf_of")


class ApprovedSerializer(WireSerializer):
    """Whether one content of a BOM is approved.

    ``revision``: the newest one with this content; without it nobody was ever asked. ``isPresent``:
    no other content was put up since.
    """

    ext_bom_leveled_id = WireInteger()
    digest = WireText()
    is_approved: Any = serializers.BooleanField()
    is_present: Any = serializers.BooleanField()
    revision = WireInteger()
    decided_at = WireMoment()


class HookSerializer(WireSerializer):
    """Body of PPIC's webhook about a changed BOM."""

    event_id = WireText(max_length=120)
    ext_bom_leveled_id = WireInteger(min_value=1)
    pic_ids: Any = WireValues(
        child=WireInteger(min_value=1, allow_null=False),
        required=False,
        allow_null=True,
        max_length=50,
    )
    occurred_at = WireMoment()


class HookAnswerSerializer(WireSerializer):
    """``isNew`` is false for an event that was taken before."""

    event_id = WireText()
    is_new: Any = serializers.BooleanField()
