"""The sheet of a receipt: A4, with a line for each signature and a QR code to its page."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

import orjson
from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from fpdf.fonts import FontFace

from core.approvals.models import Decision, Status
from core.files.pdf import FONT, LINE, Paper
from core.receipts.models import Receipt
from core.receipts.policies import to_text
from core.text.formatting import NOTHING, moment

WIDTHS = (10, 48, 30, 56, 30)  # mm: step, name, decision, remark, when
LONGEST = 400  # characters of a remark on paper; the receipt itself has it whole


def verify_url(receipt: Receipt) -> str:
    """The address of the page that checks this receipt, for anybody who has the sheet."""
    base: str = settings.PUBLIC_BASE_URL
    return base + reverse("receipts:verify", args=[receipt.code])


def as_file(receipt: Receipt) -> dict[str, str]:
    """The receipt as others keep and check it."""
    return {
        "payload": to_text(receipt.payload.encode()),
        "signature": receipt.signature,
        "keyId": receipt.key.key_id,
        "verifyUrl": verify_url(receipt),
    }


def sheet(receipt: Receipt) -> bytes:
    """The sheet as a PDF, in the language of the request."""
    said = orjson.loads(receipt.payload)
    paper = Paper(f"{name_of(said)} r{said['revision']}")
    title = str(said["title"])[:LONGEST]
    paper.head(_("Approval receipt"), name_of(said), title, verify_url(receipt))
    _facts(paper, said)
    _decisions(paper, said["decisions"])
    _small_print(paper, receipt)
    return paper.as_bytes()


def name_of(said: Mapping[str, Any]) -> str:
    """The record's number; its kind goes before it where the number does not name it: "BOM 700"."""
    kind, number = str(said["kind"]), str(said["number"])
    return number if number.startswith(kind) else f"{kind} {number}"


def _facts(paper: Paper, said: Mapping[str, Any]) -> None:
    rows = outcome_facts(said)
    rows.append((_("Digest of the content (SHA-256)"), said["digest"]))
    if not said["ledger"]:
        rows.append(
            (_("Note"), _("Taken over from the system before; EMS did not witness it."))
        )
    for label, value in rows:
        paper.say(label, 7)
        paper.say(value, 10, "B" if label == rows[0][0] else "")
        paper.ln(1)


def outcome_facts(said: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Label and value of what was decided, for the sheet and for the page that checks it."""
    return [
        (_("Outcome"), decision_word(said)),
        (_("Revision"), str(said["revision"])),
        (_("Decided at"), time_words(said["decidedAt"])),
    ]


def decision_word(said: Mapping[str, Any]) -> str:
    """Approved or rejected: of the record, or of one of its decisions."""
    return str(Status(said["status"]).label)


def decider_names(row: Mapping[str, Any]) -> str:
    """Who decided, and for whom where a substitute did."""
    other = row.get("onBehalfOfName")
    if not other:
        return str(row["name"])
    names = {"person": row["name"], "other": other}
    return _("%(person)s, on behalf of %(other)s") % names


def door_words(row: Mapping[str, Any]) -> str:
    """The way a decision came in; a receipt of before says nothing where it was the portal."""
    door = Decision.Door(row.get("door", Decision.Door.PORTAL))
    return _("through: %(door)s") % {"door": door.label}


def author_words(row: Mapping[str, Any]) -> str:
    """That the decider had written part of it; empty where they had not."""
    return _("one of the authors") if row.get("byAuthor") else ""


def time_words(text: str | None) -> str:
    """A moment of the signed JSON (ISO 8601, UTC) as people here write it."""
    return moment(datetime.fromisoformat(text)) if text else NOTHING


def _decisions(paper: Paper, rows: Iterable[Mapping[str, Any]]) -> None:
    paper.ln(LINE)
    heads = (_("Step"), _("Name"), _("Decision"), _("Remark"), _("Signature"))
    paper.set_font(FONT, size=8)
    with paper.table(
        col_widths=WIDTHS, text_align="LEFT", headings_style=FontFace(emphasis="BOLD")
    ) as table:
        table.row(heads)
        for row in rows:
            when, door = time_words(row["decidedAt"]), door_words(row)
            word = f"{decision_word(row)}\n{when}\n{door}"
            remark = str(row["remark"])[:LONGEST]
            name = f"{decider_names(row)}\n{author_words(row)}".strip()
            table.row((str(row["step"]), name, word, remark, "\n\n\n"))


def _small_print(paper: Paper, receipt: Receipt) -> None:
    paper.ln(LINE)
    paper.say(
        _(
            "Each decision was given in EMS under the person's own account. The lines for signatures are for"
            " those who need ink, too. This receipt was signed by EMS; the code leads to the page that checks it."
        ),
        7,
    )
    paper.say(verify_url(receipt), 7)
    paper.say(f"Ed25519 {receipt.key.key_id}: {receipt.signature}", 6)
