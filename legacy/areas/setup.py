"""Roles, settings, departments and process times: small tables that administrators keep."""

from collections.abc import Sequence
from decimal import Decimal

from django.db.models import Model

from core.accounts.models import Role, UserRole
from engineering.models import (
    Configuration,
    DashboardMetrics,
    DepartmentConfig,
    PanelProcess,
)
from engineering.models.setup import BY_PERCENTAGE, BY_VALUE, PERCENT
from legacy import mending
from legacy.aggregates import Aggregate, Built, OldRow, Outcome
from legacy.areas.area import Area, clear_row
from legacy.source import Source
from legacy.world import World

EVENT = "row.imported"
MAX_MODE = 20


def _taken(row: OldRow, model: type[Model], found: Model | None) -> int | None:
    """The old id where nobody has it here."""
    is_free = found is None and not model._default_manager.filter(pk=row.id).exists()
    return row.id if is_free else None


# --- Roles ----------------------------------------------------------------------


def know_roles(_source: Source, world: World) -> Sequence[Built]:
    """The roles that people have here."""
    world.roles = set(UserRole.objects.values_list("user_id", "role"))
    return ()


def build_role(whole: Aggregate, world: World) -> Built:
    """A role that EMS knows, once; an unknown word is never a right by guess."""
    built, row = Built(), whole.root
    word = row.take("Role", mending.role(row["Role"]))
    place = (int(row["UserId"]), word)
    if word not in Role.values:
        row.mark("role_unknown")
        built.quarantine(row)
    elif place[0] <= 0:
        row.mark("role_of_nobody")
        built.quarantine(row)
    elif place in world.roles:
        row.mark("role_double")
        built.not_taken(row, Outcome.MERGED)
    else:
        world.roles.add(place)
        made = UserRole(pk=_taken(row, UserRole, None), user_id=place[0], role=word)
        built.rows.append(made)
        built.became(row, made)
        built.tell(made.chain, EVENT, row.claim | {"role": word})
    return built


def clear_role(pk: int, world: World) -> None:
    """Take a role away."""
    rows = UserRole.objects.filter(pk=pk)
    world.roles.difference_update(rows.values_list("user_id", "role"))
    rows.delete()


def role_chains(pk: int) -> list[tuple[type[Model], int]]:
    """A role's history is its person's."""
    person = UserRole.objects.filter(pk=pk).values_list("user_id", flat=True).first()
    return [(UserRole, person or 0)]


# --- Settings -------------------------------------------------------------------


def know_settings(_source: Source, world: World) -> Sequence[Built]:
    """The settings that are in force here."""
    names = Configuration.objects.filter(deleted_at=None).values_list("name", flat=True)
    world.settings = {name.lower() for name in names}
    return ()


def build_setting(whole: Aggregate, world: World) -> Built:
    """The first live row of a name counts, as in the old page."""
    built, row = Built(), whole.root
    deleted = mending.moment(row["DeletedAt"])
    name = mending.text(row["Name"]).strip()
    if _is_refused(row):
        row.mark("configuration_refused")
    if name.lower() in world.settings:
        row.mark("configuration_double")
        built.not_taken(row, Outcome.MERGED)
        return built
    if _is_refused(row):
        built.quarantine(row)
        return built
    if not deleted:
        world.settings.add(name.lower())
    made = mending.moment(row["CreatedAt"]) or world.now
    setting = Configuration(
        pk=_taken(row, Configuration, None),
        name=name,
        by_value_percentage=_mode(row),
        value=mending.number(row["Value"], 4, Decimal(10) ** 16),
        percentage=mending.number(row["Percentage"], 4, Decimal(10) ** 5),
        created_at=made,
        updated_at=mending.moment(row["UpdatedAt"]) or made,
        deleted_at=deleted,
    )
    built.rows.append(setting)
    built.became(row, setting)
    built.tell_later(setting, EVENT, row.claim)
    return built


def _is_refused(row: OldRow) -> bool:
    value, percentage = row["Value"] or 0, row["Percentage"] or 0
    return (
        not mending.text(row["Name"]).strip()
        or len(mending.text(row["Name"])) > 100
        or value < 0
        or not 0 <= percentage <= PERCENT
        or len(row["ByValuePercentage"] or "") > MAX_MODE
    )


def _mode(row: OldRow) -> str:
    """Free text read as "value" or "percentage", where it says one of them."""
    typed = mending.text(row["ByValuePercentage"]).strip()
    if typed.lower() in BY_VALUE | BY_PERCENTAGE:
        return typed
    row.old["ByValuePercentage"] = typed
    is_value = row["Value"] is not None
    return "value" if is_value else "percentage"


# --- Departments, processes, typed figures ------------------------------------------


def know_departments(_source: Source, world: World) -> Sequence[Built]:
    """The departments that count here."""
    world.departments = set(
        DepartmentConfig.objects.values_list("department_id", flat=True)
    )
    return ()


def build_department(whole: Aggregate, world: World) -> Built:
    """Each department once."""
    built, row = Built(), whole.root
    number = row["DepartmentId"]
    if number is None:
        row.mark("department_null")
        built.not_taken(row, Outcome.DROPPED)
    elif number in world.departments:
        row.mark("department_double")
        built.not_taken(row, Outcome.MERGED)
    else:
        world.departments.add(number)
        made = mending.moment(row["CreatedAt"]) or world.now
        department = DepartmentConfig(
            pk=_taken(row, DepartmentConfig, None),
            department_id=number,
            created_at=made,
            updated_at=mending.moment(row["UpdatedAt"]) or made,
        )
        built.rows.append(department)
        built.became(row, department)
        built.tell_later(department, EVENT, row.claim)
    return built


def build_process(whole: Aggregate, _world: World) -> Built:
    """Minutes of a process; fewer than none, or of no panel, say nothing."""
    built, row = Built(), whole.root
    minutes = mending.number(row["Minutes"], 2, Decimal(10) ** 10)
    panel = mending.text(row["PanelType"]).strip()
    name = mending.text(row["ProcessName"]).strip()
    if minutes is None or minutes < 0 or not panel or max(len(panel), len(name)) > 200:
        row.mark("panel_process_refused")
        built.quarantine(row)
        return built
    process = PanelProcess(
        pk=_taken(row, PanelProcess, None),
        panel_type=panel,
        process_name=name,
        minutes=minutes,
    )
    built.rows.append(process)
    built.became(row, process)
    built.tell_later(process, EVENT, row.claim)
    return built


def build_figures(whole: Aggregate, world: World) -> Built:
    """Typed figures would cover the computed ones for ever: kept only where it is asked for."""
    built, row = Built(), whole.root
    if not world.choices.keeps_typed_figures or DashboardMetrics.objects.exists():
        built.not_taken(row, Outcome.DROPPED)
        return built
    made = mending.moment(row["CreatedAt"]) or world.now
    figures = DashboardMetrics(
        pk=row.id,
        number_of_manpowers=row["NumberOfManpowers"],
        number_of_ecns_this_month=row["NumberOfECNsThisMonth"],
        number_of_ccns_this_month=row["NumberOfCCNsThisMonth"],
        last_detected_process=mending.moment(row["LastDetectedProcess"]),
        total_products=row["TotalProducts"],
        total_boms=row["TotalBOMs"],
        total_slds=row["TotalSLDs"],
        total_drawings=row["TotalDrawings"],
        created_at=made,
        updated_at=made,
    )
    built.rows.append(figures)
    built.became(row, figures)
    return built


def build_nothing(whole: Aggregate, _world: World) -> Built:
    """Made by dice in a debug route of the old system; EMS computes these figures."""
    built = Built()
    built.not_taken(whole.root, Outcome.DROPPED)
    return built


SETUP = (
    Area("roles", "UserRoles", UserRole, build_role, clear_role, before=know_roles,
         reserved={UserRole: "UserRoles"}, chains=role_chains),
    Area("settings", "Configurations", Configuration, build_setting, clear_row(Configuration),
         before=know_settings, reserved={Configuration: "Configurations"}),
    Area("departments", "EngDeptConfigs", DepartmentConfig, build_department,
         clear_row(DepartmentConfig), before=know_departments,
         reserved={DepartmentConfig: "EngDeptConfigs"}),
    Area("processes", "PanelProcesses", PanelProcess, build_process, clear_row(PanelProcess),
         reserved={PanelProcess: "PanelProcesses"}),
    Area("figures", "DashboardMetrics", DashboardMetrics, build_figures,
         clear_row(DashboardMetrics), reserved={DashboardMetrics: "DashboardMetrics"}),
    Area("ecn figures", "ECNData", DashboardMetrics, build_nothing, clear_row(DashboardMetrics)),
    Area("ccn figures", "CCNData", DashboardMetrics, build_nothing, clear_row(DashboardMetrics)),
)  # fmt: skip
