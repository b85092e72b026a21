"""Reads of the setup: the rows of a sheet as words, and the history of one row."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db.models import Model, Q, QuerySet, TextField
from django.db.models.functions import Cast
from django.forms import ChoiceField
from django.utils.encoding import force_str
from django.utils.translation import gettext as _

from core.accounts.models import User, UserRole
from core.integrations import upstreams
from core.ledger.history import Difference, Entry, entry_of, kind_of, words_of
from core.ledger.models import Event
from core.ledger.queries import events_about
from core.pages.form_fields import dotted
from core.text.formatting import NOTHING, day, moment
from core.text.normal_form import plain_text
from ems.setup.forms import LABELS
from ems.setup.sheets import Sheet

PEOPLE = {"user_id", "ext_user_id"}
HISTORY = 50


@dataclass(frozen=True, slots=True)
class SetupCell:
    """One value of a row as words; numbers stand on the right."""

    head: str
    text: str
    is_number: bool

    @property
    def is_empty(self) -> bool:
        """Nothing was typed there."""
        return self.text == NOTHING


def label_of(model: type[Model], name: str) -> str:
    """The label of a column."""
    if name in PEOPLE:
        return _("Person")
    if name in LABELS:
        return force_str(LABELS[name])
    try:
        return force_str(model._meta.get_field(name).verbose_name).capitalize()  # type: ignore[union-attr]
    except FieldDoesNotExist:
        return name


def rows_of(sheet: Sheet, text: str) -> QuerySet[Any]:
    """The live rows that hold the text in any of the columns shown."""
    rows: QuerySet[Any] = sheet.model._default_manager.order_by("-pk")
    if hasattr(sheet.model, "deleted_at"):
        rows = rows.filter(deleted_at=None)
    if not text.strip():
        return rows
    found = Q()
    for name in sheet.columns:
        shown = f"{name}_text"
        rows = rows.annotate(**{shown: Cast(name, TextField())})
        found |= Q(**{f"{shown}__plain__contains": plain_text(text)})
    if PEOPLE & set(sheet.columns):
        field = next(name for name in sheet.columns if name in PEOPLE)
        found |= Q(**{f"{field}__in": _people_called(text.strip())})
    return rows.filter(found)


def _people_called(text: str) -> list[int]:
    return [
        key for key, name in names().items() if plain_text(text) in plain_text(name)
    ]


def names() -> dict[int, str]:
    """Names by the auth server's id: the directory, and the people who logged in here."""
    mirrored = User.objects.exclude(ext_id=None).values_list("ext_id", "name")
    known = upstreams.people().value or {}
    return {key: name for key, name in mirrored if key is not None} | {
        key: person.name for key, person in known.items()
    }


def lines(sheet: Sheet, rows: Iterable[Model]) -> list[tuple[int, list[SetupCell]]]:
    """Id and cells of each row."""
    known = names() if PEOPLE & set(sheet.columns) else {}
    return [
        (row.pk, [_cell(sheet, row, name, known) for name in sheet.columns])
        for row in rows
    ]


def _cell(sheet: Sheet, row: Model, name: str, known: dict[int, str]) -> SetupCell:
    value, head = getattr(row, name), label_of(sheet.model, name)
    field = sheet.form.base_fields.get(name)
    if isinstance(field, ChoiceField):
        choices: Any = field.choices
        words = {str(key): str(word) for key, word in choices}
        return SetupCell(head, words.get(str(value)) or shown(value), is_number=False)
    if name in PEOPLE:
        return SetupCell(
            head, known.get(value) or _("person %d") % value, is_number=False
        )
    word = getattr(row, f"get_{name}_display", None)
    if callable(word):
        return SetupCell(head, str(word()), is_number=False)
    is_number = isinstance(value, int | Decimal) and not isinstance(value, bool)
    return SetupCell(head, shown(value), is_number)


def shown(value: Any) -> str:
    """A value of any kind as people write it."""
    if value is None or value == "":
        return NOTHING
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, Decimal | int):
        return dotted(Decimal(value))
    if hasattr(value, "hour"):
        return moment(value)
    return day(value) if hasattr(value, "year") else str(value)


def title_of(sheet: Sheet, row: Model) -> str:
    """The first words of a row."""
    cells = lines(sheet, [row])[0][1]
    words = [cell.text for cell in cells[:2] if cell.text != NOTHING]
    return " · ".join(words) or f"{_(sheet.title)} {row.pk}"


def history(row: Model) -> list[Entry]:
    """History of a row, newest first, with the values before and after."""
    # The chain of a role hangs on the person: it may be given before the first login.
    about = UserRole(pk=row.user_id) if isinstance(row, UserRole) else row
    return [
        _told(event, type(row)) for event in events_about(about).reverse()[:HISTORY]
    ]


def _told(event: Event, model: type[Model]) -> Entry:
    role = str((event.after or {}).get("role", "")) if "role." in event.kind else ""
    return entry_of(
        event,
        what=f"{words_of(event)} {role.upper()}".strip(),
        changes=_differences(event, model) if kind_of(event.kind).is_edit else (),
    )


def _differences(event: Event, model: type[Model]) -> list[Difference]:
    was, now = event.before or {}, event.after or {}
    return [
        Difference(
            label_of(model, name), _told_value(was.get(name)), _told_value(value)
        )
        for name, value in now.items()
        if was.get(name) != value
    ]


def _told_value(value: Any) -> str:
    if isinstance(value, list):
        return "; ".join(_step_words(step) for step in value)
    return shown(value)


def _step_words(step: Any) -> str:
    """A step of an approval rule as its event keeps it."""
    if not isinstance(step, dict):
        return str(step)
    people = User.objects.filter(pk__in=step.get("people", []))
    who = [str(step.get("role", "")).upper(), *map(str, people)]
    mode = _("everyone") if step.get("mode") == "everyone" else _("any one")
    return f"{mode}: {', '.join(name for name in who if name)}"
