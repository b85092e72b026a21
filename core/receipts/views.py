"""The page that checks a receipt, and its sheet and file as downloads."""

from typing import Any

import orjson
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET

from core.files.pdf import pdf_response
from core.receipts.exports import as_file, sheet
from core.receipts.models import Receipt
from core.receipts.policies import BadReceipt, checked
from core.receipts.queries import newer_revision, public_keys


@require_GET
def verify(request: HttpRequest, code: str) -> HttpResponse:
    """What a receipt says and whether it holds; open to anybody who has its code."""
    receipt = get_object_or_404(Receipt.objects.select_related("key"), code=code)
    context: dict[str, Any] = {"receipt": receipt, "newer": newer_revision(receipt)}
    try:
        context["said"] = checked(as_file(receipt), public_keys())
    except BadReceipt as problem:
        context["problem"] = str(problem)
    response = render(request, "receipts/verify.html", context)
    response["X-Robots-Tag"] = "noindex"
    response["Cache-Control"] = "no-store, private"
    return response


def sheet_response(receipt: Receipt, name: str) -> HttpResponse:
    """The sheet, shown in the browser; ``name`` without its ending."""
    return pdf_response(sheet(receipt), name, is_download=False)


def file_response(receipt: Receipt, name: str) -> HttpResponse:
    """The receipt as a file to keep, for ``manage.py verify_receipt`` and others."""
    body = orjson.dumps(as_file(receipt), option=orjson.OPT_INDENT_2)
    response = HttpResponse(body, content_type="application/json")
    header = content_disposition_header(as_attachment=True, filename=f"{name}.json")
    response["Content-Disposition"] = header or ""
    response["Cache-Control"] = "no-store, private"
    return response
