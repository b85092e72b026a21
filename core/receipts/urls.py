"""The page behind the code on a sheet."""

from django.urls import path

from core.receipts import views

app_name = "receipts"
urlpatterns = [path("<str:code>/", views.verify, name="verify")]
