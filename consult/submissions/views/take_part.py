"""The form at `…/take-part/`: shown, extended, sent."""

from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from consult.common import languages
from consult.common.forms import ErrorLink
from consult.common.limits import take, take_of
from consult.common.templatetags.consult import moment_in_words
from consult.common.turns import in_turn
from working_groups.enums import Phase
from working_groups.models import DraftPage, Version
from working_groups.queries import public_draft
from working_groups.rules import has_closed
from working_groups.windows import closed_early

from ..abuse import (
    TOKEN_MAX_LENGTH,
    NotNow,
    UsedUp,
    ask_for_proof,
    challenge_if_on,
    new_token,
    not_ours,
    too_old,
    too_old_words,
    too_soon,
    too_soon_words,
    use_token,
)
from ..actions import ChangeRefused, receive
from ..files_form import may_upload
from ..holding import raw_digest
from ..models import Submission
from ..sealing import sha256
from ..submission_form import SubmissionForm, section_of

# What comes along with a form and is no part of what somebody wrote.
ASIDE = frozenset({"csrfmiddlewaretoken", "confirmed", "altcha", "question", "answer"})
# Buttons of the form that do not send it.
BUTTONS = ("add", "remove", "show", "drop", "change")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@in_turn
def take_part(request: HttpRequest, group: str, draft: str) -> HttpResponse:
    """Show the form of the draft at `group`/`draft`; receive what is sent and lead to its receipt."""
    page = public_draft(group, draft)
    version = _version_read(page, request.POST)
    if request.method != "POST":
        section = section_of(version, request.GET.get("section", ""))
        return _show(request, SubmissionForm(page, version, section))

    token = request.POST.get("token", "")[:TOKEN_MAX_LENGTH] or new_token()
    form = SubmissionForm.sent(page, version, request.POST, token)
    pressed = next((name for name in BUTTONS if name in request.POST), None)
    if pressed is None:
        return _send(request, form)
    now = timezone.now()
    if form.draft.phase(now) != Phase.OPEN:
        return _show_not_open(request, form, now)
    within_limits = _hold(request, form)
    match pressed:
        case "add":
            form.add_block()
        case "remove":
            form.remove_block(request.POST["remove"])
        case "show":
            form.show_section(request.POST["show"])
        case "drop":
            form.drop_file(request.POST["drop"])
        case _:
            form.keep_quiet()
    return _show(request, form, form.file_errors() or None, 200 if within_limits else 429)


def _hold(request: HttpRequest, form: SubmissionForm) -> bool:
    """Keep the files that came along; whether their sender may send any now."""
    if not may_upload(request):
        form.hold_files(MultiValueDict())
        form.refuse_files()
        return False
    form.hold_files(request.FILES)
    return True


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


def _fingerprint(request: HttpRequest, form: SubmissionForm) -> str:
    """What tells a form sent twice from another one, or from one that was changed meanwhile.

    The token alone would not do: who goes back, writes something else and sends it would be shown
    the first receipt, and the new comment would be lost.
    """
    typed = sorted((k, v) for k, v in request.POST.lists() if k not in ASIDE)
    files = sorted((k, [raw_digest(file) for file in v]) for k, v in request.FILES.lists())
    return sha256([form.token, form.draft.pk, typed, *([files] if files else [])])


def _send(request: HttpRequest, form: SubmissionForm) -> HttpResponse:
    fingerprint = _fingerprint(request, form)
    sent_before = Submission.objects.filter(form_token=fingerprint).first()
    if sent_before:
        # The answer to the first try was lost on the way: here it is again.
        return _receipt(sent_before)
    # One moment for all of it: what was in time when it came is in time.
    now = timezone.now()
    if form.draft.phase(now) != Phase.OPEN:
        return _show_not_open(request, form, now)
    within_limits = _hold(request, form)
    errors = form.errors()
    if errors:
        return _show(request, form, errors, 422 if within_limits else 429)
    if too_old(form.token, now):
        form.renew()
        return _show(request, form, [ErrorLink("", "", too_old_words())], 422)
    if form.is_to_be_checked and "confirmed" not in request.POST:
        return _check(request, form)
    if too_soon(form.token, now):
        if not_ours(form.token):
            form.renew()
        return _show(request, form, [ErrorLink("", "", too_soon_words())], 422)
    try:
        return _receipt(_received(request, form, fingerprint, now))
    except NotNow as refusal:
        # The same form, sent twice within a moment: the other one was received meanwhile.
        if sent_meanwhile := Submission.objects.filter(form_token=fingerprint).first():
            return _receipt(sent_meanwhile)
        if isinstance(refusal, UsedUp):
            form.renew()
        return _show(request, form, [refusal.link], refusal.status)
    except ChangeRefused as refusal:
        return _show(request, form, [ErrorLink("", "", str(refusal))], 409)


def _received(
    request: HttpRequest, form: SubmissionForm, fingerprint: str, now: datetime
) -> Submission:
    """What was sent, stored, and counted against the limits, or none of it. Raises NotNow."""
    # Before the transaction: telling their language takes a while, and others wait for the lock.
    comments = form.new_comments()
    notice = form.notice
    with transaction.atomic():
        ask_for_proof(request.POST)
        submission = receive(
            form.draft,
            form.version,
            language=languages.current(),
            respondent=form.respondent_columns()
            | {
                "privacy_notice_version": notice.version if notice else "",
                "privacy_accepted_at": now,
                "publication_accepted_at": now,
                "voluntary_accepted_at": now if form.respondent.cleaned_data["voluntary"] else None,
            },
            comments=comments,
            answers=form.answers.new_answers(),
            received_at=now,
            form_token=fingerprint,
        )
        use_token(form.token)
        # Last, since everybody who writes to this draft waits for the second row.
        _count(request, form.draft)
    return submission


def _count(request: HttpRequest, draft: DraftPage) -> None:
    """Count one submission against the limits of its sender and of `draft`. Raises NotNow."""
    of_address = take(
        request,
        "submission",
        burst=settings.SUBMISSION_BURST,
        per_hour=settings.SUBMISSIONS_PER_HOUR,
    )
    if not of_address:
        message = _(
            "Too many submissions came from your network in a short time, so this one was not sent"
            " yet. Please wait a few minutes and send it again."
        )
        raise NotNow(message, 429)
    of_draft = take_of(
        str(draft.pk),
        "draft",
        burst=settings.SUBMISSIONS_PER_DRAFT_BURST,
        per_hour=settings.SUBMISSIONS_PER_DRAFT_PER_HOUR,
    )
    if not of_draft:
        message = _(
            "More submissions are arriving for this draft than we can take in, so yours was not"
            " sent yet. Please wait a few minutes and send it again."
        )
        raise NotNow(message, 429)


def _show_not_open(request: HttpRequest, form: SubmissionForm, now: datetime) -> HttpResponse:
    """What was typed, and why it was not sent; files that came along with it are not kept."""
    form.hold_files(MultiValueDict())
    form.keep_quiet()
    return _show(request, form, [ErrorLink("", "", _why_not_open(form.draft, now))], 409)


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


def _check(request: HttpRequest, form: SubmissionForm) -> HttpResponse:
    """All that was typed, to be read once more before it is sent."""
    context = {
        "page": form.draft,
        "form": form,
        "typed": form.as_typed(ASIDE),
        "challenge": challenge_if_on(),
    }
    return render(request, "submissions/take_part_check.html", context)


def _show(
    request: HttpRequest,
    form: SubmissionForm,
    errors: list[ErrorLink] | None = None,
    status: int = 200,
) -> HttpResponse:
    context = {
        "page": form.draft,
        "form": form,
        "phase": form.draft.phase(),
        "errors": errors,
        "challenge": challenge_if_on(),
    }
    return render(request, "submissions/take_part.html", context, status=status)
