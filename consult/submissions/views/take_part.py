"""The form at `…/take-part/`: shown, extended, sent."""

import secrets
from datetime import datetime

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from consult.common import languages
from consult.common.forms import ErrorLink
from consult.common.limits import take
from consult.common.templatetags.consult import moment_in_words
from working_groups.enums import Phase
from working_groups.models import DraftPage, Version
from working_groups.queries import public_draft
from working_groups.rules import has_closed
from working_groups.windows import closed_early

from ..actions import receive
from ..models import Submission
from ..sealing import sha256
from ..submission_form import SubmissionForm, section_of


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def take_part(request: HttpRequest, group: str, draft: str) -> HttpResponse:
    """Show the form of the draft at `group`/`draft`; receive what is sent and lead to its receipt."""
    page = public_draft(group, draft)
    version = _version_read(page, request.POST)
    if request.method != "POST":
        form = SubmissionForm(page, version, section_of(version, request.GET.get("section", "")))
        return _show(request, form, secrets.token_urlsafe(24))

    form = SubmissionForm.sent(page, version, request.POST)
    token = request.POST.get("token", "")[:64] or secrets.token_urlsafe(24)
    if "add" in request.POST:
        form.add_block()
    elif "remove" in request.POST:
        form.remove_block(request.POST["remove"])
    elif "show" in request.POST:
        form.show_section(request.POST["show"])
    else:
        return _send(request, form, token)
    return _show(request, form, token)


def _version_read(page: DraftPage, data: QueryDict) -> Version:
    """The version that the sender was reading, even if another was published meanwhile."""
    number = data.get("version", "")
    current = page.current_version
    assert current is not None
    if not (number.isascii() and number.isdigit()) or len(number) > 6:
        return current
    if int(number) == current.number:
        return current
    earlier = page.versions.filter(number=int(number)).prefetch_related("sections").first()
    return earlier or current


def _fingerprint(form: SubmissionForm, token: str) -> str:
    """What tells a form sent twice from another one, or from one that was changed meanwhile.

    The token alone would not do: who goes back, writes something else and sends it would be shown
    the first receipt, and the new comment would be lost.
    """
    assert form.data is not None
    typed = sorted((k, v) for k, v in form.data.lists() if k != "csrfmiddlewaretoken")
    return sha256([token, form.draft.pk, typed])


def _send(request: HttpRequest, form: SubmissionForm, token: str) -> HttpResponse:
    fingerprint = _fingerprint(form, token)
    sent_before = Submission.objects.filter(form_token=fingerprint).first()
    if sent_before:
        # The answer to the first try was lost on the way: here it is again.
        return _receipt(sent_before)
    # One moment for all of it: what was in time when it came is in time.
    now = timezone.now()
    if form.draft.phase(now) != Phase.OPEN:
        form.keep_quiet()
        return _show(request, form, token, [ErrorLink("", "", _why_not_open(form.draft, now))], 409)
    errors = form.errors()
    if errors:
        return _show(request, form, token, errors, 422)
    within_limits = take(
        request,
        "submission",
        burst=settings.SUBMISSION_BURST,
        per_hour=settings.SUBMISSIONS_PER_HOUR,
    )
    if not within_limits:
        message = _(
            "Too many submissions came from your network in a short time, so this one was not sent"
            " yet. Please wait a few minutes and send it again."
        )
        return _show(request, form, token, [ErrorLink("", "", message)], 429)
    submission = receive(
        form.draft,
        form.version,
        language=languages.current(),
        respondent=form.respondent_columns()
        | {
            "privacy_notice_version": settings.PRIVACY_NOTICE_VERSION,
            "privacy_accepted_at": now,
            "publication_accepted_at": now,
        },
        comments=form.new_comments(),
        answers=form.answers.new_answers(),
        received_at=now,
        form_token=fingerprint,
    )
    return _receipt(submission)


def _why_not_open(draft: DraftPage, now: datetime) -> str:
    closes_at = draft.closes_at
    if closes_at is None or not has_closed(closes_at, now):
        return _("This draft is not open for comments now, so nothing was sent.")
    words = (
        _("This draft was closed early, on %(when)s, so nothing was sent.")
        if closed_early(draft)
        else _("This draft closed for comments on %(when)s, so nothing was sent.")
    )
    return words % {"when": moment_in_words(closes_at)}


def _receipt(submission: Submission) -> HttpResponse:
    address = reverse("receipt", args=[submission.receipt])
    return HttpResponseRedirect(address, status=303)


def _show(
    request: HttpRequest,
    form: SubmissionForm,
    token: str,
    errors: list[ErrorLink] | None = None,
    status: int = 200,
) -> HttpResponse:
    context = {
        "page": form.draft,
        "form": form,
        "phase": form.draft.phase(),
        "errors": errors,
        "token": token,
    }
    return render(request, "submissions/take_part.html", context, status=status)
