"""One's own submission, found again by its receipt; and the public ledger."""

from django.conf import settings
from django.core.paginator import Paginator
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from consult.common.limits import take

from ..carry_over import mark
from ..models import Comment, LedgerEntry, LedgerHead, Submission
from ..receipts import read_receipt

LEDGER_ROWS_PER_PAGE = 100


@never_cache
@require_safe
def look_up(request: HttpRequest) -> HttpResponse:
    """Ask for a receipt code, and lead to its page."""
    typed = request.GET.get("code", "")
    if not typed.strip():
        return render(request, "submissions/look_up.html")
    code = read_receipt(typed)
    if code is None:
        error = _("That is no receipt code. Please compare it with yours, sign by sign.")
        context = {"typed": typed, "error": error}
        return render(request, "submissions/look_up.html", context, status=422)
    return redirect("receipt", code)


@never_cache
@require_safe
def receipt(request: HttpRequest, code: str, as_text: bool = False) -> HttpResponse:
    """What was sent under `code`, and what became of each comment; `as_text`: as a file to keep."""
    meant = read_receipt(code)
    if meant and meant != code:
        return redirect("receipt_text" if as_text else "receipt", meant)
    submission = (
        Submission.objects.filter(receipt=meant)
        .select_related("draft")
        .prefetch_related(
            Prefetch(
                "comments",
                Comment.objects.select_related("section", "version").prefetch_related("themes"),
            ),
            "answers",
        )
        .first()
    )
    if submission is None:
        per_hour = settings.RECEIPT_LOOKUPS_PER_HOUR
        within_limits = take(request, "receipt", burst=per_hour, per_hour=per_hour)
        if within_limits:
            error, status = _("We hold nothing under this receipt code."), 404
        else:
            error, status = _("Too many codes were tried. Please wait a few minutes."), 429
        context = {"typed": code, "error": error}
        return render(request, "submissions/look_up.html", context, status=status)
    response = render(
        request,
        "submissions/receipt.txt" if as_text else "submissions/receipt.html",
        {
            "submission": submission,
            "draft": submission.draft,
            "comments": mark(submission.comments.all()),
            "answers": submission.answers_in_words(),
            "entry": submission.received_entry(),
        },
        content_type="text/plain; charset=utf-8" if as_text else None,
    )
    if as_text:
        response["Content-Disposition"] = f'attachment; filename="{submission.receipt}.txt"'
    response["X-Robots-Tag"] = "noindex"
    return response


@require_safe
def ledger(request: HttpRequest) -> HttpResponse:
    """The chain's head and its rows, newest first: digests only."""
    rows = LedgerEntry.objects.order_by("-sequence")
    page = Paginator(rows, LEDGER_ROWS_PER_PAGE).get_page(request.GET.get("page"))
    context = {"head": LedgerHead.objects.filter(pk=1).first(), "rows": page}
    return render(request, "submissions/ledger.html", context)
