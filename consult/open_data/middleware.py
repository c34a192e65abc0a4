from collections.abc import Callable

from django.http import HttpRequest, HttpResponse


class OpenToAllOrigins:
    """Let scripts of any site read the interface for programs; nothing private is in it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.path_info.startswith("/api/"):
            response["Access-Control-Allow-Origin"] = "*"
        return response
