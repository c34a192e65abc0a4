"""The public ledger: its rows, one looked up, and proofs to check without us."""

from typing import Any

from django.conf import settings
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from ..models import LedgerEntry, LedgerHead, Submission
from ..proofs import chain, proof_of
from ..receipts import read_receipt
from .by_receipt import by_receipt, may_guess

ROWS_A_PAGE = 100
DIGEST_LENGTH = 64
VERIFIER = settings.BASE_DIR / "docs" / "verify_proof.py"


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def ledger(request: HttpRequest) -> HttpResponse:
    """The chain's head and its rows, newest first; the rows of one receipt, or with one digest.

    A receipt is sent by POST, so that it stands in no address and no log.
    """
    typed = (request.POST if request.method == "POST" else request.GET).get("of", "").strip()
    found, error, status = _find(request, typed) if typed else (None, "", 200)
    rows = LedgerEntry.objects.order_by("-sequence")
    context: dict[str, Any] = {
        "head": LedgerHead.objects.filter(pk=1).first(),
        "rows": Paginator(rows, ROWS_A_PAGE).get_page(request.GET.get("page")),
        "typed": typed[:200],
        "found": found,
        "error": error,
    }
    return render(request, "submissions/ledger.html", context, status=status)


def _find(request: HttpRequest, typed: str) -> tuple[list[LedgerEntry], str, int]:
    """The rows that `typed` names, or why there are none."""
    digest = typed.lower()
    is_digest = len(digest) == DIGEST_LENGTH and set(digest) <= set("0123456789abcdef")
    code = None if is_digest else read_receipt(typed)
    if is_digest:
        rows = LedgerEntry.objects.filter(content_digest=digest)
    elif code:
        rows = LedgerEntry.objects.filter(submission__receipt=code)
    else:
        return [], _("That is neither a receipt code nor a digest of 64 signs."), 422
    if found := list(rows.order_by("sequence")):
        return found, "", 200
    if not may_guess(request):
        return [], _("Too many codes were tried. Please wait a few minutes."), 429
    return [], _("No row of the ledger has it."), 404


@require_safe
def proof(request: HttpRequest) -> HttpResponseBase:
    """The chain as JSON Lines, or its rows from `from` to `to`: digests only."""
    bounds: list[int | None] = []
    for name in ("from", "to"):
        typed = request.GET.get(name, "")
        if typed and not (typed.isascii() and typed.isdigit() and len(typed) < 16):
            words = _("“%(name)s” is the number of a row.") % {"name": name}
            return JsonResponse({"error": words}, status=422)
        bounds.append(int(typed) if typed else None)
    first, last = bounds
    return StreamingHttpResponse(
        chain(first or 1, last),
        content_type="application/x-ndjson",
        headers={"Content-Disposition": 'attachment; filename="ledger.jsonl"'},
    )


@require_safe
def verifier(request: HttpRequest) -> HttpResponse:
    """The program that checks a proof, as it stands in the documentation."""
    return HttpResponse(
        VERIFIER.read_bytes(),
        content_type="text/x-python; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{VERIFIER.name}"'},
    )


@require_safe
@by_receipt
def own_proof(request: HttpRequest, submission: Submission) -> HttpResponse:
    """One's own rows with what they vouch for, to check and to keep."""
    name = f"{submission.receipt}.proof.json"
    return JsonResponse(
        proof_of(submission),
        json_dumps_params={"ensure_ascii": False, "indent": 1},
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
