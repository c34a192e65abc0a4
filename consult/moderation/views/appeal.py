"""What an author answers, once, to the rejection of a comment; found by their receipt."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from consult.common.forms import ErrorLink, SiteForm, WrittenField
from consult.common.texts import storable
from consult.submissions.models import Comment, Submission
from consult.submissions.views.by_receipt import by_receipt
from consult.submissions.views.own_comment import own
from consult.submissions.views.receipts import back_to_receipt

from .. import rules
from ..actions import AppealRefused, appeal
from ..models import Appeal


class AppealForm(SiteForm):
    words = WrittenField(
        label=_("Why the comment should be published"),
        help_text=_(
            "The other co-chair, or staff, reads it with your comment and the reason that was given."
        ),
        rows=8,
        max_length=settings.APPEAL_MAX_LENGTH,
        error_messages={"required": _("Say in a few words why.")},
    )

    def clean_words(self) -> str:
        return storable(self.cleaned_data["words"])


@require_http_methods(["GET", "HEAD", "POST"])
@by_receipt
def make_appeal(request: HttpRequest, submission: Submission, number: int) -> HttpResponse:
    """The form for an appeal; once, against a rejection, after closing too."""
    now = timezone.now()
    comment = own(submission, number)
    if request.method != "POST":
        return _show(request, comment, AppealForm())
    form = AppealForm(request.POST)
    if not form.is_valid():
        return _show(request, comment, form, form.error_links(), 422)
    try:
        appeal(number, form.cleaned_data["words"], now=now)
    except AppealRefused as refusal:
        comment.refresh_from_db(fields=["status"])
        return _show(request, comment, form, [ErrorLink("", "", str(refusal))], 409)
    return back_to_receipt(submission, "appealed", f"comment-{number}")


def _show(
    request: HttpRequest,
    comment: Comment,
    form: AppealForm,
    errors: list[ErrorLink] | None = None,
    status: int = 200,
) -> HttpResponse:
    against = comment.decisions.last()
    made = Appeal.objects.filter(comment=comment).first()
    may = (
        against is not None
        and made is None
        and rules.may_appeal(comment.status, against.decided_at, timezone.now())
    )
    context = {
        "submission": comment.submission,
        "comment": comment,
        "form": form,
        "errors": errors,
        "against": against,
        "made": made,
        "may_appeal": may,
        "until": against and rules.appeal_until(against.decided_at),
    }
    return render(request, "moderation/appeal.html", context, status=status)
