from django.urls import path

from .views import difference, documents, reading, window

VERSION = "groups/<slug:group>/<slug:draft>/versions/<int:number>/"

urlpatterns = [
    path("groups/<slug:group>/<slug:draft>/bilingual/", reading.bilingual, name="bilingual"),
    path("groups/<slug:group>/<slug:draft>/calendar.ics", window.calendar, name="calendar"),
    path("groups/<slug:group>/<slug:draft>/versions/", reading.versions, name="versions"),
    path(VERSION, reading.version, name="version"),
    path(
        "groups/<slug:group>/<slug:draft>/versions/<int:older>...<int:newer>/",
        difference.difference,
        name="difference",
    ),
    path(f"{VERSION}print/", documents.print_version, name="print"),
    # text.pdf, both.pdf, text.docx, both.docx; their names are those, with a line below.
    *(
        path(
            f"{VERSION}{name}.{kind}",
            documents.file,
            {"name": name, "kind": kind},
            name=f"{name}_{kind}",
        )
        for kind in documents.TYPES
        for name in ("text", "both")
    ),
]
