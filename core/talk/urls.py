"""Pages under /talk/."""

from django.urls import path

from core.talk import views

app_name = "talk"
urlpatterns = [
    path("names/", views.names, name="names"),
    path("comments/<int:pk>/", views.comment_place, name="comment"),
    path("comments/<int:pk>/edit/", views.comment_edit, name="edit"),
    path("comments/<int:pk>/strike/", views.comment_strike, name="strike"),
    path("files/<int:pk>/", views.comment_file, name="file"),
    path("<slug:kind>/<int:pk>/", views.record_talk, name="record"),
    path("<slug:kind>/<int:pk>/say/", views.say, name="say"),
    path("<slug:kind>/<int:pk>/follow/", views.record_follow, name="follow"),
]
