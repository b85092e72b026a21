"""Pages under /accounts/."""

from django.urls import path

from core.accounts import views

app_name = "accounts"
urlpatterns = [
    path("login/", views.sign_in_page, name="login"),
    path("logout/", views.sign_out, name="logout"),
    path("logout-everywhere/", views.sign_out_everywhere, name="logout_everywhere"),
    path("pin/", views.pin_page, name="pin"),
    path("pin/remove/", views.pin_remove, name="pin_remove"),
    path("theme/", views.choose_theme, name="theme"),
    path("language/", views.choose_language, name="language"),
]
