"""Files of the store: all that lie there, and those that rows name."""

from collections.abc import Iterator

from django.core.files.storage import default_storage

from aianalyzer.models import InquiryAiGeneration
from core.ledger.tasks import FOLDER as CHECKPOINTS
from core.talk.models import CommentFile
from ems.jobs import FOLDERS
from engineering.models import ChangeAttachment
from supportdocs.models import DocumentVersion

NAMING = (DocumentVersion, ChangeAttachment, CommentFile, InquiryAiGeneration)


def stored_files() -> Iterator[str]:
    """Names of all files in the store, folder by folder."""
    for folder in (*FOLDERS, CHECKPOINTS):
        try:
            _folders, names = default_storage.listdir(folder)
        except FileNotFoundError:
            continue
        yield from (f"{folder}/{name}" for name in sorted(names))


def missing_files() -> Iterator[str]:
    """Names in rows that the store does not have."""
    for model in NAMING:
        rows = model.objects.exclude(stored_name="").order_by("pk")
        for name in rows.values_list("stored_name", flat=True).iterator():
            if not default_storage.exists(name):
                yield name
