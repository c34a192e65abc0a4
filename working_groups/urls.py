from django.urls import path

from .views import difference, reading, window

urlpatterns = [
    path("groups/<slug:group>/<slug:draft>/bilingual/", reading.bilingual, name="bilingual"),
    path("groups/<slug:group>/<slug:draft>/calendar.ics", window.calendar, name="calendar"),
    path("groups/<slug:group>/<slug:draft>/versions/", reading.versions, name="versions"),
    path(
        "groups/<slug:group>/<slug:draft>/versions/<int:number>/", reading.version, name="version"
    ),
    path(
        "groups/<slug:group>/<slug:draft>/versions/<int:older>...<int:newer>/",
        difference.difference,
        name="difference",
    ),
]
