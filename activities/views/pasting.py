"""Tasks of an activity pasted from a spreadsheet: days as people write them, people by their names."""

import re
from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from activities.forms import TaskForm
from activities.services import MAX_TASKS
from core.accounts.queries import PersonRef, everybody
from core.pages.pasting import Complete, Completed, PasteColumn, PasteSheet, Values
from core.text.normal_form import plain_text
from core.text.written_dates import day_of

BETWEEN = re.compile(r"[,;\n/]+")
CLOCK = re.compile(r"[ T]\d{1,2}[:.]\d{2}([:.]\d{2})?$")


def _start(_rows: list[Values]) -> Complete:
    faces = [(plain_text(face.name), face) for face in everybody()]

    def complete(row: Values) -> Completed:
        values, problems = dict(row), dict[str, str]()
        for name in ("starts", "ends"):
            values[name] = _day(row.get(name, ""))
        ids, problem = _people(row.get("people", ""), faces)
        values["people"] = ids
        if problem:
            problems["people"] = problem
        return values, problems

    return complete


def _day(text: str) -> str:
    """The day as the form takes it; what is none stays, and the form says so."""
    day = day_of(CLOCK.sub("", text))
    return day.isoformat() if day else text


def _people(text: str, faces: Sequence[tuple[str, PersonRef]]) -> tuple[str, str]:
    """Ids of the named people, and what is wrong with a name."""
    ids: list[str] = []
    for name in filter(None, map(str.strip, BETWEEN.split(text))):
        found = _named(plain_text(name), faces)
        if not found:
            return "", _("The directory knows no “%s”.") % name
        if len(found) > 1:
            names = ", ".join(face.name for face in found[:3])
            words = _("“%(name)s” may be %(names)s. Write the whole name.")
            return "", words % {"name": name, "names": names}
        ids.append(str(found[0].ext_id))
    return ",".join(dict.fromkeys(ids)), ""


def _named(word: str, faces: Sequence[tuple[str, PersonRef]]) -> list[PersonRef]:
    """Those who are called exactly so, else those of whose name it is a part."""
    exact = [face for name, face in faces if name == word]
    return exact or [face for name, face in faces if f" {word} " in f" {name} "]


def _too_many() -> str:
    return (
        _("An activity has at most %d tasks; the good rows beyond that stay here.")
        % MAX_TASKS
    )


TASK_SHEET = PasteSheet(
    columns=(
        PasteColumn(
            "description",
            gettext_lazy("Task"),
            ("task name", "description", "pekerjaan", "nama tugas", "uraian"),
            is_needed=True,
        ),
        PasteColumn(
            "starts",
            gettext_lazy("From"),
            ("start", "start date", "mulai", "tanggal mulai"),
        ),
        PasteColumn(
            "ends",
            gettext_lazy("To"),
            ("end", "end date", "finish", "selesai", "tanggal selesai", "due"),
        ),
        PasteColumn("hours", gettext_lazy("Hours"), ("hour", "durasi (jam)")),
        PasteColumn(
            "people",
            gettext_lazy("In charge"),
            ("pic", "people", "person", "nama", "orang"),
        ),
        PasteColumn("remark", gettext_lazy("Remark"), ("note", "notes", "ket")),
    ),
    form=TaskForm,
    start=_start,
    prefix="tasks",
    most=MAX_TASKS,
    too_many=_too_many,
)
