"""One's own submission, found again by its receipt, by letter, or by the e-mail one gave."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import Prefetch, prefetch_related_objects
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _, gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from consult.common import languages
from consult.common.forms import EmailField, ErrorLink, SiteForm
from consult.common.limits import take
from working_groups.enums import Phase

from .. import covering
from ..carry_over import mark
from ..correspondence import ask_for_receipt, ask_for_receipts
from ..data_requests import due_at
from ..models import Comment, Submission
from ..receipts import read_receipt
from ..rules import may_change
from .by_receipt import by_receipt

# What was done, told on the page that follows: no session is kept for it.
SAID = {
    "changed": gettext_lazy("Your comment was changed."),
    "withdrawn": gettext_lazy("What you took back is withdrawn: nobody reads it any more."),
    "mailed": gettext_lazy("The receipt is on its way to your e-mail address."),
    "asked": gettext_lazy("We received your request about your data. It is noted below."),
    "appealed": gettext_lazy("We received your appeal. It is noted beside the comment."),
}


class EmailForm(SiteForm):
    email = EmailField(label=gettext_lazy("Your e-mail"), max_length=254)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].widget.attrs["autocomplete"] = "email"


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


@require_safe
@by_receipt
def receipt(request: HttpRequest, submission: Submission, as_text: bool = False) -> HttpResponse:
    """What was sent, and what became of each comment; `as_text`: as a file to keep."""
    if not as_text:
        return show(request, submission, EmailForm())
    response = render(
        request,
        "submissions/receipt.txt",
        receipt_context(submission),
        content_type="text/plain; charset=utf-8",
    )
    response["Content-Disposition"] = f'attachment; filename="{submission.receipt}.txt"'
    return response


@require_POST
@by_receipt
def mail_receipt(request: HttpRequest, submission: Submission) -> HttpResponse:
    """Send the receipt to the address that was given, or is given now."""
    form = EmailForm(request.POST)
    if submission.email:
        email = submission.email
    elif form.is_valid():
        email = form.cleaned_data["email"]
    else:
        return show(request, submission, form, form.error_links(), 422)
    if not ask_for_receipt(submission, email):
        message = _("We wrote to this address several times already. Please wait an hour.")
        return show(request, submission, form, [ErrorLink("", "", message)], 429)
    return back_to_receipt(submission, "mailed")


def back_to_receipt(submission: Submission, said: str, anchor: str = "") -> HttpResponse:
    """Lead to the receipt's page, where `said` (of SAID) is told."""
    address = reverse("receipt", args=[submission.receipt])
    return HttpResponseRedirect(f"{address}?said={said}{anchor and '#' + anchor}", status=303)


def show(
    request: HttpRequest,
    submission: Submission,
    form: EmailForm,
    errors: list[ErrorLink] | None = None,
    status: int = 200,
) -> HttpResponse:
    """The receipt's page."""
    context = receipt_context(submission) | {
        "form": form,
        "errors": errors,
        "said": SAID.get(request.GET.get("said", "")),
    }
    return render(request, "submissions/receipt.html", context, status=status)


def receipt_context(submission: Submission) -> dict[str, Any]:
    """All that the receipt shows of `submission`."""
    rows = Comment.objects.select_related("section", "version")
    rows = rows.prefetch_related("themes", "statements", "attachments")
    prefetch_related_objects([submission], Prefetch("comments", rows), "answers")
    phase = submission.draft.phase(timezone.now())
    is_open = phase == Phase.OPEN
    comments: list[dict[str, Any]] = [
        {
            "comment": comment,
            "erased_at": _erased_at(comment),
            "earlier": [s for s in comment.statements.all() if s.number < comment.edition],
            "files": [f for f in comment.attachments.all() if not (f.removed_at or f.erased_at)],
            "may_change": is_open and may_change(comment.status),
        }
        for comment in mark(submission.comments.all())
    ]
    return {
        "submission": submission,
        "draft": submission.draft,
        "phase": phase,
        "comments": comments,
        "may_withdraw_all": sum(row["may_change"] for row in comments) > 1,
        "answers": submission.answers_in_words(),
        "entry": submission.received_entry(),
        "requests": [
            {"request": each, "due_at": due_at(each.made_at)}
            for each in submission.data_requests.all()
        ],
    }


def _erased_at(comment: Comment) -> datetime | None:
    """When the words of `comment` were erased; None where they can be read."""
    if any(covering.texts_of(comment).values()):
        return None
    statements = comment.statements.all()
    return next((s.erased_at for s in statements if s.number == comment.edition), None)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def forgotten(request: HttpRequest) -> HttpResponse:
    """Have one's receipts sent to the e-mail they hold; who asks learns nothing here."""
    form = EmailForm(request.POST if request.method == "POST" else None)
    if request.method != "POST":
        return _forgotten(request, form)
    if not form.is_valid():
        return _forgotten(request, form, form.error_links(), 422)
    per_hour = settings.FORGOTTEN_RECEIPTS_PER_HOUR
    if not take(request, "forgotten", burst=per_hour, per_hour=per_hour):
        message = _("Too many requests came from your network. Please wait a few minutes.")
        return _forgotten(request, form, [ErrorLink("", "", message)], 429)
    ask_for_receipts(form.cleaned_data["email"], languages.current())
    return HttpResponseRedirect(reverse("forgotten_receipt") + "?asked=1", status=303)


def _forgotten(
    request: HttpRequest,
    form: EmailForm,
    errors: list[ErrorLink] | None = None,
    status: int = 200,
) -> HttpResponse:
    context = {"form": form, "errors": errors, "asked": "asked" in request.GET}
    return render(request, "submissions/forgotten.html", context, status=status)
