"""The given paths of BOM approval (legacy-api 5.3), and PPIC's way in."""

from bom import api
from core.common.api import given

urlpatterns = [
    *given("bomapprovals", api.BomsEndpoint, "boms"),
    *given("bomapprovals/<int:bom_id>", api.BomEndpoint, "bom"),
    *given(
        "bomapprovals/<int:bom_id>/decision", api.BomDecisionEndpoint, "bom-decision"
    ),
    *given("hooks/ppic/bom-changed", api.HookEndpoint, "bom-hook"),
]
