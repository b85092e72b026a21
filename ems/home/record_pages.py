"""Names and addresses of records of any kind, for pages that list many kinds."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import (
    BooleanField,
    ExpressionWrapper,
    Model,
    Q,
    QuerySet,
    TextField,
    Value,
)
from django.db.models.functions import Left
from django.urls import reverse

from activities.models import Activity, Task
from aianalyzer.models import InquiryAiGeneration
from bom.models import BomApproval
from core.accounts.models import User, UserRole
from core.accounts.permissions import may
from core.accounts.queries import people_by_id
from core.ledger.models import Delivery
from core.talk.models import Comment
from ems.setup_index import PLACES, SetupPlace
from engineering.models import (
    ChangeNotice,
    DashboardMetrics,
    DepartmentConfig,
    EngineeringNote,
)
from supportdocs.models import SupportJob, SupportTable

Key = tuple[str, int]  # record type and id, as an event has them


@dataclass(frozen=True, slots=True)
class RecordPage:
    """A record's name and address; no address where this person can open none."""

    name: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """The page of a kind of record: its name in the URLconf, what it is addressed by, and the columns that
    name a record (``__str__`` asks for no other)."""

    view: str
    names: tuple[str, ...]
    key: str = "id"


PAGES: dict[type[Model], Place] = {
    ChangeNotice: Place("engineering:change_detail", ("number",)),
    EngineeringNote: Place("engineering:note_detail", ("text",)),
    BomApproval: Place("bom:bom_detail", ("name",), "ext_bom_leveled_id"),
    Activity: Place("activities:activity_detail", ("description",)),
    Task: Place("activities:task_detail", ("description",)),
    SupportTable: Place("supportdocs:document_detail", ("name",)),
    SupportJob: Place("supportdocs:job_detail", ("job_name",), "job_id"),
    InquiryAiGeneration: Place("aianalyzer:answer_detail", ("subject", "file_name")),
}
KINDS = {model._meta.label: model for model in PAGES}
LONGEST = 500  # of a text that names a record, more than is shown of any
# Tables of the setup: where they are set up. Of two places of one table the last counts.
SETTINGS = {place.model._meta.label: place for place in PLACES}


def record_pages(keys: Iterable[Key], user: User) -> dict[Key, RecordPage]:
    """The pages of these records; one query for all that have a page of their own."""
    ids: dict[str, set[int]] = defaultdict(set)
    for label, pk in keys:
        ids[label].add(pk)
    subjects = _subjects(Delivery, ids) | _subjects(Comment, ids)
    for label, pk in subjects.values():
        ids[label].add(pk)
    found = _records(ids) | _people(ids, user) | _settings(ids, user)
    return found | {
        key: found.get(subject, RecordPage("")) for key, subject in subjects.items()
    }


def _subjects(
    model: type[Delivery | Comment], ids: dict[str, set[int]]
) -> dict[Key, Key]:
    """The record that each delivery, or comment, is about."""
    own = model._meta.label
    wanted = ids.pop(own, set())
    rows = model._default_manager.filter(pk__in=wanted)
    columns = ("pk", "record_type", "record_id")
    found = rows.values_list(*columns) if wanted else ()
    return {(own, pk): (label, key) for pk, label, key in found}


def _records(ids: Mapping[str, set[int]]) -> dict[Key, RecordPage]:
    wanted = [(KINDS[label], keys) for label, keys in ids.items() if label in KINDS]
    if not wanted:
        return {}
    first, *rest = (_named(model, keys) for model, keys in wanted)
    found = {}
    for label, pk, key, one, other, is_kept in first.union(*rest, all=True):
        model, page = KINDS[label], PAGES[KINDS[label]]
        texts = dict(zip(page.names, (one, other), strict=False))
        name = str(model(**{"id": pk, page.key: key, **texts}))
        url = reverse(page.view, args=[key]) if is_kept else ""
        found[label, pk] = RecordPage(name, url)
    return found


def _named(model: type[Model], keys: set[int]) -> QuerySet[Any, Any]:
    """Kind, id, what the page is addressed by, two texts that name it, and whether it was not removed."""
    page = PAGES[model]
    one, *rest = (Left(name, LONGEST) for name in page.names)
    other = rest[0] if rest else Value("", output_field=TextField())
    has_bin = any(each.name == "deleted_at" for each in model._meta.fields)
    kept = Q(deleted_at=None) if has_bin else ~Q(pk=None)
    rows = model._default_manager.filter(pk__in=keys).order_by()
    return rows.values_list(
        Value(model._meta.label),
        "id",
        page.key,
        one,
        other,
        ExpressionWrapper(kept, output_field=BooleanField()),
    )


def _people(ids: Mapping[str, set[int]], user: User) -> dict[Key, RecordPage]:
    """People by our own id, and holders of roles by the auth server's."""
    label = User._meta.label
    own = User.objects.in_bulk(ids.get(label, ()))
    found = {
        (label, pk): RecordPage(str(row), _admin_url(row) if user.is_superuser else "")
        for pk, row in own.items()
    }
    role = UserRole._meta.label
    holders = people_by_id(ids.get(role, ()))
    url = _setting_url(SETTINGS[role], user) if holders else ""
    return found | {
        (role, pk): RecordPage(face.name, url) for pk, face in holders.items()
    }


def _admin_url(row: User) -> str:
    return reverse("admin:accounts_user_change", args=[row.pk])


def _settings(ids: Mapping[str, set[int]], user: User) -> dict[Key, RecordPage]:
    found = {
        (label, pk): RecordPage(_setting_name(place), _setting_url(place, user))
        for label, place in SETTINGS.items()
        if label != UserRole._meta.label
        for pk in ids.get(label, ())
    }
    return found | _figures(ids.get(DashboardMetrics._meta.label, set()), user)


def _figures(ids: set[int], user: User) -> dict[Key, RecordPage]:
    url = reverse("figures") if ids and may(user, "update_metrics") else ""
    return {(DashboardMetrics._meta.label, pk): RecordPage("", url) for pk in ids}


def _setting_name(place: SetupPlace) -> str:
    """The name of the table, or nothing where the event's own words say it."""
    return "" if place.model is DepartmentConfig else place.title


def _setting_url(place: SetupPlace, user: User) -> str:
    return place.url if may(user, place.verb) else ""
