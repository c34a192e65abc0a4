from django.urls import path

from . import feeds

urlpatterns = [
    path("drafts/", feeds.drafts, name="feed_drafts"),
    path("comments/<slug:group>/<slug:draft>/", feeds.comments, name="feed_comments"),
    path("themes/<slug:slug>/", feeds.theme, name="feed_theme"),
    path("search/", feeds.search, name="feed_search"),
]
