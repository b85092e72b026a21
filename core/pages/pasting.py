"""Lines pasted from a spreadsheet: columns are matched, and each row goes through the form's own checks.

Good rows go into the form, the others stay in the box, each with its reason, to be mended there or in the
spreadsheet. Nothing is kept on the server between two steps.
"""

import csv
import io
import zlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Any

from django import forms
from django.forms.utils import ErrorDict, ErrorList
from django.http import QueryDict
from django.utils import translation
from django.utils.translation import gettext as _

from core.text.cleaning import UNSEEN
from core.text.ids import as_id
from core.text.normal_form import plain_text

MOST_ROWS = 5_000
MOST_TEXT = 1_000_000
MOST_PLACES = 40
MOST_FAULTS = 100
SAMPLE = 3
READ, TAKE = "read", "take"
LANGUAGES = ("en", "id")
Values = dict[str, str]
# The values of a row as the form takes them, and what is wrong with them that the form cannot see.
Completed = tuple[Values, dict[str, str]]
Complete = Callable[[Values], Completed]


@dataclass(frozen=True, slots=True)
class PasteColumn:
    """A field of the form that a column can fill; heads: other words for it, in small letters.

    is_needed: nothing is read without it.
    """

    name: str
    label: Any
    heads: tuple[str, ...] = ()
    is_needed: bool = False

    def words(self) -> set[str]:
        """Everything that the head of its column may say."""
        labels = set()
        for language in LANGUAGES:
            with translation.override(language):
                labels.add(plain_text(str(self.label)))
        return labels | set(self.heads)


@dataclass(frozen=True, slots=True)
class PasteSheet:
    """What may be pasted into a formset.

    ``start`` gets all rows and returns what completes one of them: it looks things up once. ``most``: rows
    that the formset takes, with ``too_many``, the sentence about it.
    """

    columns: Sequence[PasteColumn]
    form: type[forms.Form]
    start: Callable[[list[Values]], Complete]
    prefix: str
    most: int
    too_many: Callable[[], str]

    def label(self, name: str) -> str:
        """What people call a field."""
        known = {column.name: str(column.label) for column in self.columns}
        return known.get(name, "")


@dataclass(frozen=True, slots=True)
class Fault:
    """A row that cannot be taken: its number as pasted, the column, what stands there, why."""

    row: int
    column: str
    text: str
    reason: str


@dataclass(frozen=True, slots=True)
class Place:
    """A column of what was pasted: its head, its first cells, and the field that it fills."""

    head: str
    sample: Sequence[str]
    name: str


@dataclass(frozen=True, slots=True)
class Pasted:
    """What was read. left: the rows that are not good, as text; spare: good ones beyond the room; handed: those
    that went into the form in this step."""

    text: str
    refusals: Sequence[str] = ()
    places: Sequence[Place] = ()
    has_head: bool = False
    shape: str = ""
    count: int = 0
    good: Sequence[Values] = ()
    faults: Sequence[Fault] = ()
    spare: int = 0
    left: str = ""
    handed: Sequence[Values] = ()
    columns: Sequence[PasteColumn] = field(default=(), repr=False)

    @property
    def taken(self) -> int:
        """The number of rows that went into the form in this step."""
        return len(self.handed)

    @property
    def wrong(self) -> int:
        """The number of rows that have a fault."""
        return self.count - len(self.good) - len(self.handed) - self.spare

    @property
    def shown_faults(self) -> Sequence[Fault]:
        return self.faults[:MOST_FAULTS]

    @property
    def more_faults(self) -> int:
        return max(0, len(self.faults) - MOST_FAULTS)


def read_pasted(sheet: PasteSheet, data: Mapping[str, Any], *, room: int) -> Pasted:
    """Read ``paste-text`` by the columns that were chosen, or by what its heads or their order say."""
    text = str(data.get("paste-text", ""))
    try:
        rows = _rows_of(text)
    except _TooMuchError as problem:
        return Pasted(text, [str(problem)], columns=sheet.columns)
    if not rows:
        return Pasted(text, columns=sheet.columns)
    shape = str(zlib.crc32(repr(rows[0]).encode()))
    is_chosen = data.get("paste-shape") == shape
    names = _chosen(sheet, rows, data) if is_chosen else _guessed(sheet, rows[0])
    has_head = bool(data.get("paste-head")) if is_chosen else _is_head(sheet, rows[0])
    found = Pasted(
        text,
        places=_places(rows, names, has_head=has_head),
        has_head=has_head,
        shape=shape,
        columns=sheet.columns,
    )
    if refusals := _misfits(sheet, names):
        return replace(found, refusals=refusals, count=len(rows) - has_head)
    return _checked(sheet, found, rows, names, room)


class _TooMuchError(ValueError):
    """More than is read at once."""


def _rows_of(text: str) -> list[list[str]]:
    """Cells by row; a quote at the beginning of a cell is a quote where nothing closes it."""
    if len(text) > MOST_TEXT:
        raise _TooMuchError(
            _("At most %d characters are read at once. Paste it in parts.") % MOST_TEXT
        )
    plain = text.replace("\r\n", "\n").replace("\r", "\n").strip("\n")
    try:
        rows = _parsed(plain, quoting=csv.QUOTE_MINIMAL)
    except csv.Error:
        try:
            rows = _parsed(plain, quoting=csv.QUOTE_NONE)
        except csv.Error as error:
            raise _TooMuchError(_("A cell is too long to be read.")) from error
    if len(rows) > MOST_ROWS + 1:
        raise _TooMuchError(
            _("At most %d rows are read at once. Paste it in parts.") % MOST_ROWS
        )
    return rows


def _parsed(text: str, *, quoting: Any) -> list[list[str]]:
    lines = csv.reader(
        io.StringIO(text, newline=""), "excel-tab", strict=True, quoting=quoting
    )
    rows = (
        [UNSEEN.sub("", cell).strip() for cell in row[:MOST_PLACES]] for row in lines
    )
    return list(islice((row for row in rows if any(row)), MOST_ROWS + 2))


def _guessed(sheet: PasteSheet, first: Sequence[str]) -> list[str]:
    """A field for each place: by the heads, or in the order of the sheet where there are none."""
    if not _is_head(sheet, first):
        names = [column.name for column in sheet.columns]
        return [*names, *[""] * len(first)][: len(first)]
    free = {column.name: column.words() for column in sheet.columns}
    names = []
    for cell in first:
        word = plain_text(cell)
        name = next((name for name, words in free.items() if word in words), "")
        free.pop(name, None)
        names.append(name)
    return names


def _is_head(sheet: PasteSheet, first: Iterable[str]) -> bool:
    known = {word for column in sheet.columns for word in column.words()}
    return any(plain_text(cell) in known for cell in first)


def _chosen(
    sheet: PasteSheet, rows: Sequence[Sequence[str]], data: Mapping[str, Any]
) -> list[str]:
    known = {column.name for column in sheet.columns}
    wanted = [str(data.get(f"paste-{place}", "")) for place in range(len(rows[0]))]
    return [name if name in known else "" for name in wanted]


def _places(
    rows: Sequence[Sequence[str]], names: Sequence[str], *, has_head: bool
) -> list[Place]:
    head, sample = rows[0], rows[has_head : has_head + SAMPLE]
    return [
        Place(
            head[place] if has_head else "",
            [row[place] for row in sample if place < len(row)],
            name,
        )
        for place, name in enumerate(names)
    ]


def _misfits(sheet: PasteSheet, names: Sequence[str]) -> list[str]:
    """Sentences about columns, before any row is looked at."""
    labels = {column.name: str(column.label) for column in sheet.columns}
    twice = {name for name in names if name and names.count(name) > 1}
    said = [_("Two columns are “%s”. Choose one.") % labels[name] for name in twice]
    needed = [
        column.name
        for column in sheet.columns
        if column.is_needed and column.name not in names
    ]
    return said + [
        _("No column is “%s”. Choose which one it is.") % labels[name]
        for name in needed
    ]


def _checked(
    sheet: PasteSheet,
    found: Pasted,
    rows: list[list[str]],
    names: Sequence[str],
    room: int,
) -> Pasted:
    """Each row by the checks of the form; one form is filled again and again: a new one costs ten times that."""
    head, body = rows[: found.has_head], rows[found.has_head :]
    values = [_values(row, names) for row in body]
    complete, form = sheet.start(values), sheet.form({})
    good: list[Values] = []
    faults: list[Fault] = []
    left: list[list[str]] = []
    spare = 0
    for number, (row, typed) in enumerate(
        zip(body, values, strict=True), 1 + len(head)
    ):
        whole, problems = complete(typed)
        problems = _problems_of(form, whole) | problems
        faults += _faults(sheet, number, typed, problems)
        if problems or len(good) >= room:
            left.append(row)
            spare += not problems
        else:
            good.append(whole)
    return replace(
        found,
        count=len(body),
        good=good,
        faults=faults,
        spare=spare,
        refusals=[sheet.too_many()] if spare else [],
        left=_as_text([*head, *left]) if left else "",
    )


def _values(row: Sequence[str], names: Sequence[str]) -> Values:
    """The cells by the fields that they fill; a short row has empty ones at its end."""
    cells = [*row, *[""] * len(names)]
    return {name: cell for name, cell in zip(names, cells, strict=False) if name}


def _problems_of(form: forms.Form, values: Values) -> dict[str, str]:
    form.data = values
    form.full_clean()
    return {
        name: " ".join(map(str, sentences)) for name, sentences in form.errors.items()
    }


def _faults(
    sheet: PasteSheet, number: int, typed: Values, problems: Mapping[str, str]
) -> list[Fault]:
    """A sentence each; columns that lack the same are named together."""
    by_reason: dict[str, list[str]] = {}
    for name, reason in problems.items():
        by_reason.setdefault(reason, []).append(name)
    return [
        Fault(
            number,
            ", ".join(filter(None, map(sheet.label, names))),
            typed.get(names[0], "")[:80],
            reason,
        )
        for reason, names in by_reason.items()
    ]


def _as_text(rows: Iterable[Sequence[str]]) -> str:
    file = io.StringIO(newline="")
    csv.writer(file, "excel-tab", lineterminator="\n").writerows(rows)
    return file.getvalue().rstrip("\n")


# --- The form around it -----------------------------------------------------------


def pasted_into(sheet: PasteSheet, data: QueryDict | None) -> Pasted | None:
    """What stands in the box of a sent form, read; None where it is empty and nobody asked to read it.

    A form with something in the box is never saved: lines that are not taken over would be lost.
    """
    if data is None:
        return None
    if not (data.get("paste-text", "").strip() or "paste" in data):
        return None
    return read_pasted(sheet, data, room=sheet.most - _present(sheet, data))


def _present(sheet: PasteSheet, data: QueryDict) -> int:
    """Lines that the form has by now, without those that were removed."""
    if "paste-present" in data:  # the script sends nothing but the box
        return _count(data.get("paste-present", ""))
    ticked = (key for key in data if key.startswith(f"{sheet.prefix}-"))
    gone = sum(key.endswith("-DELETE") for key in ticked)
    return max(0, _count(data.get(f"{sheet.prefix}-TOTAL_FORMS", "")) - gone)


def _count(text: str) -> int:
    return as_id(text, len(str(MOST_ROWS))) or 0


def with_taken(sheet: PasteSheet, data: QueryDict, pasted: Pasted) -> QueryDict:
    """The sent form with the good rows as lines of its formset (without a script)."""
    copy = data.copy()
    total = f"{sheet.prefix}-TOTAL_FORMS"
    first = _count(data.get(total, ""))
    for place, row in enumerate(pasted.good, first):
        named = {**row, "ORDER": str(place + 1)}
        for name, value in named.items():
            copy[f"{sheet.prefix}-{place}-{name}"] = value
    copy[total] = str(first + len(pasted.good))
    return copy


def taken(pasted: Pasted) -> Pasted:
    """The box after its good rows went into the form: what is left, to be mended."""
    return replace(pasted, text=pasted.left, good=(), handed=pasted.good, places=())


def without_errors(form: forms.Form, formset: forms.BaseFormSet[Any]) -> None:
    """A form that is only looked at says nothing about what is not typed yet.

    Django has no public name for it: a form that has its errors already is not checked again.
    """
    for each in (form, *formset.forms):
        vars(each)["_errors"] = ErrorDict()
    vars(formset).update(_errors=[], _non_form_errors=ErrorList())


def unless_pasted(
    sheet: PasteSheet, data: QueryDict
) -> tuple[QueryDict, Pasted | None]:
    """The sent form as it is to be shown, and what stands in its box; None when it can be saved."""
    pasted = pasted_into(sheet, data)
    if pasted is None or data.get("paste") != TAKE:
        return data, pasted
    is_script = "paste-present" in data  # it adds the lines itself
    shown = data if is_script else with_taken(sheet, data, pasted)
    return shown, taken(pasted)
