"""The record of a BOM approval: its content, what changed, the decision, the PICs, the snapshot."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_POST
from django.views.decorators.vary import vary_on_headers

from bom import exports
from bom.forms import BomDecisionForm, PicsForm, RemoveForm
from bom.models import BomApproval
from bom.policies import Node
from bom.queries.comparison import (
    KINDS,
    Comparison,
    compared,
    cost_of,
    family,
    parts,
    tree,
)
from bom.queries.record import bom_record
from bom.services import (
    decide_bom,
    fetch_content,
    invite_pics,
    receipt_of_bom,
    remove_pic,
)
from core.accounts.permissions import person
from core.accounts.queries import everybody
from core.accounts.services import confirm_signature, needs_reentry
from core.accounts.views import page_status
from core.approvals.services import note_opening
from core.approvals.views.asking import next_after, page_after, said_words
from core.errors import DomainError
from core.files.pdf import pdf_response
from core.files.xlsx import workbook_response, write_columns
from core.http.api import STATUS
from core.ledger.services import resend_parked
from core.pages.excel_heads import above
from core.pages.form_fields import sentence_of
from core.pages.list_page import wants_part
from core.receipts.views import file_response, sheet_response
from core.talk.views import talk_context
from core.text import formatting
from core.text.ids import as_id


def approval_or_404(bom_id: int) -> BomApproval:
    """The approval of PPIC's BOM; 404 otherwise."""
    return get_object_or_404(BomApproval.objects.alive(), ext_bom_leveled_id=bom_id)


@login_required
@require_GET
@vary_on_headers("HX-Request")
def bom_detail(request: HttpRequest, bom_id: int) -> HttpResponse:
    """One approval; opening it is remembered, because bulk approval asks for it.

    What an open page fetches by itself is no opening: it may never be shown.
    """
    approval = approval_or_404(bom_id)
    if not wants_part(request) or request.headers.get("X-Loaded-By") == "person":
        note_opening(record=approval, by=person(request))
    template = "_bom_record" if wants_part(request) else "bom_detail"
    context = record_context(request, approval) | next_after(request)
    return render(request, f"bom/{template}.html", context)


@login_required
@require_GET
def bom_content_excel(request: HttpRequest, bom_id: int) -> HttpResponseBase:
    """The whole content that is signed, as Excel."""
    approval = approval_or_404(bom_id)
    revision = approval.revisions.get(number=approval.revision)
    lines = tree(revision.content, parts())
    about = _("BOM %(key)d, revision %(revision)d")
    about %= {"key": bom_id, "revision": revision.number}
    head = above(str(approval), [about], request.user)
    total = ["", "", _("Total"), *[None] * 4, cost_of(lines)]
    name = f"r{revision.number}"
    file = write_columns(name, exports.TREE_COLUMNS, lines, total=total, above=head)
    return workbook_response(f"BOM_{bom_id}_r{revision.number}.xlsx", file)


@login_required
@require_GET
def bom_sheet(request: HttpRequest, bom_id: int) -> HttpResponse:
    """The approval sheet (PDF) of the present revision, to send."""
    approval = approval_or_404(bom_id)
    body = exports.bom_sheet(approval, person(request))
    return pdf_response(body, f"BOM_{bom_id}_r{approval.revision}_sheet")


@login_required
@require_GET
def bom_receipt(request: HttpRequest, bom_id: int) -> HttpResponse:
    """The sheet (PDF) of the receipt of the present revision."""
    approval = approval_or_404(bom_id)
    name = f"BOM_{bom_id}_r{approval.revision}"
    return sheet_response(receipt_of_bom(approval), name)


@login_required
@require_GET
def bom_receipt_file(request: HttpRequest, bom_id: int) -> HttpResponse:
    """The same receipt as a file that can be checked without EMS."""
    approval = approval_or_404(bom_id)
    name = f"BOM_{bom_id}_r{approval.revision}"
    return file_response(receipt_of_bom(approval), name)


def record_context(request: HttpRequest, approval: BomApproval) -> dict[str, Any]:
    """Values of an approval's page for this person."""
    record = bom_record(approval, person(request))
    asked = {pic.face.ext_id for pic in record.pics}
    strangers = everybody() if record.may_invite else []
    return {
        "record": record,
        "approval": approval,
        "comparison": record.comparison,
        **(record.comparison.page("changes") if record.comparison else {}),
        "needs_password": needs_reentry(),
        "others": [face for face in strangers if face.ext_id not in asked],
        **talk_context(request, approval),
    }


@sensitive_post_parameters("password")
@login_required
@require_POST
def bom_decide(request: HttpRequest, bom_id: int) -> HttpResponse:
    """Approve or reject what was shown; a refusal shows the record anew, with the typed remark."""
    approval, by = approval_or_404(bom_id), person(request)
    form = BomDecisionForm(request.POST)
    if not form.is_valid():
        return _refused(request, approval, DomainError(sentence_of(form)))
    given = dict(form.cleaned_data)
    try:
        confirmed = confirm_signature(
            by=by,
            secret=given.pop("password"),
            address=request.META.get("REMOTE_ADDR", ""),
            is_needed=needs_reentry(),
        )
        decide_bom(ext_bom_id=bom_id, by=by, confirmed=confirmed, **given)
    except DomainError as error:
        return _refused(request, approval, error)
    messages.success(request, said_words(given["status"]) % approval)
    return page_after(request, "bom:bom_detail", bom_id)


def _refused(
    request: HttpRequest, approval: BomApproval, error: DomainError
) -> HttpResponse:
    approval.refresh_from_db()
    remark = request.POST.get("remark", "")
    context = record_context(request, approval) | {"refusal": error, "remark": remark}
    return render(request, "bom/bom_detail.html", context, status=page_status(error))


@login_required
@require_POST
def bom_invite(request: HttpRequest, bom_id: int) -> HttpResponse:
    approval, form = approval_or_404(bom_id), PicsForm(request.POST)
    form.fields["people"].required = True
    if not form.is_valid():
        messages.error(request, sentence_of(form))
        return redirect("bom:bom_detail", bom_id=bom_id)
    people = form.cleaned_data["people"]
    try:
        invite_pics(approval_id=approval.pk, pic_ids=people, by=person(request))
    except DomainError as error:
        messages.error(request, error.sentence)
    else:
        messages.success(request, _("They are asked now."))
    return redirect("bom:bom_detail", bom_id=bom_id)


@login_required
@require_POST
def bom_remove(request: HttpRequest, bom_id: int) -> HttpResponse:
    """Withdraw an invitation, with the reason."""
    approval, form = approval_or_404(bom_id), RemoveForm(request.POST)
    if not form.is_valid():
        return redirect("bom:bom_detail", bom_id=bom_id)
    try:
        remove_pic(
            approval_id=approval.pk,
            ext_user_id=form.cleaned_data["person"],
            by=person(request),
            reason=form.cleaned_data["reason"],
        )
    except DomainError as error:
        messages.error(request, error.sentence)
    else:
        messages.success(request, _("The PIC is removed."))
    return redirect("bom:bom_detail", bom_id=bom_id)


@login_required
@require_POST
def bom_resend(request: HttpRequest, bom_id: int) -> HttpResponse:
    """Send again what is parked."""
    try:
        resend_parked(about=approval_or_404(bom_id), by=person(request))
    except DomainError as error:
        messages.error(request, error.sentence)
    else:
        messages.success(request, _("The snapshot is sent again."))
    return redirect("bom:bom_detail", bom_id=bom_id)


# --- Comparing ----------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Side:
    """A content to compare: ``r3`` is a revision of this approval, ``b701`` a BOM of PPIC."""

    token: str
    label: str
    content: Node


@login_required
@require_GET
@vary_on_headers("HX-Request")
def bom_compare(request: HttpRequest, bom_id: int) -> HttpResponse:
    """Any two revisions, or two members of the genesis family."""
    approval = approval_or_404(bom_id)
    context: dict[str, Any] = {
        "from": request.GET.get("from", ""),
        "to": request.GET.get("to", ""),
    }
    try:
        before, after, found = _comparison(request, approval)
        context |= {"from": before.token, "to": after.token, "comparison": found}
        context |= found.page(_only(request))
        status = 200
    except DomainError as error:
        context["refusal"], status = error, STATUS[error.code]
    context |= {
        "approval": approval,
        "choices": _choices(approval),
        "only": _only(request),
    }
    if wants_part(request):
        # htmx puts in only what is well: the refusal takes the place of the old comparison.
        return render(request, "bom/_bom_diff.html", context)
    return render(request, "bom/bom_compare.html", context, status=status)


@login_required
@require_GET
def bom_compare_excel(request: HttpRequest, bom_id: int) -> HttpResponseBase:
    """The comparison as Excel, with the same filter."""
    approval = approval_or_404(bom_id)
    before, after, found = _comparison(request, approval)
    file = write_columns(
        _("Comparison"),
        exports.diff_columns(before.label, after.label),
        found.shown(_only(request)),
        total=exports.diff_total(found),
        above=above(str(approval), [f"{before.label} → {after.label}"], request.user),
    )
    return workbook_response(f"BOM_{bom_id}_diff.xlsx", file)


def _only(request: HttpRequest) -> str:
    only = request.GET.get("only", "changes")
    return only if only in {*KINDS, "changes", "all"} else "changes"


def _comparison(
    request: HttpRequest, approval: BomApproval
) -> tuple[Side, Side, Comparison]:
    before = _side(approval, request.GET.get("from") or _earlier(approval))
    after = _side(approval, request.GET.get("to") or f"r{approval.revision}")
    return before, after, compared(before.content, after.content, parts())


def _earlier(approval: BomApproval) -> str:
    """The revision before; for a first revision the next older BOM of the family."""
    if approval.revision > 1:
        return f"r{approval.revision - 1}"
    older = [key for key in family(approval) if key < approval.ext_bom_leveled_id]
    return f"b{max(older)}" if older else "r1"


def _side(approval: BomApproval, token: str) -> Side:
    kind, text = token[:1], token[1:]
    number = as_id(text)
    if number is None:
        raise DomainError(_("There is no such content to compare."), "not_found")
    if kind == "b":
        content = fetch_content(number)
        return Side(token, content.name, content.tree)
    revision = approval.revisions.filter(number=number).first()
    if kind != "r" or revision is None:
        raise DomainError(_("There is no such content to compare."), "not_found")
    return Side(token, _("revision %d") % revision.number, revision.content)


def _choices(approval: BomApproval) -> list[tuple[str, str]]:
    """Contents to compare: the revisions, newest first, then the family."""
    numbers = approval.revisions.order_by("-number").values_list("number", "opened_at")
    own = [
        (f"r{number}", _("revision %d") % number + f" · {formatting.day(at)}")
        for number, at in numbers
    ]
    others = [(f"b{key}", f"{name} ({key})") for key, name in family(approval).items()]
    return [*own, (f"b{approval.ext_bom_leveled_id}", _("now at PPIC")), *others]
