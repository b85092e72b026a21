"""Support documents with their files, and which job has which."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from core.db.search import plain_words
from legacy import mending
from legacy.aggregates import Aggregate, Built, OldRow, Outcome
from legacy.areas.area import Area, Chain
from legacy.files import PROGRAMS, Kept, by_content, extension_in, keep
from legacy.source import Source
from legacy.world import World
from supportdocs.models import (
    DocumentContent,
    DocumentVersion,
    FormerName,
    SupportEngineeringDocument,
    SupportJob,
    SupportTable,
)

TABLE, LINKS = "SupportTables", "SupportEngineeringDocuments"
EVENT, JOB_EVENT = "document.imported", "job.imported"
FOLDER = "documents"
# Programs: nobody is handed one, and none is lost.
APART = "quarantine"
MAX_FILE_NAME, MAX_STORED = 150, 120
OLD_OFFICE = frozenset({"doc", "xls", "ppt"})
UUID_LENGTH = 36


# --- Documents ---------------------------------------------------------------------


def know_names(source: Source, world: World) -> Sequence[Built]:
    """The first document of each name: the others are marked, and kept."""
    rows = source.rows("SELECT MIN(`Id`) n FROM `SupportTables` GROUP BY LOWER(`Name`)")
    world.first_documents = {int(row["n"]) for row in rows}
    return ()


def build(whole: Aggregate, world: World) -> Built:
    """A document, with its file where there is one that may be kept."""
    built, row = Built(), whole.root
    made = mending.first_known(row["CreatedAt"], row["UpdatedAt"]) or world.now
    name = row.take("Name", mending.clipped(row["Name"], 300, "document_name_too_long"))
    document = SupportTable(
        pk=row.id,
        name=" ".join(name.split()) or f"#{row.id}",
        created_at=made,
        updated_at=mending.moment(row["UpdatedAt"]) or made,
        deleted_at=mending.moment(row["DeletedAt"]),
    )
    if document.deleted_at:
        row.mark("document_deleted")
    if row.id not in world.first_documents:
        row.mark("document_same_name")
    built.rows.append(document)
    built.rows.append(
        DocumentContent(document=document, words=plain_words(document.name))
    )
    version = _file(row, document, world, built)
    built.became(row, document)
    said = row.claim | {"sha256": whole.sha256, "name": document.name}
    if version is not None:
        said |= {"file": version.name, "size": version.size}
    digest = version.sha256 if version else ""
    built.tell(document, EVENT, said, revision=1 if version else None, digest=digest)
    return built


def _file(
    row: OldRow, document: SupportTable, world: World, built: Built
) -> DocumentVersion | None:
    stored = mending.text(row["FilePath"]).strip()
    path = _found(row, stored, world)
    if path is None:
        return None
    name = (
        stored[UUID_LENGTH + 1 :]
        if stored[UUID_LENGTH : UUID_LENGTH + 1] == "_"
        else stored
    )
    is_program = extension_in(name) in PROGRAMS or by_content(path) in PROGRAMS
    kept = keep(path, APART if is_program else FOLDER, row.id, extension_in(name))
    if is_program:
        row.mark("document_program", "FilePath", stored)
        row.old["keptAs"] = kept.stored_name
        return None
    version = _version(row, document, name, kept)
    built.rows += [version, FormerName(name=stored[:500], version=version)]
    if len(stored) > MAX_STORED:
        row.mark("document_stored_name_too_long", "FilePath", stored)
    shown = SupportTable.objects.filter(pk=document.pk)
    built.afterwards.append(lambda: shown.update(current=version))
    return version


def _found(row: OldRow, stored: str, world: World) -> Path | None:
    """The file in ``uploads/``; a name that leads elsewhere is never opened."""
    if not stored:
        row.mark("document_without_file")
        return None
    if "/" in stored or "\\" in stored or stored in {".", ".."}:
        row.mark("document_path_escapes", "FilePath", stored[: mending.SHOWN_OF_OLD])
        return None
    if extension_in(stored) in OLD_OFFICE:
        row.mark("document_old_office")
    path, is_other_case = world.files.upload(stored)
    if path is None:
        if extension_in(stored) in PROGRAMS:
            row.mark("document_program")
        row.mark("document_file_missing", "FilePath", stored)
    elif is_other_case:
        row.mark("document_file_case", "FilePath", stored)
    return path


def _version(
    row: OldRow, document: SupportTable, name: str, kept: Kept
) -> DocumentVersion:
    is_empty = kept.size == 0
    if is_empty:
        row.mark("document_file_empty", "FilePath", row["FilePath"])
    if not extension_in(name):
        row.mark("document_without_ending")
        name = f"{name}.{kept.extension}"
    is_read = (
        not is_empty and kept.extension not in OLD_OFFICE and kept.extension != "bin"
    )
    return DocumentVersion(
        document=document,
        number=1,
        name=name[-MAX_FILE_NAME:],
        stored_name=kept.stored_name,
        extension=kept.extension[:10],
        content_type=kept.content_type,
        size=kept.size,
        sha256=kept.sha256,
        uploaded_at=document.updated_at,
        is_damaged=is_empty,
        text_state=DocumentVersion.Text.WAITING
        if is_read
        else DocumentVersion.Text.SKIPPED,
    )


def clear(document_id: int, _world: World) -> None:
    """Take a document away; its links are written again with it."""
    SupportTable.objects.filter(pk=document_id).update(current=None)
    SupportTable.objects.filter(pk=document_id).delete()


# --- Jobs --------------------------------------------------------------------------


def know_jobs(source: Source, world: World) -> Sequence[Built]:
    """A job once, under its newest name; made before the first link to it."""
    _know(world)
    world.links = set(
        SupportEngineeringDocument.objects.values_list("job_id", "document_id")
    )
    world.known_documents = set(SupportTable.objects.values_list("pk", flat=True))
    rows = source.rows(
        "SELECT `JobId`, `JobName`, `CreatedAt`, `UpdatedAt` FROM `SupportEngineeringDocuments`"
        " ORDER BY COALESCE(`UpdatedAt`, `CreatedAt`), `Id`"
    )
    built = Built()
    for job_id, known in _names(rows).items():
        world.job_names[job_id] = known["JobName"]
        if job_id not in world.jobs:
            built.rows.append(_job(job_id, known, world))
    for job in built.rows:
        built.tell_later(job, JOB_EVENT, {"table": LINKS, "name": str(job)})
    built.afterwards.append(lambda: _know(world))
    return [built]


def _know(world: World) -> None:
    world.jobs = dict(SupportJob.objects.values_list("job_id", "pk"))


def _names(rows: list[dict[str, Any]]) -> dict[int, dict[str, Any]]:
    found: dict[int, dict[str, Any]] = {}
    for row in rows:
        first = found.get(row["JobId"], row)
        found[int(row["JobId"])] = {**row, "CreatedAt": first["CreatedAt"]}
    return found


def _job(job_id: int, row: dict[str, Any], world: World) -> SupportJob:
    made = mending.first_known(row["CreatedAt"], row["UpdatedAt"]) or world.now
    return SupportJob(
        job_id=job_id,
        job_name=mending.text(row["JobName"])[:300],
        created_at=made,
        updated_at=mending.moment(row["UpdatedAt"]) or made,
    )


def build_link(whole: Aggregate, world: World) -> Built:
    """A document of a job, once."""
    built, row = Built(), whole.root
    job = world.jobs[int(row["JobId"])]
    document = row["SupportTableId"]
    if (
        mending.text(row["JobName"])[:300]
        != mending.text(world.job_names[int(row["JobId"])])[:300]
    ):
        row.mark("job_two_names", "JobName", row["JobName"])
    made = mending.moment(row["CreatedAt"])
    if made is None:
        row.mark("job_document_year_1")
    fate = _no_link(row, (job, document), world)
    if fate:
        built.not_taken(row, fate, into=SupportJob(pk=job))
        return built
    link = SupportEngineeringDocument(
        pk=row.id,
        job_id=job,
        document_id=document,
        created_at=made or world.now,
        updated_at=mending.moment(row["UpdatedAt"]) or made or world.now,
    )
    built.rows.append(link)
    built.became(row, link)
    return built


def _no_link(row: OldRow, place: tuple[int, int | None], world: World) -> str:
    """Why a row makes no link of its own; "" where it does."""
    job, document = place
    if document is None:
        row.mark("job_document_null")
        return Outcome.MERGED
    if (job, document) in world.links:
        row.mark("job_document_twice")
        return Outcome.MERGED
    world.links.add((job, document))
    if document in world.known_documents and row["DeletedAt"] is None:
        return ""
    if document not in world.known_documents:
        row.mark("job_document_dangling")
    return Outcome.DROPPED


def clear_link(pk: int, world: World) -> None:
    """Take a link away."""
    rows = SupportEngineeringDocument.objects.filter(pk=pk)
    world.links.difference_update(rows.values_list("job_id", "document_id"))
    rows.delete()


def link_chains(pk: int) -> Chain:
    """A link's history is its job's."""
    rows = SupportEngineeringDocument.objects.filter(pk=pk)
    return [(SupportJob, rows.values_list("job_id", flat=True).first() or 0)]


def nobodys_files(_source: Source, world: World) -> Sequence[Built]:
    """Files that no row names: listed, not taken."""
    world.nobodys = [
        {"name": path.name, "size": path.stat().st_size}
        for path in world.files.nobodys()
    ]
    return ()


DOCUMENTS = (
    Area("documents", TABLE, SupportTable, build, clear, reserved={SupportTable: TABLE},
         before=know_names, orphans=nobodys_files),
    Area("jobs", LINKS, SupportEngineeringDocument, build_link, clear_link,
         reserved={SupportEngineeringDocument: LINKS}, before=know_jobs, chains=link_chains),
)  # fmt: skip
