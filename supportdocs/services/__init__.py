"""The verbs of support documents, each written once."""

from supportdocs.services.documents import (
    add_document,
    add_version,
    delete_document,
    keep_file,
    list_document,
    rename_document,
    restore_document,
    upload_document,
    upload_version,
)
from supportdocs.services.downloads import serve_version
from supportdocs.services.integrity import scrub_files
from supportdocs.services.jobs import (
    add_job_documents,
    remove_job,
    remove_job_document,
    restore_job,
    set_job_documents,
)
from supportdocs.services.text_extraction import (
    read_again,
    read_outdated,
    read_waiting,
)

__all__ = [
    "add_document",
    "add_job_documents",
    "add_version",
    "delete_document",
    "keep_file",
    "list_document",
    "read_again",
    "read_outdated",
    "read_waiting",
    "remove_job",
    "remove_job_document",
    "rename_document",
    "restore_document",
    "restore_job",
    "scrub_files",
    "serve_version",
    "set_job_documents",
    "upload_document",
    "upload_version",
]
