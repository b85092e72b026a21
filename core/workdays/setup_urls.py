"""Pages of the working calendar under /setup/."""

from django.urls import path

from core.workdays.views import setup

app_name = "workdays_setup"
urlpatterns = [
    path("holidays/paste/", setup.holidays_paste, name="holidays_paste"),
    *(pattern for table in setup.TABLES for pattern in table.urls()),
]
