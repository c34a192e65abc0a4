from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A page that says what to do, in the reader's language, in place of Django's own."""
    return render(request, "403_csrf.html", status=403)
