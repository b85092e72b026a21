"""The paths of support documents (docs/contract.md#support-documents)."""

from core.http.api import any_case
from supportdocs import api

JOBS = "api/support-engineering-documents"

urlpatterns = [
    *any_case("supporttables", api.DocumentsEndpoint, "documents"),
    *any_case("supporttables/<int:pk>", api.DocumentEndpoint, "document"),
    *any_case("supporttables/<int:pk>/upload", api.UploadEndpoint, "document-upload"),
    *any_case(
        "supporttables/<int:pk>/download", api.DownloadEndpoint, "document-download"
    ),
    *any_case(
        "supporttables/download/<str:file_name>",
        api.StoredDownloadEndpoint,
        "document-stored",
    ),
    *any_case(JOBS, api.JobsEndpoint, "job-documents"),
    *any_case(f"{JOBS}/<int:job_id>", api.JobEndpoint, "job-document"),
    *any_case(
        f"{JOBS}/<int:job_id>/supporttableid",
        api.JobDocumentsEndpoint,
        "job-documents-set",
    ),
]
