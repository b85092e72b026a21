"""Pages under /setup/service-accounts/."""

from django.urls import path

from core.service_accounts import views

app_name = "service_accounts"
urlpatterns = [
    path("", views.account_list, name="account_list"),
    path("new/", views.account_new, name="account_new"),
    path("<int:pk>/", views.account, name="account"),
    path("<int:pk>/end/", views.account_end, name="account_end"),
    path("tokens/<int:pk>/end/", views.token_end, name="token_end"),
]
