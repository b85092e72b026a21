"""The tables of the setup: what each is called, who keeps it, and which services write it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Model
from django.utils.translation import gettext_noop

from bom.models import BomDefaultPic
from core.accounts.models import User, UserRole
from core.accounts.services import change_role, grant_role, revoke_role
from core.ledger.services import remove_row, save_row
from ems.setup import forms
from engineering.models import (
    Configuration,
    DonePo,
    EngineerSupport,
    OutstandingPostPo,
    PanelProcess,
    SupportDetail,
)

Save = Callable[[Model | None, Mapping[str, Any], User], Model]
Remove = Callable[[Model, User], None]


@dataclass(frozen=True, slots=True)
class Sheet:
    """One table. verb: the line of the permission table; columns: fields shown in the list."""

    slug: str
    title: str
    lead: str
    icon: str
    verb: str
    model: type[Model]
    form: Any
    columns: tuple[str, ...]
    save: Save
    remove: Remove


def _role_saved(row: Model | None, data: Mapping[str, Any], by: User) -> Model:
    user_id, role = data["user_id"], data["role"]
    if not isinstance(row, UserRole):
        return grant_role(user_id=user_id, role=role, by=by)
    return change_role(row=row, user_id=user_id, role=role, by=by)


def _role_removed(row: Model, by: User) -> None:
    if isinstance(row, UserRole):
        revoke_role(row=row, by=by)


def _saved(model: type[Model], verb: str) -> Save:
    def save(row: Model | None, data: Mapping[str, Any], by: User) -> Model:
        sent = {**data, "id": row.pk if row else None}
        return save_row(model=model, data=sent, by=by, verb=verb)

    return save


def _removed(verb: str) -> Remove:
    def remove(row: Model, by: User) -> None:
        remove_row(row=row, by=by, verb=verb)

    return remove


def _put_away(model: type[Model], verb: str) -> Remove:
    """The old tables keep their rows; integrators may ask for what was put away."""

    def remove(row: Model, by: User) -> None:
        save_row(model=model, data={"id": row.pk, "deleted_at": True}, by=by, verb=verb)

    return remove


def _old(
    slug: str, title: str, model: type[Model], form: Any, columns: tuple[str, ...]
) -> Sheet:
    lead = gettext_noop(
        "A table of the former system; programs read and write it through the API."
    )
    verb = "keep_tables"
    return Sheet(
        slug,
        title,
        lead,
        "box",
        verb,
        model,
        form,
        columns,
        _saved(model, verb),
        _put_away(model, verb),
    )


SHEETS = (
    Sheet(
        "roles",
        gettext_noop("Roles"),
        gettext_noop(
            "Who is PIC, SPV or manager; any number of roles for each person."
        ),
        "people",
        "set_up",
        UserRole,
        forms.RoleForm,
        ("user_id", "role"),
        _role_saved,
        _role_removed,
    ),
    Sheet(
        "bom-pics",
        gettext_noop("Default PICs of BOMs"),
        gettext_noop(
            "Who is asked when PPIC names nobody. With no row here, every SPV is."
        ),
        "bom",
        "set_up",
        BomDefaultPic,
        forms.DefaultPicForm,
        ("ext_user_id",),
        _saved(BomDefaultPic, "set_up"),
        _removed("set_up"),
    ),
    Sheet(
        "configurations",
        gettext_noop("Limits and texts"),
        gettext_noop(
            "CCNThreshold: above which net cost a change is pointed out, by value (Rp) or in"
            " percent of what it takes out."
        ),
        "warning",
        "set_up",
        Configuration,
        forms.ConfigurationForm,
        ("name", "by_value_percentage", "value", "percentage", "text"),
        _saved(Configuration, "set_up"),
        _put_away(Configuration, "set_up"),
    ),
    Sheet(
        "panel-processes",
        gettext_noop("Panel processes"),
        gettext_noop("How many minutes a process takes on a type of panel."),
        "factory",
        "keep_tables",
        PanelProcess,
        forms.PanelProcessForm,
        ("panel_type", "process_name", "minutes"),
        _saved(PanelProcess, "keep_tables"),
        _removed("keep_tables"),
    ),
    _old(
        "engineer-supports",
        gettext_noop("Engineer supports"),
        EngineerSupport,
        forms.SupportForm,
        ("engineer", "project", "requester", "support_dates"),
    ),
    _old(
        "support-details",
        gettext_noop("Support details"),
        SupportDetail,
        forms.DetailForm,
        ("no", "tgl", "po_number", "cust", "project_name", "pn", "qty"),
    ),
    _old(
        "outstanding-post-pos",
        gettext_noop("Outstanding post-PO"),
        OutstandingPostPo,
        forms.OutstandingForm,
        ("customer", "project", "days_deadline", "total_outs", "total_process"),
    ),
    _old(
        "done-pos",
        gettext_noop("Done PO"),
        DonePo,
        forms.DoneForm,
        ("job_category", "detail", "outs", "process_hours"),
    ),
)
BY_SLUG = {sheet.slug: sheet for sheet in SHEETS}
