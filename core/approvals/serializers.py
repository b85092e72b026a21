"""Shapes of rounds, assignments and substitutions on the wire."""

from rest_framework import serializers

from core.http.wire import (
    WireInteger,
    WireMoment,
    WireSerializer,
    WireText,
    WireValues,
)


class AskedPersonSerializer(WireSerializer):
    """A person by the auth server's id, which somebody who never logged in may lack."""

    ext_user_id = WireInteger(required=False)
    name = WireText(read_only=True)


class InboxRowSerializer(WireSerializer):
    """One thing that waits for a decision of the caller."""

    kind = WireText(read_only=True)
    record_type = WireText(read_only=True)
    record_id = WireInteger(read_only=True)
    number = WireText(read_only=True)
    title = WireText(read_only=True)
    step = WireInteger(read_only=True)
    asked_at = WireMoment(read_only=True)
    due_at = WireMoment(required=False)
    on_behalf_of = AskedPersonSerializer(required=False)
    url = WireText(read_only=True)


class SubstitutionSerializer(WireSerializer):
    """``from`` and ``until`` are days of the company, both included; no kinds means all."""

    id = WireInteger(read_only=True)
    ext_user_id = WireInteger(source="person.ext_id")
    substitute_ext_user_id = WireInteger(source="substitute.ext_id")
    until = serializers.DateField(source="last_day")
    kinds = WireValues(child=serializers.CharField(max_length=10), required=False)

    def get_fields(
        self,
    ) -> dict[str, serializers.Field[object, object, object, object]]:
        """``from`` is a word of Python's own."""
        fields = super().get_fields()
        fields["from"] = serializers.DateField(source="first_day")
        return fields


class ForwardSerializer(WireSerializer):
    """Body of ``…/forward``; ``fromExtUserId`` where a manager forwards what is asked of another."""

    to_ext_user_id = WireInteger()
    from_ext_user_id = WireInteger()
    reason = WireText(max_length=4000)


class RoundAssignmentSerializer(WireSerializer):
    """A person who is or was asked at a step."""

    ext_user_id = WireInteger(required=False)
    name = WireText(read_only=True)
    duty = WireText(read_only=True)
    because = WireText(read_only=True)
    asked_at = WireMoment(read_only=True)
    closed_at = WireMoment(required=False)
    closed_because = WireText(required=False)
    status = WireInteger(required=False)


class RoundStepSerializer(WireSerializer):
    """A step of a route, counted from 1."""

    order = WireInteger(read_only=True)
    needed = WireText(read_only=True)
    number = WireInteger(required=False)
    duty = WireText(read_only=True)
    role = WireText(required=False)
    opened_at = WireMoment(required=False)
    due_at = WireMoment(required=False)
    closed_at = WireMoment(required=False)
    assignments = RoundAssignmentSerializer(many=True, read_only=True)


class RoundSerializer(WireSerializer):
    """The round of the present revision: open, approved, rejected, returned, superseded, withdrawn."""

    state = WireText(read_only=True)
    revision = WireInteger(read_only=True)
    opened_at = WireMoment(read_only=True)
    closed_at = WireMoment(required=False)
    nobody_can_decide = serializers.BooleanField(required=False)
    steps = RoundStepSerializer(many=True, read_only=True)
