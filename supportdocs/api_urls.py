"""The paths of support documents (docs/contract.md#support-documents)."""

from core.http.api import given
from supportdocs import api

JOBS = "api/support-engineering-documents"

urlpatterns = [
    *given("supporttables", api.DocumentsEndpoint, "documents"),
    *given("supporttables/<int:pk>", api.DocumentEndpoint, "document"),
    *given("supporttables/<int:pk>/upload", api.UploadEndpoint, "document-upload"),
    *given(
        "supporttables/<int:pk>/download", api.DownloadEndpoint, "document-download"
    ),
    *given(
        "supporttables/download/<str:file_name>",
        api.StoredDownloadEndpoint,
        "document-stored",
    ),
    *given(JOBS, api.JobsEndpoint, "job-documents"),
    *given(f"{JOBS}/<int:job_id>", api.JobEndpoint, "job-document"),
    *given(
        f"{JOBS}/<int:job_id>/supporttableid",
        api.JobDocumentsEndpoint,
        "job-documents-set",
    ),
]
