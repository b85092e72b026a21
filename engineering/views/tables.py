"""Pages of the tables that SPV and managers keep."""

from django.utils.translation import gettext_noop as _

from core.ledger.views import TablePages
from engineering import forms

FORMER = _("A table of the former system; programs read and write it through the API.")
TABLES = (
    TablePages(
        "panel-processes",
        forms.PanelProcessForm,
        ("panel_type", "process_name", "minutes"),
        _("How many minutes a process takes on a type of panel."),
    ),
    TablePages(
        "engineer-supports",
        forms.EngineerSupportForm,
        ("engineer", "project", "requester", "support_dates"),
        FORMER,
    ),
    TablePages(
        "support-details",
        forms.SupportDetailForm,
        ("no", "tgl", "po_number", "cust", "project_name", "pn", "qty"),
        FORMER,
    ),
    TablePages(
        "outstanding-post-pos",
        forms.OutstandingPostPoForm,
        ("customer", "project", "days_deadline", "total_outs", "total_process"),
        FORMER,
    ),
    TablePages(
        "done-pos",
        forms.DonePoForm,
        ("job_category", "detail", "outs", "process_hours"),
        FORMER,
    ),
)
