"""An answer as a file: Markdown, or a Word document."""

import tempfile
from typing import IO, Any

from django.utils.translation import gettext as _

from aianalyzer.models import InquiryAiGeneration
from aianalyzer.policies.markdown_answer import NOTE, body_of, plain
from aianalyzer.queries.sources import sources_of
from aianalyzer.queries.use import unescaped
from core.files.xlsx import ILLEGAL
from core.text.formatting import moment
from core.text.markdown_html import neutralised

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
BOLD = "**"


def heading(generation: InquiryAiGeneration) -> list[str]:
    """Origin of the answer, as lines of text."""
    who = generation.asked_by
    rows = [
        f"{_('Document')}: {generation.file_name}",
        f"SHA-256: {generation.sha256}" if generation.sha256 else "",
        f"{_('Model')}: {generation.get_provider_display()}, {generation.model}",
        f"{_('Asked by')}: {who}, {moment(generation.created_at)}" if who else "",
    ]
    if generation.is_outside:
        rows.append(_("Recorded from outside: nothing of it was checked by EMS."))
    if generation.not_found_count:
        words = _("%d of its sources were not found in the document.")
        rows.append(words % generation.not_found_count)
    return [row for row in rows if row]


def markdown_file(generation: InquiryAiGeneration) -> bytes:
    """The answer with its sources as footnotes; names that others chose stay plain text."""
    head = "\n".join(f"> {plain(line)}  " for line in heading(generation))
    is_free = generation.provider in {"outside"}
    content = neutralised(generation.content) if is_free else generation.content
    return f"# {plain(str(generation))}\n\n{head}\n\n{content}".encode(
        "utf-8", "replace"
    )


def word_file(generation: InquiryAiGeneration) -> IO[bytes]:
    """The answer as a Word document in a temporary file, with its sources at the end."""
    import docx  # noqa: PLC0415  heavy, and needed here only

    document = docx.Document()
    document.add_heading(_clean(str(generation)), level=1)
    for line in heading(generation):
        document.add_paragraph(_clean(line))
    for line in body_of(generation.content).splitlines():
        _add_line(document, line.strip())
    _add_sources(document, generation)
    file = tempfile.TemporaryFile()  # noqa: SIM115  (the response closes it)
    document.save(file)
    file.seek(0)
    return file


def _clean(text: str) -> str:
    return ILLEGAL.sub("", unescaped(text))


def _add_line(document: Any, line: str) -> None:
    if not line or set(line) <= set("|:- "):
        return
    if line.startswith("#"):
        document.add_heading(_clean(line.lstrip("# ")), level=2)
        return
    is_item = line.startswith(("- ", "* "))
    paragraph = document.add_paragraph(style="List Bullet" if is_item else None)
    for place, part in enumerate((line[2:] if is_item else line).split(BOLD)):
        _add_runs(paragraph, part, is_bold=bool(place % 2))


def _add_runs(paragraph: Any, text: str, *, is_bold: bool) -> None:
    """Text, and the numbers of its sources raised."""
    for place, part in enumerate(NOTE.split(text)):
        run = paragraph.add_run(_clean(part))
        run.bold = is_bold
        run.font.superscript = bool(place % 2) or None


def _add_sources(document: Any, generation: InquiryAiGeneration) -> None:
    sources = sources_of(generation)
    if sources:
        document.add_heading(_("Sources"), level=2)
    for source in sources:
        place = _("page %d") % source.page if source.page else _("page not given")
        text = f"{source.number}. {place}: “{source.quote}” ({source.verdict})"
        document.add_paragraph(_clean(text))
