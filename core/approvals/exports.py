"""The route of a record on paper: who was asked, who decided, when, and for whom."""

from collections.abc import Iterable, Iterator, Sequence

from django.utils import timezone
from django.utils.translation import gettext as _

from core.accounts.models import User
from core.approvals.queries.route import RouteRow, RouteStep
from core.files.pdf import Paper, PaperColumn
from core.text.formatting import moment

LONGEST = 600  # characters of a remark on paper


def draw_route(paper: Paper, steps: Iterable[RouteStep]) -> None:
    """A line for each person of each step, in their order."""
    paper.band(_("Approval"))
    columns = (
        PaperColumn(_("Step"), 16),
        PaperColumn(_("Name"), 50),
        PaperColumn(_("Decision"), 30),
        PaperColumn(_("Decided on"), 30),
        PaperColumn(_("Remark"), 48),
    )
    paper.grid(columns, _lines(steps))


def _lines(steps: Iterable[RouteStep]) -> Iterator[Sequence[str]]:
    for step in steps:
        for row in step.rows:
            yield (str(step.number), *_cells(row))
        if not step.rows and step.later:
            yield str(step.number), step.later, _("Later"), "", ""


def _cells(row: RouteRow) -> tuple[str, str, str, str]:
    decision = row.decision
    if decision is None:
        return str(row.person), row.word, "", ""
    name = str(decision.approver)
    if decision.on_behalf_of:
        names = {"person": name, "other": decision.on_behalf_of}
        name = _("%(person)s, on behalf of %(other)s") % names
    notes = [
        decision.remark[:LONGEST],
        _("Is one of the authors of what was decided.") if decision.by_author else "",
        "" if decision.is_witnessed else _("from the old system, not witnessed"),
    ]
    return (
        name,
        str(decision.get_status_display()),
        moment(decision.decided_at),
        "\n".join(filter(None, notes)),
    )


def printed_by(user: User) -> str:
    """When a sheet was made, and for whom."""
    words = _("Printed on %(moment)s by %(person)s")
    return words % {"moment": moment(timezone.now()), "person": user}
