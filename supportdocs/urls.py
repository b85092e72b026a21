"""Pages under /documents/."""

from django.urls import path

from supportdocs.views import jobs, library, records, uploads

app_name = "supportdocs"
urlpatterns = [
    path("", library.DocumentList.as_view(), name="document_list"),
    path(
        "totals/", library.DocumentList.as_view(part="totals"), name="document_totals"
    ),
    path("excel/", library.document_excel, name="document_excel"),
    path("upload/", uploads.document_upload, name="document_upload"),
    path("preview/<str:key>/", records.document_preview, name="document_preview"),
    path("<int:pk>/", records.document_detail, name="document_detail"),
    path("<int:pk>/replace/", uploads.document_replace, name="document_replace"),
    path("<int:pk>/rename/", records.document_rename, name="document_rename"),
    path("<int:pk>/delete/", records.document_delete, name="document_delete"),
    path("<int:pk>/restore/", records.document_restore, name="document_restore"),
    path("<int:pk>/listing/", records.document_listing, name="document_listing"),
    path("<int:pk>/read/", records.document_read, name="document_read"),
    path("<int:pk>/<int:number>/file/", records.document_file, name="document_file"),
    path("<int:pk>/<int:number>/image/", records.document_image, name="document_image"),
    path(
        "<int:pk>/<int:number>/view/", records.document_viewer, name="document_viewer"
    ),
    path("jobs/", jobs.job_list, name="job_list"),
    path("jobs/excel/", jobs.job_excel, name="job_excel"),
    path("jobs/new/", jobs.job_add, name="job_add"),
    path("jobs/<int:job_id>/", jobs.job_detail, name="job_detail"),
    path("jobs/<int:job_id>/find/", jobs.job_find, name="job_find"),
    path("jobs/<int:job_id>/tick/", jobs.job_tick, name="job_tick"),
    path("jobs/<int:job_id>/remove/", jobs.job_remove, name="job_remove"),
    path("jobs/<int:job_id>/restore/", jobs.job_restore, name="job_restore"),
]
