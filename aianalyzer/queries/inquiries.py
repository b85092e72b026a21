"""The CRM's inquiries as the analyzer shows them: found, newest first, marked when analysed."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from django.db.models import Count, Max, Q
from django.utils.translation import gettext as _

from aianalyzer.models import InquiryAiGeneration
from core.db.ranking import Match
from core.db.search import words_of
from core.errors import DomainError
from core.integrations import upstreams
from core.integrations.crm import Inquiry
from core.text.normal_form import plain_text

MARKS = ("yes", "no")


@dataclass(frozen=True, slots=True)
class InquiryList:
    """Inquiries that were found; ``is_stale`` when the CRM does not answer, ``is_known`` when it ever did."""

    rows: list[Inquiry]
    is_stale: bool
    is_known: bool
    as_of: datetime | None


@dataclass(frozen=True, slots=True)
class InquiryLine:
    """One row of the list. count: answers; latest: when the newest was made; is_open: one is being made."""

    inquiry: Inquiry
    count: int
    latest: datetime | None
    is_open: bool


def inquiries(text: str = "", analysed: str = "") -> InquiryList:
    """All inquiries that hold every word, newest first; ``analysed``: yes, no or all."""
    reading = upstreams.crm().inquiries()
    words = words_of(text)
    rows = [each for each in reading.value.values() if _fits(each, words)]
    if analysed in MARKS:
        known = set(_analysed_ids())
        rows = [row for row in rows if (row.ext_id in known) == (analysed == "yes")]
    rows.reverse()
    return InquiryList(
        rows, reading.is_failing, reading.as_of is not None, reading.as_of
    )


def best_inquiries(text: str, limit: int) -> list[tuple[Inquiry, Match]]:
    """Those that fit best: by number, by the beginning of the title, by words; then the newest."""
    words, wanted = words_of(text), plain_text(text)
    rows = upstreams.crm().inquiries().value.values()
    found = [(row, _match(row, wanted)) for row in rows if words and _fits(row, words)]
    found.reverse()
    return sorted(found, key=lambda each: each[1])[:limit]


def _match(inquiry: Inquiry, wanted: str) -> Match:
    numbers = {plain_text(inquiry.number), str(inquiry.ext_id)}
    if wanted in numbers:
        return Match.NUMBER
    begins = plain_text(inquiry.title).startswith(wanted)
    return Match.NAME if begins else Match.WORDS


def _fits(inquiry: Inquiry, words: list[str]) -> bool:
    if not words:
        return True
    account = inquiry.account.name if inquiry.account else ""
    whole = _found_by(
        inquiry.ext_id, inquiry.number, inquiry.title, inquiry.project or "", account
    )
    return all(word in whole for word in words)


@lru_cache(maxsize=50_000)
def _found_by(ext_id: int, *texts: str) -> str:
    """What an inquiry is found by, in the normal form; each keystroke asks for all of them again."""
    return plain_text(" ".join((*texts, str(ext_id))))


def _analysed_ids() -> Iterable[int | None]:
    rows = InquiryAiGeneration.objects.done().exclude(ext_inquiry_id=None).order_by()
    return rows.values_list("ext_inquiry_id", flat=True).distinct()


def inquiry_lines(rows: Iterable[Inquiry]) -> list[InquiryLine]:
    """The rows of one page with what was analysed; one query however many."""
    shown = list(rows)
    ids = [row.ext_id for row in shown]
    found = (
        InquiryAiGeneration.objects.filter(ext_inquiry_id__in=ids)
        .order_by()
        .values("ext_inquiry_id")
        .annotate(
            count=Count("pk", filter=Q(state="done")),
            latest=Max("created_at", filter=Q(state="done")),
            waiting=Count("pk", filter=Q(state__in=InquiryAiGeneration.OPEN)),
        )
    )
    by_id = {row["ext_inquiry_id"]: dict(row) for row in found}
    return [_line(row, by_id.get(row.ext_id, {})) for row in shown]


def _line(inquiry: Inquiry, counts: dict[str, object]) -> InquiryLine:
    count, latest = counts.get("count"), counts.get("latest")
    return InquiryLine(
        inquiry=inquiry,
        count=count if isinstance(count, int) else 0,
        latest=latest if isinstance(latest, datetime) else None,
        is_open=bool(counts.get("waiting")),
    )


def inquiry_or_none(ext_id: int) -> Inquiry | None:
    """The inquiry as the CRM knows it, or None."""
    return upstreams.crm().inquiries().value.get(ext_id)


def inquiry_of(ext_id: int) -> Inquiry:
    """The inquiry as the CRM knows it.

    Raises DomainError ``not_found``, or ``unavailable`` when the CRM was never read.
    """
    reading = upstreams.crm().inquiries()
    found = reading.value.get(ext_id)
    if found is None and reading.as_of is None:
        raise DomainError(
            _("The CRM does not answer. Try again in a moment."),
            "unavailable",
            retry_after=10,
        )
    if found is None:
        raise DomainError(_("The CRM knows no such inquiry."), "not_found")
    return found


def subject_of(inquiry: Inquiry) -> str:
    """One line that names it."""
    return f"{inquiry.number} · {inquiry.title}"[:300]


def inquiry_text(inquiry: Inquiry) -> str:
    """The CRM's words about an inquiry, as a document that can be analysed."""
    account = inquiry.account.name if inquiry.account else ""
    quotation = inquiry.quotation.name if inquiry.quotation else ""
    rows = (
        (_("Inquiry"), inquiry.number),
        (_("Title"), inquiry.title),
        (_("Project"), inquiry.project or ""),
        (_("Customer"), account),
        (_("Quotation"), quotation),
    )
    return "\n".join(f"{name}: {value}" for name, value in rows if value) + "\n"
