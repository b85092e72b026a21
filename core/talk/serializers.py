"""Shapes of comments and follows on the wire (docs/contract.md#talk)."""

from core.http.wire import (
    WireFlag,
    WireInteger,
    WireMoment,
    WireSerializer,
    WireText,
    WireValues,
)


class NamedPersonSerializer(WireSerializer):
    """A person by the auth server's id, which somebody who never logged in may lack."""

    ext_user_id = WireInteger(read_only=True)
    name = WireText(read_only=True)


class CommentFileSerializer(WireSerializer):
    """A file of a comment; ``size`` in bytes."""

    id = WireInteger(read_only=True)
    name = WireText(read_only=True)
    size = WireInteger(read_only=True)
    content_type = WireText(read_only=True)
    url = WireText(read_only=True)


class CommentSerializer(WireSerializer):
    """A comment, in and out. A question has ``asked``; it is open while it has no ``closedAt``.

    In: ``text``, ``record``, ``replyTo``, ``line`` (a change's item id), ``tellExtUserIds``; ``ask`` (the
    requester) or ``askExtUserId`` make it a question; ``answers`` answers the one that it replies to.
    """

    id = WireInteger(read_only=True)
    record = WireText(max_length=40)
    # The rule is the service's, which says how long it is.
    text = WireText()
    reply_to = WireInteger(min_value=1)
    line = WireText(write_only=True, max_length=40)
    tell_ext_user_ids = WireValues(
        child=WireInteger(allow_null=False), write_only=True, required=False
    )
    ask = WireFlag(write_only=True)
    ask_ext_user_id = WireInteger(write_only=True)
    answers = WireFlag(write_only=True)
    author = NamedPersonSerializer(read_only=True)
    quoted = WireText(read_only=True)
    told = NamedPersonSerializer(many=True, read_only=True)
    files = CommentFileSerializer(many=True, read_only=True)
    asked = NamedPersonSerializer(read_only=True)
    closed_at = WireMoment(read_only=True)
    answer_id = WireInteger(read_only=True)
    created_at = WireMoment(read_only=True)
    edited_at = WireMoment(read_only=True)
    editable_until = WireMoment(read_only=True)
    struck_at = WireMoment(read_only=True)
    struck_by = NamedPersonSerializer(read_only=True)
    strike_reason = WireText(read_only=True)
    url = WireText(read_only=True)


class StrikeSerializer(WireSerializer):
    """Why a comment is struck."""

    reason = WireText()


class FollowSerializer(WireSerializer):
    """Whether the caller follows a record. ``chosen``: because they said so, or a comment did."""

    record = WireText(max_length=40)
    follows = WireFlag(read_only=True)
    chosen = WireFlag(read_only=True)
    since = WireMoment(read_only=True)
    url = WireText(read_only=True)
