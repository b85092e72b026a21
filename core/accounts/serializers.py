"""Wire shapes of login and roles."""

from rest_framework import serializers

from core.http.wire import WireInteger, WireSerializer, WireText


class CredentialsSerializer(WireSerializer):
    """``POST /login``."""

    username = WireText(max_length=1000)
    password = WireText(max_length=5000)


class UserRoleSerializer(WireSerializer):
    """A row of ``/api/userroles``; the id of the path wins over that of the body."""

    id = WireInteger(read_only=True)
    user_id = WireInteger(min_value=1)
    role = serializers.CharField(max_length=20)
