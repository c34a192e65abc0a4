from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.documents import urls as wagtaildocs_urls

from consult.open_data.api import api
from consult.open_data.docs import docs
from consult.open_data.views import healthz

urlpatterns = [
    path("healthz", healthz),
    path("api/v1/docs", docs, name="api_docs"),
    path("api/v1/", api.urls),
    path("feeds/<str:code>/", include("consult.open_data.urls")),
    path("admin/", include(wagtailadmin_urls)),
    path("documents/", include(wagtaildocs_urls)),
    *i18n_patterns(
        path("", include("working_groups.urls")),
        path("", include("consult.submissions.urls")),
        path("", include("consult.moderation.urls")),
        path("", include("consult.notices.urls")),
        path("", include("consult.search.urls")),
        path("", include(wagtail_urls)),
        prefix_default_language=True,
    ),
]
