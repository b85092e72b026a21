"""The CRM: customers, their purchase orders and their inquiries."""

from sandbox.messages import Call, Reply, json_reply
from sandbox.tables import load
from sandbox.upstream import Routes, Upstream


class CrmServer(Upstream):
    """Three lists, each whole and in ascending order of id."""

    name = "crm"

    def load(self) -> None:
        """Take the three lists."""
        self.customers = load("customers")
        self.purchase_orders = load("purchase_orders")
        self.inquiries = load("inquiries")

    def routes(self) -> Routes:
        """Return what the CRM answers."""
        return {
            ("GET", "/api/external/purchase-orders/ppic"): self._list_purchase_orders,
            ("GET", "/api/external/customers"): self._list_customers,
            ("GET", "/api/v1/external/inquiries"): self._list_inquiries,
        }

    def _list_purchase_orders(self, _call: Call) -> Reply:
        return json_reply(self.purchase_orders)

    def _list_customers(self, _call: Call) -> Reply:
        return json_reply(self.customers)

    def _list_inquiries(self, _call: Call) -> Reply:
        return json_reply(self.inquiries)
