"""Approval of BOMs, and the default PICs, in the Django admin."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy

from bom.forms import DefaultPicForm
from bom.models import BomApproval, BomDefaultPic
from bom.queries.approval import boms_waiting_for
from bom.queries.comparison import costs_by_approval
from bom.queries.listing import missing_by_approval
from bom.queries.record import bom_record
from bom.services import decide_bom
from core.accounts.admin import CONFIRMED, AsksReentry, OfPerson
from core.accounts.models import User
from core.accounts.permissions import person
from core.accounts.queries import people_by_id
from core.accounts.services import needs_reentry
from core.approvals.admin import ApprovalAdmin
from core.approvals.models import Decision
from core.ledger.admin import TableAdmin
from core.pages.admin import WaitingFilter, choice_filter, column
from core.text.formatting import NOTHING, distance


@admin.register(BomApproval)
class BomApprovalAdmin(AsksReentry, ApprovalAdmin):
    """BOMs: what waits for me, its content and history, approve or reject with a remark."""

    list_display = (
        "bom",
        "state",
        "cost_rupiah",
        "age",
        "due",
        "missing",
        "revision_number",
        column("source", gettext_lazy("Opened through")),
    )
    list_display_links = ("bom",)
    list_filter = (
        WaitingFilter,
        ("status", choice_filter(gettext_lazy("Status"))),
        ("source", choice_filter(gettext_lazy("Opened through"))),
    )
    search_fields = ("name", "=ext_bom_leveled_id")
    show_full_result_count = False
    change_form_template = "admin/bom/bom_record.html"
    confirm_template = "admin/bom/confirm.html"

    @admin.display(description="BOM", ordering="name")
    def bom(self, approval: BomApproval) -> str:
        """Its name at PPIC."""
        return str(approval)

    @admin.display(description=gettext_lazy("Status"), ordering="status")
    def state(self, approval: BomApproval) -> str:
        """The status in words."""
        return approval.get_status_display()

    @admin.display(description=gettext_lazy("Cost (Rp)"))
    def cost_rupiah(self, approval: BomApproval) -> str:
        """What one costs at today's prices, and how many of its lines have none."""
        return str(getattr(approval, "cost", NOTHING))

    @admin.display(description=gettext_lazy("Age"), ordering="opened_at")
    def age(self, approval: BomApproval) -> str:
        """Age of the present revision."""
        return distance(approval.opened_at)

    @admin.display(description=gettext_lazy("Still missing"))
    def missing(self, approval: BomApproval) -> str:
        """PICs that have not decided."""
        names: dict[int, str] = getattr(approval, "missing_names", {})
        return ", ".join(names.values())

    @admin.display(description=gettext_lazy("Revision"), ordering="revision")
    def revision_number(self, approval: BomApproval) -> str:
        """As it stands in the history."""
        return f"r{approval.revision}"

    def records(self) -> Any:
        return BomApproval.objects.alive()

    def read_beside(self, rows: list[Any]) -> None:
        """Costs, and the names of the missing PICs."""
        super().read_beside(rows)
        costs, waiting = costs_by_approval(rows), missing_by_approval(rows)
        names = people_by_id(person for people in waiting.values() for person in people)
        for row in rows:
            people = sorted(waiting.get(row.pk, frozenset()))
            row.missing_names = {key: str(names[key]) for key in people}
            row.cost = costs[row.pk].text if row.pk in costs else NOTHING

    def waiting_ids(self, request: HttpRequest) -> Any:
        """Approvals that wait for this person."""
        return boms_waiting_for(person(request)).values_list("pk", flat=True)

    def decide(
        self,
        record: Any,
        status: int,
        remark: str,
        revision: int,
        digest: str,
        by: User,
    ) -> None:
        """The one service."""
        decide_bom(
            ext_bom_id=record.ext_bom_leveled_id,
            by=by,
            status=status,
            remark=remark,
            revision=revision,
            digest=digest,
            confirmed=getattr(by, CONFIRMED, ""),
            door=Decision.Door.ADMIN,
        )

    def context_of(self, record: Any, request: HttpRequest) -> dict[str, Any]:
        """The same record as in the portal."""
        found = bom_record(record, person(request))
        return {
            "record": found,
            "approval": record,
            "comparison": found.comparison,
            **(found.comparison.page("changes") if found.comparison else {}),
            "needs_password": needs_reentry(),
        }


@admin.register(BomDefaultPic)
class BomDefaultPicAdmin(OfPerson, TableAdmin):
    """PICs to ask when PPIC names nobody; administrators only."""

    form = DefaultPicForm
    person_field = "ext_user_id"
    list_display = (
        "person",
        column("ext_user_id", gettext_lazy("Number at the auth server")),
    )
    search_fields = ("ext_user_id",)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(getattr(request.user, "is_staff", False))
