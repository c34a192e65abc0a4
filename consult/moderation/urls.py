from django.urls import path

from .views import appeal

urlpatterns = [
    path(
        "receipt/<str:code>/comments/<int:number>/appeal/",
        appeal.make_appeal,
        name="appeal_comment",
    ),
]
