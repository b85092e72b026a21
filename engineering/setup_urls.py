"""Pages of the tables under /setup/."""

from engineering.views.tables import TABLES

app_name = "engineering_setup"
urlpatterns = [pattern for table in TABLES for pattern in table.urls()]
