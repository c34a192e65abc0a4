from django.urls import path

from . import views

urlpatterns = [
    path("groups/<slug:group>/subscribe/", views.subscribe, name="subscribe_group"),
    path("groups/<slug:group>/<slug:draft>/subscribe/", views.subscribe, name="subscribe_draft"),
    path("themes/<slug:theme>/subscribe/", views.subscribe, name="subscribe_theme"),
    path("receipt/<str:code>/letters/", views.silence, name="silence"),
    path("subscriptions/<str:token>/", views.subscription, name="subscription"),
    path("subscriptions/<str:token>/confirm/", views.confirm, name="confirm_subscription"),
    path("subscriptions/<str:token>/end/", views.end, name="end_subscription"),
]
