"""Pages of whoever holds a receipt: the code in the address is the only key."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from consult.common.limits import take

from ..models import Submission
from ..receipts import read_receipt


def by_receipt(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """`view`, given the submission in the place of the code in its address.

    The page is kept by nobody: no cache, no search engine, and no other site learns its address
    (a policy without any referrer would also take it from our own forms, which are checked by it).
    """

    @never_cache
    @wraps(view)
    def page(request: HttpRequest, code: str, **kwargs: Any) -> HttpResponseBase:
        meant = read_receipt(code)
        if meant and meant != code and request.method in ("GET", "HEAD"):
            match = request.resolver_match
            assert match is not None
            # As its address gave them, without what its pattern adds.
            captured: dict[str, Any] = {**match.captured_kwargs, "code": meant}  # type: ignore[attr-defined]
            response: HttpResponseBase = redirect(match.view_name, **captured)
        else:
            found = Submission.objects.filter(receipt=meant).select_related("draft").first()
            response = view(request, found, **kwargs) if found else unknown(request, code)
        response["X-Robots-Tag"] = "noindex, nofollow"
        response["Referrer-Policy"] = "same-origin"
        return response

    return page


def unknown(request: HttpRequest, code: str) -> HttpResponse:
    """Say that there is no such receipt; it costs the sender a token, so that nobody tries many."""
    if may_guess(request):
        error, status = _("We hold nothing under this receipt code."), 404
    else:
        error, status = _("Too many codes were tried. Please wait a few minutes."), 429
    context = {"typed": code, "error": error}
    return render(request, "submissions/look_up.html", context, status=status)


def may_guess(request: HttpRequest) -> bool:
    """Whether the sender may be wrong about a receipt once more; takes the token if so."""
    per_hour = settings.RECEIPT_LOOKUPS_PER_HOUR
    return take(request, "receipt", burst=per_hour, per_hour=per_hour)
