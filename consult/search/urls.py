from django.urls import path

from . import views

urlpatterns = [
    path("search/", views.search, name="search"),
    path("search/follow/", views.follow, name="follow_search"),
]
