"""The paths of BOM approval (docs/contract.md#bom-approvals), and PPIC's webhook."""

from bom import api
from core.http.api import any_case

urlpatterns = [
    *any_case("bomapprovals", api.BomsEndpoint, "boms"),
    *any_case("bomapprovals/<int:bom_id>", api.BomEndpoint, "bom"),
    *any_case(
        "bomapprovals/<int:bom_id>/decision", api.BomDecisionEndpoint, "bom-decision"
    ),
    *any_case("bomapprovals/<int:bom_id>/return", api.BomReturnEndpoint, "bom-return"),
    *any_case(
        "bomapprovals/<int:bom_id>/forward", api.BomForwardEndpoint, "bom-forward"
    ),
    *any_case(
        "bomapprovals/<int:bom_id>/receipt", api.BomReceiptEndpoint, "bom-receipt"
    ),
    *any_case(
        "bomapprovals/<int:bom_id>/approved", api.BomApprovedEndpoint, "bom-approved"
    ),
    *any_case("hooks/ppic/bom-changed", api.HookEndpoint, "bom-hook"),
]
