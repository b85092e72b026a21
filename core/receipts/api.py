"""The keys that check receipts, for anybody (docs/receipts.md)."""

from drf_spectacular.utils import extend_schema
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from core.http.api import Endpoint
from core.receipts.models import ReceiptKey
from core.receipts.serializers import ReceiptKeySerializer
from core.receipts.services import current_key


class ReceiptKeysEndpoint(Endpoint):
    """``/api/receipt-keys``: public, since a receipt is checked by people without an account."""

    authentication_classes = ()
    permission_classes = (AllowAny,)

    @extend_schema(responses=ReceiptKeySerializer(many=True))
    def get(self, request: Request) -> Response:
        """Public keys, the one that signs now first; older ones still check older receipts."""
        current_key()
        rows = ReceiptKey.objects.all()
        return Response(ReceiptKeySerializer(rows, many=True).data)
