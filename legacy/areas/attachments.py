"""The document of an approval, which the old system kept as ``files/ecn_doc_{id}``."""

from typing import Any

from engineering.models import ChangeAttachment, ChangeNotice
from legacy import mending
from legacy.aggregates import Built, OldRow
from legacy.files import extension_in, keep
from legacy.world import World

FOLDER = "attachments"
MAX_NAME = 200


def attachment_of(
    row: OldRow, change: ChangeNotice, world: World, built: Built
) -> dict[str, Any]:
    """Attach it under the name that the record gives; what the history says of it."""
    name = mending.text(row["ApprovalFileName"]).strip()
    path = world.files.of_change(row.id)
    if path is None:
        if name:
            row.mark("ecn_file_missing", "ApprovalFileName", name[:MAX_NAME])
        return {}
    if not path.stat().st_size:
        row.mark("ecn_file_empty", "ApprovalFileName", name[:MAX_NAME] or path.name)
        return {}
    kept = keep(path, FOLDER, row.id, extension_in(name))
    if not name:
        row.mark("ecn_file_without_name")
        name = f"{change.number}.{kept.extension}".replace("/", "-")
    if world.importer is None:
        return {}
    built.rows.append(
        ChangeAttachment(
            change=change,
            name=name[-MAX_NAME:],
            stored_name=kept.stored_name,
            content_type=kept.content_type,
            size=kept.size,
            sha256=kept.sha256,
            uploaded_by=world.importer,
            uploaded_at=change.updated_at,
            purpose=ChangeAttachment.Purpose.EARLIER,
            revision=change.revision,
        )
    )
    return {"name": name, "size": kept.size, "sha256": kept.sha256}
