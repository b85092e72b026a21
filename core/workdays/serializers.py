"""The wire shape of a leave."""

from core.http.wire import WireDay, WireInteger, WireSerializer, WireText


class LeaveSerializer(WireSerializer):
    """Days on which a person is away, both included; days go out as midnight UTC."""

    id = WireInteger(read_only=True)
    ext_user_id = WireInteger()
    name = WireText(read_only=True)
    from_ = WireDay(source="first")
    to = WireDay(source="last")
