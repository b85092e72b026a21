"""Names on both sides of the wire."""


def camel(name: str) -> str:
    """``ext_purchase_order_id`` -> ``extPurchaseOrderId``."""
    head, *tail = name.split("_")
    return head + "".join(part.capitalize() for part in tail)
