from collections.abc import Callable

from django.http import HttpRequest, HttpResponse


class OpenToAllOrigins:
    """Let scripts of any site read the interface for programs; nothing private is in it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path_info.startswith("/api/"):
            return self.get_response(request)
        if request.method == "OPTIONS":
            # What a browser asks before it sends a tag along.
            response = HttpResponse(status=204)
            response["Access-Control-Allow-Methods"] = "GET, OPTIONS"
            response["Access-Control-Allow-Headers"] = "If-None-Match"
            response["Access-Control-Max-Age"] = "86400"
        else:
            response = self.get_response(request)
            response["Access-Control-Expose-Headers"] = "ETag, Retry-After"
        response["Access-Control-Allow-Origin"] = "*"
        return response
