"""What an import did, and what people must do: as JSON, as a page, as an Excel file."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import IO, Any

import orjson
from django.conf import settings
from django.db.models import Count
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from activities.models import Activity
from bom.models import BomApproval
from core.accounts.models import User
from core.approvals.models import Status
from core.files.xlsx import write_workbook
from legacy.defects import TREATMENTS
from legacy.files import digest_of
from legacy.models import LegacyRow, LegacyRun
from legacy.world import World

WORKBOOK = "report.xlsx"
SHOWN = 20
PAGES = {
    "engineering.ChangeNotice": "engineering:change_detail",
    "activities.Activity": "activities:activity_detail",
    "activities.Task": "activities:task_detail",
    "supportdocs.SupportTable": "supportdocs:document_detail",
}


def collect(run: LegacyRun, world: World) -> dict[str, Any]:
    """The whole report of a run, from what became of each row; of long lists the first twenty."""
    return {
        "source": run.source,
        "started": run.started_at.isoformat(),
        "finished": run.finished_at.isoformat() if run.finished_at else None,
        "read": run.read,
        "written": run.written,
        "fingerprint": run.fingerprint,
        "tables": _tables(run),
        "defects": _defects(),
        "people": _people(),
        "bomsToSignAgain": _boms(),
        "workOrdersAtPpic": _work_orders(),
        "filesOfNobody": _files(world),
        "conflicts": LegacyRow.objects.conflicts().count(),
        "gone": LegacyRow.objects.gone().count(),
        "quarantined": LegacyRow.objects.quarantined().count(),
        "fromPpic": {"parts": len(world.parts), "boms": world.boms is not None},
    }


def _tables(run: LegacyRun) -> list[dict[str, Any]]:
    rows = (
        LegacyRow.objects.order_by().values("table", "outcome").annotate(n=Count("pk"))
    )
    counts = {(row["table"], row["outcome"]): row["n"] for row in rows}
    names = [each.value for each in LegacyRow.Outcome]
    return [
        {"table": table, "read": print_["rows"]}
        | {name: counts.get((table, name), 0) for name in names}
        for table, print_ in sorted(run.fingerprint.items())
    ]


def marked_rows() -> Iterator[dict[str, Any]]:
    """Every row in which something was found, in order."""
    rows = LegacyRow.objects.exclude(marks=[]).order_by("table", "source_id")
    columns = ("table", "source_id", "model", "pk_here", "outcome", "marks")
    yield from rows.values(*columns).iterator(chunk_size=2000)


def _defects() -> list[dict[str, Any]]:
    counts: Counter[str] = Counter()
    firsts: dict[str, list[dict[str, Any]]] = {}
    for row in marked_rows():
        counts.update(row["marks"])
        for name in set(row["marks"]):
            shown = firsts.setdefault(name, [])
            if len(shown) < SHOWN:
                shown.append(
                    {
                        "table": row["table"],
                        "id": row["source_id"],
                        "url": address_of(row),
                    }
                )
    return [
        {
            "name": name,
            "count": counts[name],
            "treatment": str(words),
            "first": firsts.get(name, []),
        }
        for name, words in TREATMENTS.items()
    ]


def address_of(row: dict[str, Any]) -> str:
    """The page of what a row became; "" where it has none."""
    name = PAGES.get(row["model"])
    return reverse(name, args=[row["pk_here"]]) if name and row["pk_here"] else ""


def _people() -> list[dict[str, Any]]:
    rows = User.objects.filter(
        is_active=False, ext_id__isnull=False, username__startswith="#"
    )
    found = rows.order_by("ext_id").values_list("ext_id", "name")
    return [{"id": ext_id, "name": name} for ext_id, name in found]


def _boms() -> dict[str, Any]:
    rows = BomApproval.objects.waiting().filter(source=BomApproval.Source.IMPORT)
    boms = rows.filter(status=Status.PENDING).order_by("ext_bom_leveled_id")
    ids = list(boms.values_list("ext_bom_leveled_id", flat=True))
    return {"count": rows.count(), "boms": ids}


def _work_orders() -> dict[str, Any]:
    rows = Activity.objects.alive().filter(
        kind=Activity.Kind.POST_PO, has_work_order=True
    )
    ids = list(rows.order_by("pk").values_list("pk", flat=True))
    return {"count": rows.count(), "activities": ids}


def _files(world: World) -> list[dict[str, Any]]:
    paths = list(world.files.nobodys())
    return [
        {"name": path.name, "size": path.stat().st_size, "sha256": digest_of(path)}
        for path in paths
    ]


def write_report(found: dict[str, Any], folder: Path) -> list[Path]:
    """report.json, report.html and report.xlsx (every row in which something was found)."""
    folder.mkdir(parents=True, exist_ok=True)
    with override(settings.LANGUAGE_CODE), workbook(found) as book:
        paths = {
            "report.json": orjson.dumps(found, option=orjson.OPT_INDENT_2),
            "report.html": render_to_string(
                "legacy/report.html", {"report": for_readers(found)}
            ).encode(),
            WORKBOOK: book.read(),
        }
    for name, content in paths.items():
        (folder / name).write_bytes(content)
    return [folder / name for name in paths]


def for_readers(found: Mapping[str, Any]) -> dict[str, Any]:
    """The report in the language of who reads it; what people must do with links, of long lists the first."""
    defects = [
        each | {"treatment": str(TREATMENTS.get(each["name"], each["treatment"]))}
        for each in found.get("defects", ())
        if each["count"]
    ]
    return dict(found) | {
        "defects": defects,
        "todo": {name: todo.first() for name, todo in _todo(found).items()},
    }


@dataclass(frozen=True, slots=True)
class Todo:
    """What people must do about rows of one table; keys: ids or names, view: the page of one."""

    keys: Sequence[Any]
    table: str = ""
    view: str = ""

    def url(self, key: Any) -> str:
        """The page of one, if there is any."""
        return reverse(self.view, args=[key]) if self.view else ""

    def first(self) -> dict[str, Any]:
        """How many, and the first of them with their pages."""
        shown = self.keys[:SHOWN]
        return {
            "count": len(self.keys),
            "first": [{"id": key, "url": self.url(key)} for key in shown],
            "more": len(self.keys) - len(shown),
        }


def _todo(found: Mapping[str, Any]) -> dict[str, Todo]:
    """What people must do, by what it is; nothing of a run that was stopped."""
    boms = found.get("bomsToSignAgain", {}).get("boms", ())
    orders = found.get("workOrdersAtPpic", {}).get("activities", ())
    people = [each["id"] for each in found.get("people", ())]
    files = [each["name"] for each in found.get("filesOfNobody", ())]
    return {
        "boms": Todo(boms, "BomApprovals", "bom:bom_detail"),
        "orders": Todo(orders, "EngineeringActivities", PAGES["activities.Activity"]),
        "people": Todo(people),
        "files": Todo(files),
    }


TODO_WORDS: Mapping[str, Any] = {
    "boms": gettext_lazy("is signed again, on the content that PPIC has now"),
    "orders": gettext_lazy("PPIC matches its work order before the first edit"),
    "people": gettext_lazy("a person in no directory"),
    "files": gettext_lazy("a file that no row names; not taken"),
}


def workbook(found: Mapping[str, Any] | None = None) -> IO[bytes]:
    """What people must do, and every row in which something was found, as an Excel file."""
    heads = [_("Table"), _("Id"), _("Outcome"), _("Found"), _("Treatment"), _("Page")]
    todo = (
        (
            each.table,
            key,
            "",
            _("What people must do"),
            str(TODO_WORDS[name]),
            each.url(key),
        )
        for name, each in _todo(found or {}).items()
        for key in each.keys
    )
    rows = (
        (row["table"], row["source_id"], row["outcome"], name, str(TREATMENTS.get(name, "")),
         address_of(row))
        for row in marked_rows()
        for name in row["marks"]
    )  # fmt: skip
    widths = (34, 10, 14, 30, 60, 30)
    return write_workbook(_("Import"), heads, chain(todo, rows), widths)
