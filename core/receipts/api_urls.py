"""The path of the public keys."""

from core.http.api import any_case
from core.receipts import api

urlpatterns = [*any_case("api/receipt-keys", api.ReceiptKeysEndpoint, "receipt-keys")]
