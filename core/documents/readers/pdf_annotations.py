"""What a viewer shows on a PDF's page and its content does not hold: fields, stamps, remarks."""

import ctypes
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from pypdfium2 import raw

from core.documents.readers.word_notes import labelled

HIDDEN = raw.FPDF_ANNOT_FLAG_HIDDEN | raw.FPDF_ANNOT_FLAG_NOVIEW
MOST = 2000
# Their words are opened by a click, and not written onto the page.
REMARKS = {
    raw.FPDF_ANNOT_TEXT, raw.FPDF_ANNOT_HIGHLIGHT, raw.FPDF_ANNOT_UNDERLINE,
    raw.FPDF_ANNOT_SQUIGGLY, raw.FPDF_ANNOT_STRIKEOUT, raw.FPDF_ANNOT_CARET,
    raw.FPDF_ANNOT_INK, raw.FPDF_ANNOT_SQUARE, raw.FPDF_ANNOT_CIRCLE,
    raw.FPDF_ANNOT_LINE, raw.FPDF_ANNOT_POLYGON, raw.FPDF_ANNOT_POLYLINE,
    raw.FPDF_ANNOT_FILEATTACHMENT, raw.FPDF_ANNOT_STAMP,
}  # fmt: skip
WRITTEN = {raw.FPDF_ANNOT_WIDGET, raw.FPDF_ANNOT_FREETEXT, raw.FPDF_ANNOT_STAMP}
TICKED = {raw.FPDF_FORMFIELD_CHECKBOX, raw.FPDF_FORMFIELD_RADIOBUTTON}
PASSWORD = 1 << 13
SILENT = -1


@dataclass(frozen=True, slots=True)
class Annotation:
    """One of them. box: left, bottom, right, top in points; value: what it says of itself."""

    kind: int
    box: tuple[float, float, float, float]
    value: str
    author: str
    is_ticked: bool = False


class Annotations:
    """The annotations of a page that are shown."""

    def __init__(self, document: Any, number: int, page: Any, textpage: Any) -> None:
        self._document, self._number = document, number
        self._form = document.formenv
        self._page, self._textpage = page, textpage
        self._found = list(self._all())

    def joined(self, text: str) -> str:
        """The text of a page with what its annotations show: a value behind its label, remarks below."""
        if not self._found:
            return text
        lines = text.replace("\r\n", "\n").split("\n")
        after: list[str] = []
        drawn = self._drawn() if any(a.kind in WRITTEN for a in self._found) else None
        for each in sorted(self._found, key=lambda one: (-one.box[3], one.box[0])):
            if each.kind in WRITTEN and (shown := self._shown(each, drawn)):
                if not self._behind_label(lines, each, shown):
                    after.append(shown)
            elif each.kind in REMARKS and each.value.strip():
                after.append(labelled(each.author, each.value.strip()))
        return "\n".join([*lines, *after])

    def _shown(self, each: Annotation, drawn: Any) -> str:
        """The words in its box as they are drawn, or its value where nothing is drawn."""
        if each.is_ticked:
            return "☒"
        if self._in(self._textpage, each.box):
            return each.value.strip()
        return self._in(drawn, each.box) or each.value.strip()

    def _in(self, textpage: Any, box: tuple[float, float, float, float]) -> str:
        left, bottom, right, top = box
        return (
            str(
                textpage.get_text_bounded(
                    left=left, bottom=bottom, right=right, top=top
                )
            )
            .strip()
            .replace("\r\n", "\n")
        )

    def _behind_label(self, lines: list[str], each: Annotation, shown: str) -> bool:
        """Put it behind the words that stand left of it on the page; whether there are some."""
        left, bottom, _right, top = each.box
        middle = (bottom + top) / 2
        label = self._in(self._textpage, (-1e4, middle - 2, left, middle + 2))
        label = label.rpartition("\n")[2].strip()
        places = [i for i, line in enumerate(lines) if line.rstrip().endswith(label)]
        if not label or len(places) != 1:
            return False
        lines[places[0]] += f" {shown}"
        return True

    def _drawn(self) -> Any:
        """The letters of the page when all of them are drawn onto it."""
        if self._page.flatten() == raw.FLATTEN_FAIL:
            return self._textpage
        # Only a page that is opened anew knows what was drawn onto it.
        return self._document[self._number].get_textpage()

    # --- What PDFium says ---------------------------------------------------------------

    def _all(self) -> Iterator[Annotation]:
        count = min(raw.FPDFPage_GetAnnotCount(self._page), MOST)
        for index in range(count):
            handle = raw.FPDFPage_GetAnnot(self._page, index)
            if not handle:
                continue
            try:
                if not raw.FPDFAnnot_GetFlags(handle) & HIDDEN:
                    yield self._one(handle)
            finally:
                raw.FPDFPage_CloseAnnot(handle)

    def _one(self, handle: Any) -> Annotation:
        kind = raw.FPDFAnnot_GetSubtype(handle)
        rect = raw.FS_RECTF()
        raw.FPDFAnnot_GetRect(handle, rect)
        box = (
            min(rect.left, rect.right), min(rect.bottom, rect.top),
            max(rect.left, rect.right), max(rect.bottom, rect.top),
        )  # fmt: skip
        if kind == raw.FPDF_ANNOT_WIDGET:
            return self._field(handle, kind, box)
        value, author = _string(handle, b"Contents"), _string(handle, b"T")
        return Annotation(kind, box, value, author)

    def _field(
        self, handle: Any, kind: int, box: tuple[float, float, float, float]
    ) -> Annotation:
        if self._form is None:
            return Annotation(kind, box, _string(handle, b"V"), "")
        sort = raw.FPDFAnnot_GetFormFieldType(self._form, handle)
        if sort in TICKED:
            is_ticked = bool(raw.FPDFAnnot_IsChecked(self._form, handle))
            return Annotation(kind, box, "", "", is_ticked)
        if sort == raw.FPDF_FORMFIELD_TEXTFIELD:
            flags = raw.FPDFAnnot_GetFormFieldFlags(self._form, handle)
            if flags & PASSWORD:
                return Annotation(SILENT, box, "", "")
        if sort == raw.FPDF_FORMFIELD_PUSHBUTTON:
            return Annotation(SILENT, box, "", "")
        value = _read(
            lambda room, size: raw.FPDFAnnot_GetFormFieldValue(
                self._form, handle, room, size
            )
        )
        return Annotation(kind, box, self._label_of(handle, value), "")

    def _label_of(self, handle: Any, value: str) -> str:
        """What a list shows for what it keeps."""
        count = min(raw.FPDFAnnot_GetOptionCount(self._form, handle), MOST)
        chosen = [
            self._option(handle, at)
            for at in range(max(count, 0))
            if raw.FPDFAnnot_IsOptionSelected(self._form, handle, at)
        ]
        return "\n".join(chosen) or value

    def _option(self, handle: Any, at: int) -> str:
        form = self._form
        return _read(
            lambda room, size: raw.FPDFAnnot_GetOptionLabel(
                form, handle, at, room, size
            )
        )


def _string(handle: Any, key: bytes) -> str:
    return _read(
        lambda room, size: raw.FPDFAnnot_GetStringValue(handle, key, room, size)
    )


def _read(ask: Callable[[Any, int], int]) -> str:
    """A text of PDFium: its size in bytes first, then UTF-16."""
    size = ask(None, 0)
    if size <= 2 or size > 1 << 20:
        return ""
    room = (ctypes.c_ushort * (size // 2 + 1))()
    ask(room, size)
    data = bytes(room)[: size - 2]
    return data.decode("utf-16-le", "replace").replace("\r\n", "\n").replace("\r", "\n")
