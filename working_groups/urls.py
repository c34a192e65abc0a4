from django.urls import path

from . import views

urlpatterns = [
    path("groups/<slug:group>/<slug:draft>/bilingual/", views.bilingual, name="bilingual"),
    path("groups/<slug:group>/<slug:draft>/versions/", views.versions, name="versions"),
    path("groups/<slug:group>/<slug:draft>/versions/<int:number>/", views.version, name="version"),
]
