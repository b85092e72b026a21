"""Files compared by SHA-256: as the old server has them, and as EMS's download paths give them."""

from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote

from core.accounts.models import User
from engineering.models import ChangeAttachment
from legacy.aggregates import OldRow
from legacy.differences import Found
from legacy.ems_api import file_digest
from legacy.files import OldFiles, digest_of
from legacy.models import LegacyRow
from legacy.small_tables import all_rows
from legacy.source import Rows

DOCUMENTS, CHANGES = "SupportTables", "EngineeringDetailProblems"
OldDigest = Callable[[OldRow], str]
# What the import found of a file that it did not hand on.
APART = {
    "document_program": "program kept apart",
    "document_file_empty": "empty file",
    "document_path_escapes": "path leads elsewhere",
    "document_file_case": "letter case forgiven",
    "ecn_file_empty": "empty file",
}


def in_folder(files: OldFiles) -> tuple[OldDigest, OldDigest]:
    """Digests of documents and of approval documents in a copy of the old folder; "" without a file."""

    def of_document(row: OldRow) -> str:
        stored = str(row["FilePath"] or "").strip()
        return _digest(files.upload(stored)[0] if stored else None)

    def of_change(row: OldRow) -> str:
        return _digest(files.of_change(row.id))

    return of_document, of_change


def _digest(path: Path | None) -> str:
    return digest_of(path) if path else ""


def compare_files(
    source: Rows, old: tuple[OldDigest, OldDigest], reader: User, found: Found
) -> Iterator[str]:
    """Every document and every approval document; the name of each kind when it is done."""
    marks = _marks()
    for row in all_rows(source, DOCUMENTS):
        _compare_document(row, old[0](row), reader, marks, found)
    yield "files of documents"
    for row in all_rows(source, CHANGES):
        _compare_change(row, old[1](row), reader, marks, found)
    yield "files of changes"


def _marks() -> dict[tuple[str, int], str]:
    """Why the file of a row is not handed on, as the import kept it."""
    found = {}
    rows = LegacyRow.objects.filter(table__in=(DOCUMENTS, CHANGES)).exclude(marks=[])
    for table, key, marks in rows.values_list("table", "source_id", "marks").iterator():
        why = next((APART[name] for name in marks if name in APART), "")
        if why:
            found[table, key] = why
    return found


def _compare_document(
    row: OldRow,
    old: str,
    reader: User,
    marks: dict[tuple[str, int], str],
    found: Found,
) -> None:
    place = f"/supporttables/{row.id}/download"
    new = file_digest(place, reader)
    if not old and not new:
        return
    found.compared["files"] += 1
    if old != new:
        why = "" if old and new else _why_none(row, marks)
        found.explain_or_tell(why, place, "sha256", old, new)
        return
    stored = quote(str(row["FilePath"]).strip(), safe="")
    if file_digest(f"/supporttables/download/{stored}", reader) != old:
        found.strange(place, "old name", stored, None)


def _why_none(row: OldRow, marks: dict[tuple[str, int], str]) -> str:
    deleted = "deleted row" if row["DeletedAt"] is not None else ""
    return marks.get((row.table, row.id), "") or deleted


def _compare_change(
    row: OldRow,
    old: str,
    reader: User,
    marks: dict[tuple[str, int], str],
    found: Found,
) -> None:
    if not old:
        return
    found.compared["files"] += 1
    place = f"/engineeringDetailProblems/{row.id}/photo"
    new = file_digest(place, reader)
    if old == new:
        return
    newer = ChangeAttachment.objects.alive().filter(change=row.id)
    is_newer = bool(new) and newer.count() > 1
    why = "another file since" if is_newer else "" if new else _why_none(row, marks)
    found.explain_or_tell(why, place, "sha256", old, new)
