"""Approval of changes, and the department's setup, in the Django admin."""

from collections.abc import Collection
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from core.accounts.admin import CONFIRMED, AsksReentry
from core.accounts.models import User
from core.accounts.permissions import person
from core.approvals.admin import ApprovalAdmin
from core.approvals.models import Decision
from core.ledger.admin import KeptInPortal, TableAdmin
from core.pages.admin import WaitingFilter, choice_filter, column
from core.text import formatting
from engineering.forms import ConfigurationForm
from engineering.models import (
    ChangeNotice,
    Configuration,
    DepartmentConfig,
    DonePo,
    EngineerSupport,
    OutstandingPostPo,
    PanelProcess,
    SupportDetail,
)
from engineering.queries.approval import waiting_ids
from engineering.queries.record import change_record
from engineering.queries.thresholds import decisions_need_reentry, threshold
from engineering.services import decide_change


@admin.register(ChangeNotice)
class ChangeNoticeAdmin(AsksReentry, ApprovalAdmin):
    """Changes: what waits for me, its content and history, approve or reject with a remark."""

    number = column("number", _("Number"))
    list_display = (
        number,
        "title",
        column("customer", _("Customer")),
        column("priority", _("Priority")),
        "net_rupiah",
        "due",
        "age",
        "state",
    )
    list_display_links = (number,)
    list_filter = (
        WaitingFilter,
        ("status", choice_filter(_("Status"))),
        ("kind", choice_filter(_("Type"))),
        ("priority", choice_filter(_("Priority"))),
    )
    search_fields = ("number", "po_number", "project_name", "customer")
    date_hierarchy = None
    show_full_result_count = False
    change_form_template = "admin/engineering/change_record.html"

    @admin.display(description=_("Status"), ordering="status")
    def state(self, change: ChangeNotice) -> str:
        """The status in words."""
        return change.get_status_display()

    @admin.display(description=_("Net (Rp)"), ordering="net")
    def net_rupiah(self, change: ChangeNotice) -> str:
        """Net cost, and whether it is more than a change may cost without a word."""
        net, mark = formatting.rupiah(change.net), gettext("above the threshold")
        return f"{net} · {mark}" if getattr(change, "is_above", False) else net

    @admin.display(description=_("Age"), ordering="created_at")
    def age(self, change: ChangeNotice) -> str:
        return formatting.distance(change.created_at)

    @admin.display(description=pgettext_lazy("what is changed", "Change"))
    def title(self, change: ChangeNotice) -> str:
        return change.title

    def records(self) -> Any:
        return ChangeNotice.objects.alive().defer("search_text")

    def waiting_ids(self, request: HttpRequest) -> list[int]:
        """Changes that wait for this person."""
        return waiting_ids(request.user.pk or 0)

    def above_limit(self, rows: Collection[Any]) -> frozenset[int]:
        limit = threshold()
        return frozenset(row.pk for row in rows if limit.is_broken_by(row))

    def needs_secret(self, rows: QuerySet[Any]) -> bool:
        """Any one of them is enough: one entry covers them all."""
        return decisions_need_reentry(rows)

    def decide(
        self,
        record: Any,
        status: int,
        remark: str,
        revision: int,
        digest: str,
        by: User,
    ) -> None:
        decide_change(
            change_id=record.pk,
            by=by,
            status=status,
            remark=remark,
            revision=revision,
            digest=digest,
            door=Decision.Door.ADMIN,
            confirmed=getattr(by, CONFIRMED, ""),
        )

    def context_of(self, record: Any, request: HttpRequest) -> dict[str, Any]:
        """The same record as in the portal."""
        return {
            "record": change_record(record, person(request)),
            "change": record,
            "needs_password": decisions_need_reentry([record]),
        }


@admin.register(Configuration)
class ConfigurationAdmin(TableAdmin):
    """Thresholds and texts; administrators only."""

    form = ConfigurationForm
    list_display = (
        "name",
        "by_value_percentage",
        column("value", _("Value")),
        column("percentage", _("Percentage")),
        "text",
    )
    search_fields = ("name", "by_value_percentage", "value", "percentage", "text")


@admin.register(DepartmentConfig)
class DepartmentConfigAdmin(KeptInPortal):
    """Departments that count as engineering; administrators only."""

    portal = "departments"
    list_display = ("department_id",)


@admin.register(PanelProcess)
class PanelProcessAdmin(KeptInPortal):
    """Minutes per process and panel type."""

    verb = "keep_tables"
    list_display = ("panel_type", "process_name", "minutes")
    search_fields = ("panel_type", "process_name")


@admin.register(EngineerSupport, SupportDetail, OutstandingPostPo, DonePo)
class FormerTableAdmin(KeptInPortal):
    """Tables of the former system."""

    verb = "keep_tables"
