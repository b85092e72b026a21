"""Pages under /bom/; the key is PPIC's id of the BOM."""

from django.urls import path

from bom.views import lists, records

app_name = "bom"
urlpatterns = [
    path("", lists.BomList.as_view(), name="bom_list"),
    path("totals/", lists.BomList.as_view(part="totals"), name="bom_totals"),
    path("excel/", lists.bom_excel, name="bom_excel"),
    path("new/", lists.bom_new, name="bom_new"),
    path("<int:bom_id>/", records.bom_detail, name="bom_detail"),
    path("<int:bom_id>/excel/", records.bom_content_excel, name="bom_content_excel"),
    path("<int:bom_id>/sheet/", records.bom_sheet, name="bom_sheet"),
    path("<int:bom_id>/receipt/", records.bom_receipt, name="bom_receipt"),
    path(
        "<int:bom_id>/receipt/file/", records.bom_receipt_file, name="bom_receipt_file"
    ),
    path("<int:bom_id>/decide/", records.bom_decide, name="bom_decide"),
    path("<int:bom_id>/invite/", records.bom_invite, name="bom_invite"),
    path("<int:bom_id>/remove/", records.bom_remove, name="bom_remove"),
    path("<int:bom_id>/resend/", records.bom_resend, name="bom_resend"),
    path("<int:bom_id>/compare/", records.bom_compare, name="bom_compare"),
    path(
        "<int:bom_id>/compare/excel/",
        records.bom_compare_excel,
        name="bom_compare_excel",
    ),
]
