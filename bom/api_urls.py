"""The paths of BOM approval (docs/contract.md#bom-approvals), and PPIC's webhook."""

from bom import api
from core.http.api import given

urlpatterns = [
    *given("bomapprovals", api.BomsEndpoint, "boms"),
    *given("bomapprovals/<int:bom_id>", api.BomEndpoint, "bom"),
    *given(
        "bomapprovals/<int:bom_id>/decision", api.BomDecisionEndpoint, "bom-decision"
    ),
    *given("hooks/ppic/bom-changed", api.HookEndpoint, "bom-hook"),
]
