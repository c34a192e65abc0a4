"""Changing one's own comment and taking it back, until the consultation closes."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils import timezone
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from consult.common import languages
from consult.common.forms import ErrorLink
from consult.common.limits import take
from consult.themes.models import Theme
from working_groups.enums import Phase

from ..abuse import TOKEN_MAX_LENGTH, NotNow, ask_for_proof, challenge_if_on, new_token
from ..actions import (
    ChangeRefused,
    edit_comment,
    first_status,
    may_change_again,
    too_often_words,
    withdraw,
)
from ..enums import PUBLIC_STATUSES, Status
from ..files_form import may_upload, too_many_files
from ..forms import CommentForm
from ..holding import let_go
from ..models import Attachment, Comment, Submission
from ..rules import may_change, status_after_change
from .by_receipt import by_receipt
from .receipts import back_to_receipt


def own(submission: Submission, number: int) -> Comment:
    """The comment of `submission` with that number; nobody else's."""
    comments = submission.comments.select_related("section", "version")
    comment = comments.prefetch_related("attachments").filter(pk=number).first()
    if comment is None:
        raise Http404
    comment.submission = submission
    return comment


def files_of(comment: Comment) -> list[Attachment]:
    """The files that stand with `comment` now."""
    return [f for f in comment.attachments.all() if not (f.removed_at or f.erased_at)]


class OwnCommentForm(CommentForm):
    """The block of the form, filled in with what its author wrote last; its place stays."""

    def __init__(self, data: QueryDict | None, *, comment: Comment) -> None:
        statement = comment.statements.get(number=comment.edition)
        written = statement.words or {}
        themes = list(Theme.objects.all())
        section = comment.section
        initial = {
            "section": str(section.uid) if section else "",
            **{name: written[name] for name in ("stance", "kind", "body", "reason") if written},
            "links": "\n".join(written.get("links", [])),
            "themes": [t.slug for t in themes if t.pk in written.get("themes", [])],
        }
        if written.get("proposed_text"):
            initial["proposed_text"] = written["proposed_text"]
        if comment.language not in languages.CODES:
            # Told by somebody: the text alone would hardly show it.
            initial["language"] = comment.language
        token = data.get("token", "")[:TOKEN_MAX_LENGTH] if data else ""
        super().__init__(
            data,
            place=0,
            token=token or new_token(),
            sections=[section] if section else [],
            themes=themes,
            initial=initial,
        )
        self.fields["section"].disabled = True
        there = [file.pk for file in files_of(comment)]
        ticked = data.getlist("keep") if data else map(str, there)
        self.kept = [pk for pk in there if str(pk) in ticked]
        self.attached = len(self.kept)

    def drop_file(self, number: str) -> None:
        """One held file less, and no judgement yet."""
        gone = [file for file in self.held if str(file.pk) == number]
        self.held = [file for file in self.held if file not in gone]
        let_go(gone)
        self.keep_quiet()

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not self.errors and self.is_empty:
            self.add_error(
                "body", _("Write your comment here, or withdraw it instead of emptying it.")
            )
        return cleaned


@require_http_methods(["GET", "HEAD", "POST"])
@by_receipt
def change(request: HttpRequest, submission: Submission, number: int) -> HttpResponse:
    """Let its author change a comment; what they wrote before is kept."""
    now = timezone.now()
    comment = own(submission, number)
    if request.method != "POST":
        return _show(request, comment, OwnCommentForm(None, comment=comment))
    form = OwnCommentForm(request.POST, comment=comment)
    within_limits = _hold(request, comment, form, now)
    if "drop" in request.POST:
        form.drop_file(request.POST["drop"])
        return _show(request, comment, form)
    if errors := form.error_links():
        return _show(request, comment, form, errors, 422 if within_limits else 429)
    try:
        _change(request, number, form, now)
    except NotNow as refusal:
        return _show(request, comment, form, [refusal.link], refusal.status)
    except ChangeRefused as refusal:
        errors = [ErrorLink("", "", str(refusal))]
        return _show(request, own(submission, number), form, errors, 409)
    return back_to_receipt(submission, "changed", f"comment-{number}")


def _change(request: HttpRequest, number: int, form: OwnCommentForm, now: datetime) -> None:
    """Change the comment and count that, or neither. Raises NotNow and ChangeRefused."""
    new = form.new_comment()
    with transaction.atomic():
        ask_for_proof(request.POST)
        edit_comment(
            number,
            new,
            seen=_number(request.POST.get("seen", "")),
            seen_status=request.POST.get("status", ""),
            now=now,
            keep=form.kept,
        )
        per_hour = settings.EDITS_PER_HOUR
        if not take(request, "edit", burst=per_hour, per_hour=per_hour):
            message = _(
                "Too many comments were changed from your network in a short time, so this change"
                " was not saved yet. Please wait a few minutes and save it again."
            )
            raise NotNow(message, 429)


def _hold(request: HttpRequest, comment: Comment, form: OwnCommentForm, now: datetime) -> bool:
    """Keep the files that came along; whether their sender may send any now.

    Where the comment cannot be changed none are kept: the action says why it refuses.
    """
    room = _room(comment, form)
    if not _changeable(comment, now):
        form.hold_files(request.POST, MultiValueDict(), room)
        return True
    if not may_upload(request):
        form.hold_files(request.POST, MultiValueDict(), room)
        form.refused_files.append(too_many_files())
        return False
    form.hold_files(request.POST, request.FILES, room)
    return True


def _room(comment: Comment, form: OwnCommentForm) -> int | None:
    """How many more files the submission takes beside those that stand; None: as many as come."""
    limit = settings.ATTACHMENTS_PER_SUBMISSION
    if not limit:
        return None
    standing = comment.submission.attachments.filter(removed_at=None, erased_at=None)
    return limit - standing.exclude(comment=comment.pk).count() - form.attached


def _changeable(comment: Comment, now: datetime) -> bool:
    is_open = comment.submission.draft.phase(now) == Phase.OPEN
    return is_open and may_change(comment.status) and may_change_again(comment)


def _number(typed: str) -> int:
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 10 else 0


def _show(
    request: HttpRequest,
    comment: Comment,
    form: OwnCommentForm,
    errors: list[ErrorLink] | None = None,
    status: int = 200,
) -> HttpResponse:
    draft = comment.submission.draft
    becomes = status_after_change(comment.status, first_status(draft))
    context = {
        "submission": comment.submission,
        "comment": comment,
        "draft": draft,
        "form": form,
        "errors": errors,
        "may_change": _changeable(comment, timezone.now()),
        "too_often": "" if may_change_again(comment) else too_often_words(),
        "challenge": challenge_if_on(),
        "read_again": becomes not in PUBLIC_STATUSES,
        "files": files_of(comment),
        # After a refusal: how it stands now, since somebody changed it meanwhile.
        "now": comment if status == 409 else None,
    }
    return render(request, "submissions/own_comment.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@by_receipt
def take_back(
    request: HttpRequest, submission: Submission, number: int | None = None
) -> HttpResponse:
    """Let its author withdraw a comment, or all of them; the page asks first."""
    now = timezone.now()
    if number is None:
        comments = list(submission.comments.exclude(status=Status.WITHDRAWN))
    else:
        comments = [own(submission, number)]
    errors, status = None, 200
    if request.method == "POST":
        try:
            withdraw([comment.pk for comment in comments], now=now)
        except ChangeRefused as refusal:
            errors, status = [ErrorLink("", "", str(refusal))], 409
        else:
            anchor = f"comment-{number}" if number else ""
            return back_to_receipt(submission, "withdrawn", anchor)
    context = {
        "submission": submission,
        "draft": submission.draft,
        "comments": comments,
        "all": number is None,
        "errors": errors,
        "is_open": submission.draft.phase(now) == Phase.OPEN,
    }
    return render(request, "submissions/withdraw.html", context, status=status)
