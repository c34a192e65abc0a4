from django.http import HttpRequest, HttpResponseBase
from django.middleware.locale import LocaleMiddleware

UNPREFIXED = (
    "/admin/",
    "/api/",
    "/documents/",
    "/feeds/",
    "/healthz",
    "/media/",
    "/static/",
)


class SiteLocaleMiddleware(LocaleMiddleware):
    """Languages by address prefix, for the site only.

    Wagtail's catch-all pattern matches any path, so the stock class would turn every 404 under
    /admin/ or /api/ into a redirect to /es/admin/…
    """

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        if response.status_code == 404 and request.path_info.startswith(UNPREFIXED):
            return response
        return super().process_response(request, response)
