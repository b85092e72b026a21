"""BOM approvals as people talk about them."""

from django.db.models import Q

from bom.models import BomApproval
from bom.queries.comparison import TreeLine, parts, tree
from core.talk.subjects import Line, TalkSubject
from core.text.formatting import quantity


def _lines(approval: BomApproval) -> list[Line]:
    """The lines of the present revision; a key names the revision, since another one has others."""
    revision = approval.revisions.get(number=approval.revision)
    rows = tree(revision.content, parts())
    return [
        Line(f"{revision.number}.{place}", line_text(row))
        for place, row in enumerate(rows)
    ]


def line_text(line: TreeLine) -> str:
    """A line of a BOM in one sentence: how many, which part."""
    words = (f"{quantity(line.qty)} {line.unit}".strip(), line.number, line.name)
    return " · ".join(word for word in words if word)


BOMS = TalkSubject(
    name="bom",
    model=BomApproval,
    rows=BomApproval.objects.alive,
    view="bom:bom_detail",
    number=str,
    requester=lambda approval: approval.opened_by_id,
    concerned=lambda approval: Q(pk=approval.opened_by_id or 0),
    lines=_lines,
    key="ext_bom_leveled_id",
)
