"""Wire shapes of planned work (docs/contract.md#activities)."""

from collections.abc import Mapping
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from activities.models import Activity
from activities.services import MAX_PEOPLE
from core.http.wire import (
    WireDecimal,
    WireInteger,
    WireMoment,
    WireSerializer,
    WireText,
)

KINDS = {label.casefold(): value for value, label in Activity.Kind.choices}


@extend_schema_field(
    {"type": "string", "enum": [label for _value, label in Activity.Kind.choices]}
)
class WireKind(serializers.Field[int | None, Any, Any, Any]):
    """``type``: read as a name in any letter case or as its number, written as a name."""

    def to_internal_value(self, data: Any) -> int:
        if isinstance(data, str):
            text = data.strip().casefold()
            data = KINDS.get(text, int(text) if text in {"0", "1", "2"} else None)
        if isinstance(data, bool) or data not in Activity.Kind.values:
            raise serializers.ValidationError("PrePO, PostPO, Others")
        return int(data)

    def to_representation(self, value: Any) -> str:
        return str(value)


class InChargeSerializer(WireSerializer):
    """``InCharge``, in and out; ``picName`` only when names are asked for."""

    id = WireInteger()
    ext_user_id = WireInteger(min_value=1)
    task_id = WireInteger(read_only=True)
    pic_name = WireText(read_only=True)
    created_at = WireMoment(read_only=True)
    updated_at = WireMoment(read_only=True)
    deleted_at = WireMoment()


class TaskSerializer(WireSerializer):
    """``Task``, in and out; a completion that is sent is the caller's own signature."""

    id = WireInteger()
    engineering_activity_id = WireInteger()
    description = WireText()
    from_ = WireMoment(source="starts_at")
    to = WireMoment(source="ends_at")
    hours = WireDecimal(digits=8, places=2)
    # Said only of a task with whose signature it was given.
    hours_spent = WireDecimal(digits=8, places=2, required=False)
    remark = WireText()
    ext_panel_code_id = WireInteger()
    completed_date_pic = WireMoment()
    completed_date_spv = WireMoment()
    completed_date_manager = WireMoment()
    completed_by_pic_id = WireInteger()
    completed_by_spv_id = WireInteger()
    completed_by_manager_id = WireInteger()
    # Said only where a substitute signed.
    spv_on_behalf_of_ext_user_id = WireInteger(read_only=True, required=False)
    manager_on_behalf_of_ext_user_id = WireInteger(read_only=True, required=False)
    late_reason = WireInteger()
    late_note = WireText(max_length=500)
    in_charges = InChargeSerializer(
        many=True, required=False, allow_null=True, max_length=MAX_PEOPLE
    )
    created_at = WireMoment(read_only=True)
    updated_at = WireMoment(read_only=True)
    deleted_at = WireMoment()


class ActivityHeadSerializer(WireSerializer):
    """``EngineeringActivity`` without its tasks."""

    id = WireInteger()
    pic = WireText(max_length=2000)
    customer = WireText(max_length=200)
    description = WireText()
    date = WireMoment()
    type = WireKind(source="kind", required=False)
    ext_engineering_detail_problem_id = WireInteger()
    from_cache = WireMoment(read_only=True)
    to_cache = WireMoment(read_only=True)
    ext_job_id = WireInteger()
    ext_inquiry_id = WireInteger()
    ext_panel_code_id = WireInteger()
    ext_purchase_order_id = WireInteger()
    selected_support_doc_id = WireInteger(source="support_table_id")
    origin = WireText(read_only=True)
    created_at = WireMoment(read_only=True)
    updated_at = WireMoment(read_only=True)
    deleted_at = WireMoment()

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        """``supportTableId`` is the other name of the document (docs/contract.md#two-spellings)."""
        found = super().to_internal_value(data)
        names = {str(name).casefold(): value for name, value in data.items()}
        if names.get("customer", "") is None and "customerid" in names:
            # The old dialog always posts both as null for Others: it says nothing of them.
            del found["customer"]
        if "support_table_id" not in found and "supporttableid" in names:
            found["support_table_id"] = _alias(names["supporttableid"])
        return found


def _alias(value: Any) -> Any:
    try:
        return WireInteger().run_validation(value)
    except serializers.ValidationError as error:
        raise serializers.ValidationError({"supportTableId": error.detail}) from None


def job_of(data: Any) -> int | None:
    """PPIC's job that a posted activity names, before it is read; None for none and for an invalid id."""
    given = data if isinstance(data, Mapping) else {}
    names = {str(name).casefold(): value for name, value in given.items()}
    try:
        found: int | None = WireInteger().run_validation(names.get("extjobid"))
    except serializers.ValidationError:
        return None
    return found


class ActivitySerializer(ActivityHeadSerializer):
    """``EngineeringActivity`` with its tasks, in and out."""

    tasks = TaskSerializer(many=True, required=False, allow_null=True)


class TaskEditSerializer(WireSerializer):
    """Body of ``PUT …/task/{taskId}``."""

    customer = WireText(max_length=200)
    remark = WireText()
    hours = WireDecimal(digits=8, places=2)
    from_ = WireMoment(source="starts_at")
    to = WireMoment(source="ends_at")
    hours_spent = WireDecimal(digits=8, places=2, required=False)
    late_reason = WireInteger()
    late_note = WireText(max_length=500)


class TaskWithActivitySerializer(TaskSerializer):
    """``TaskDto`` with its activity when asked for; for the schema."""

    engineering_activity = ActivityHeadSerializer(required=False)


class InChargeOfTaskSerializer(InChargeSerializer):
    """A row of ``/api/dashboard/incharges/{taskId}``."""

    description = WireText(read_only=True)


class SaidSerializer(WireSerializer):
    """A sentence, and the id of what it is about."""

    message = WireText()
    id = WireInteger()
