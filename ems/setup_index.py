"""The setup: where each table is set up, in the portal or in the administration."""

from dataclasses import dataclass
from typing import Any

from django.contrib.auth.decorators import login_required
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_GET

from bom.models import BomDefaultPic
from core.accounts.models import UserRole
from core.accounts.permissions import may, person, require
from core.approvals.models import ApprovalRule
from core.ledger.models import PeriodicJob
from core.service_accounts.models import ServiceAccount
from core.workdays.models import Holiday, WorkingDay
from engineering.models import (
    Configuration,
    DepartmentConfig,
    DonePo,
    EngineerSupport,
    OutstandingPostPo,
    PanelProcess,
    SupportDetail,
)
from legacy.models import LegacyRun


@dataclass(frozen=True, slots=True)
class SetupPlace:
    """Where a table is set up: the name of its page's address, and the verb that opens it.

    lead and label are to be translated; without a label it is called as its table is.
    """

    view: str
    verb: str
    model: type[Model]
    icon: str = "box"
    lead: str = ""
    label: str = ""

    @property
    def url(self) -> str:
        return reverse(self.view)

    @property
    def title(self) -> str:
        return _(self.label) or str(capfirst(self.model._meta.verbose_name_plural))


PLACES = (
    SetupPlace(
        "approvals:rule_list",
        "set_up",
        ApprovalRule,
        "shield",
        gettext_noop(
            "Who decides a change, by its type and net cost: steps in order, any one or everyone."
        ),
    ),
    SetupPlace(
        "departments",
        "set_up",
        DepartmentConfig,
        "people",
        gettext_noop("Whose people count on the manpower dashboard."),
    ),
    SetupPlace(
        "capacities",
        "set_up",
        Configuration,
        "clock",
        gettext_noop(
            "Hours a week of heads and of staff, for workload and Dashboard MP."
        ),
        gettext_noop("Capacities"),
    ),
    SetupPlace(
        "workdays_setup:workingday_list",
        "set_up",
        WorkingDay,
        "clock",
        gettext_noop("The hours of each day of the week, for due dates and capacity."),
    ),
    SetupPlace(
        "workdays_setup:holiday_list",
        "set_up",
        Holiday,
        "calendar",
        gettext_noop(
            "National holidays, collective leave, and days that the company gives free."
        ),
    ),
    SetupPlace(
        "admin:accounts_userrole_changelist",
        "set_up",
        UserRole,
        "people",
        gettext_noop(
            "Who is PIC, SPV or manager; any number of roles for each person."
        ),
    ),
    SetupPlace(
        "admin:bom_bomdefaultpic_changelist",
        "set_up",
        BomDefaultPic,
        "bom",
        gettext_noop(
            "Who is asked when PPIC names nobody. With no row here, every SPV is."
        ),
    ),
    SetupPlace(
        "admin:engineering_configuration_changelist",
        "set_up",
        Configuration,
        "warning",
        gettext_noop(
            "CCNThreshold: above which net cost a change is pointed out, by value (Rp) or in"
            " percent of what it takes out."
        ),
    ),
    SetupPlace(
        "status",
        "set_up",
        PeriodicJob,
        "check",
        gettext_noop("Worker, backup, deliveries, other systems and jobs."),
        gettext_noop("Status"),
    ),
    SetupPlace(
        "service_accounts:account_list",
        "set_up",
        ServiceAccount,
        "shield",
        gettext_noop("Tokens for CRM, PPIC and scripts, and who calls without one."),
    ),
    SetupPlace(
        "legacy:switch",
        "set_up",
        LegacyRun,
        "refresh",
        gettext_noop(
            "Dry run and import of the old database, and the rows that a person treats."
        ),
        gettext_noop("Switch from the old system"),
    ),
    SetupPlace(
        "engineering_setup:panelprocess_list",
        "keep_tables",
        PanelProcess,
        "factory",
        gettext_noop("How many minutes a process takes on a type of panel."),
    ),
    *(
        SetupPlace(
            f"engineering_setup:{model._meta.model_name}_list", "keep_tables", model
        )
        for model in (EngineerSupport, SupportDetail, OutstandingPostPo, DonePo)
    ),
)

# Addresses that the setup once had, and where they lead.
MOVED = {
    "roles": "admin:accounts_userrole_changelist",
    "bom-pics": "admin:bom_bomdefaultpic_changelist",
    "configurations": "admin:engineering_configuration_changelist",
}


@login_required
@require_GET
def setup_index(request: HttpRequest) -> HttpResponse:
    """Links to all that this person may set up."""
    by = person(request)
    require(by, "keep_tables")
    allowed = [place for place in PLACES if may(by, place.verb)]
    context: dict[str, Any] = {
        "main": [place for place in allowed if place.lead],
        "former": [place for place in allowed if not place.lead],
    }
    return render(request, "ems/setup.html", context)
