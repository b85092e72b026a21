"""Wire shapes of the predecessor's notifications."""

from core.http.wire import (
    WireDecimal,
    WireFlag,
    WireInteger,
    WireMoment,
    WireSerializer,
    WireText,
)


class NotificationSerializer(WireSerializer):
    """``Notification``, in and out; state and time are the server's own."""

    id = WireInteger(read_only=True)
    title = WireText(max_length=200)
    message = WireText(max_length=4000)
    task_id = WireInteger()
    role = WireText(max_length=20)
    is_read = WireFlag(read_only=True)
    status = WireText(read_only=True)
    recipient_ext_user_id = WireInteger(source="recipient.ext_id", read_only=True)
    created_at = WireMoment(read_only=True)
    updated_at = WireMoment(read_only=True)


class OwnNoticeSerializer(WireSerializer):
    """A notice to the caller, worded in the caller's language; ``url`` is the page it is about."""

    id = WireInteger(read_only=True)
    kind = WireText(read_only=True)
    title = WireText(read_only=True)
    message = WireText(read_only=True)
    url = WireText(read_only=True)
    record_type = WireText(read_only=True)
    record_id = WireInteger(read_only=True)
    is_read = WireFlag(read_only=True)
    status = WireText(read_only=True)
    created_at = WireMoment(read_only=True)


class StageSerializer(WireSerializer):
    """Task and stage, in the query or in the body."""

    task_id = WireInteger()
    role = WireText(max_length=20)
    reason = WireText(max_length=1000)
    on_behalf_of_ext_user_id = WireInteger()
    hours_spent = WireDecimal(digits=8, places=2, required=False)
    late_reason = WireInteger(required=False)
    late_note = WireText(max_length=500, required=False)
