"""What chairs do among themselves about a comment, and what is logged of their reading."""

from collections.abc import Iterable

from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from consult.submissions.models import Comment, Statement
from working_groups.models import DraftPage

from . import rules
from .models import Assignment, Note, Reading
from .queries import comments_to_moderate


def colleagues_on(draft: DraftPage) -> QuerySet[User]:
    """Those who chair the group of `draft`, in one query."""
    parent = draft.path[: -draft.steplen]
    chairs = User.objects.filter(groups__working_group__path=parent, is_active=True)
    return chairs.order_by("username")


@transaction.atomic
def assign(number: int, to: User | None, *, by: User) -> None:
    """Hand comment `number` to a colleague of its group, or (None) to nobody in particular."""
    comment = _theirs(number, by)
    if to is None:
        Assignment.objects.filter(comment=comment).delete()
        return
    if not colleagues_on(comment.submission.draft).filter(pk=to.pk).exists():
        raise ValidationError(_("Choose one of the chairs of this group."))
    Assignment.objects.update_or_create(
        comment=comment,
        defaults={"assignee": to, "assigned_by": by, "assigned_at": timezone.now()},
    )


def leave_note(number: int, words: str, *, by: User) -> Note:
    """Leave colleagues a note on comment `number`; neither its author nor the public reads it."""
    if faults := rules.faults_of_note(words):
        raise ValidationError(faults)
    return Note.objects.create(
        comment=_theirs(number, by), words=words, written_by=by, written_at=timezone.now()
    )


@transaction.atomic
def read_original(number: int, *, by: User) -> Statement:
    """What the author of comment `number` wrote, uncovered; that `by` read it is logged first."""
    comment = _theirs(number, by)
    statement = comment.statements.get(number=comment.edition)
    if statement.erased_at:
        raise ValidationError(_("The original was erased: its time was over."))
    log_reading([comment], by=by)
    return statement


def log_reading(comments: Iterable[Comment], *, by: User) -> None:
    """Log that `by` reads of `comments`, as they are now, what the public cannot."""
    Reading.objects.bulk_create(
        Reading(comment=comment, edition=comment.edition, read_by=by, read_at=timezone.now())
        for comment in comments
    )


def _theirs(number: int, by: User) -> Comment:
    comments = comments_to_moderate(by).select_related("submission__draft")
    comment = comments.filter(pk=number).first()
    if comment is None:
        raise PermissionDenied
    return comment
