"""Pages under /changes/."""

from django.urls import path

from engineering.views import changes, editing, notes, pickers

app_name = "engineering"
urlpatterns = [
    path("", changes.ChangeList.as_view(), name="change_list"),
    path("totals/", changes.ChangeList.as_view(part="totals"), name="change_totals"),
    path("excel/", changes.change_excel, name="change_excel"),
    path("new/", editing.change_new, name="change_new"),
    path("notes/", notes.note_list, name="note_list"),
    path("notes/new/", notes.note_new, name="note_new"),
    path("notes/<int:pk>/", notes.note_detail, name="note_detail"),
    path("notes/<int:pk>/edit/", notes.note_edit, name="note_edit"),
    path("notes/<int:pk>/remove/", notes.note_remove, name="note_remove"),
    path("notes/<int:pk>/file/", notes.note_file, name="note_file"),
    path("pick/part/", pickers.pick_part, name="pick_part"),
    path("pick/prices/", pickers.prices, name="prices"),
    path("pick/<str:what>/", pickers.pick, name="pick"),
    path("<int:pk>/", changes.change_detail, name="change_detail"),
    path("<int:pk>/edit/", editing.change_edit, name="change_edit"),
    path("<int:pk>/decide/", changes.change_decide, name="change_decide"),
    path("<int:pk>/resubmit/", changes.change_resubmit, name="change_resubmit"),
    path("<int:pk>/withdraw/", changes.change_withdraw, name="change_withdraw"),
    path("<int:pk>/attach/", changes.change_attach, name="change_attach"),
    path("<int:pk>/files/<int:file_id>/", changes.change_file, name="change_file"),
    path(
        "<int:pk>/files/<int:file_id>/remove/",
        changes.change_file_remove,
        name="change_file_remove",
    ),
    path("<int:pk>/print/", changes.change_print, name="change_print"),
    path("<int:pk>/sheet/", changes.change_sheet, name="change_sheet"),
    path("<int:pk>/receipt/", changes.change_receipt, name="change_receipt"),
    path(
        "<int:pk>/receipt/file/",
        changes.change_receipt_file,
        name="change_receipt_file",
    ),
]
