"""Every decision of a chair."""

from collections.abc import Mapping, Sequence

from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.text import get_text_list
from django.utils.translation import gettext as _

from consult.common import languages
from consult.submissions.actions import change_status
from consult.submissions.models import Comment
from consult.submissions.signals import comments_changed

from . import rules
from .models import Decision, LanguageCorrection
from .queries import comments_to_moderate


class DecidedMeanwhile(Exception):
    """Some comments are no longer as the chair saw them; nothing was decided."""

    def __init__(self, comments: Sequence[Comment]) -> None:
        self.comments = comments

    def __str__(self) -> str:
        standing = [
            _("%(comment)s: %(status)s")
            % {"comment": comment, "status": comment.get_status_display()}
            for comment in self.comments
        ]
        return _(
            "Nothing was decided now: something changed while you read. It stands thus: %s"
        ) % (get_text_list(standing, _("and")))


@transaction.atomic
def decide(
    seen: Mapping[int, str],
    outcome: str,
    *,
    by: User,
    reason_code: str = "",
    note: str = "",
) -> list[Decision]:
    """Publish or reject comments, all or none: `seen` has each number and the status `by` saw.

    Raises ValidationError for a reason or an outcome that the rules do not allow, PermissionDenied
    where one is not theirs to decide, DecidedMeanwhile where one has another status by now.
    """
    if faults := rules.faults(outcome, reason_code, note):
        raise ValidationError(faults)
    theirs = comments_to_moderate(by).filter(pk__in=seen.keys())
    comments = list(theirs.select_for_update(of=("self",)).order_by("pk"))
    if len(comments) != len(seen):
        raise PermissionDenied
    if changed := [comment for comment in comments if comment.status != seen[comment.pk]]:
        raise DecidedMeanwhile(changed)
    if any(not rules.may_become(comment.status, outcome) for comment in comments):
        raise ValidationError(_("What was withdrawn, or is published already, stays as it is."))
    now = timezone.now()
    decisions = Decision.objects.bulk_create(
        Decision(
            comment=comment,
            from_status=comment.status,
            to_status=outcome,
            reason_code=reason_code,
            note=note,
            decided_by=by,
            decided_at=now,
        )
        for comment in comments
    )
    change_status(comments, outcome)
    return decisions


@transaction.atomic
def correct_language(number: int, language: str, *, by: User) -> Comment:
    """Mark comment `number` as written in `language`, whatever was detected; return it.

    Raises PermissionDenied where it is not theirs to read, ValidationError for an unknown language.
    """
    if language not in languages.WRITTEN:
        raise ValidationError(_("Choose one of the languages in the list."))
    theirs = comments_to_moderate(by).filter(pk=number)
    comment = theirs.select_for_update(of=("self",), no_key=True).first()
    if comment is None:
        raise PermissionDenied
    if comment.language == language:
        return comment
    LanguageCorrection.objects.create(
        comment=comment,
        before=comment.language,
        after=language,
        corrected_by=by,
        corrected_at=timezone.now(),
    )
    comment.language = language
    comment.save(update_fields=["language"])
    if comment.is_public():
        comments_changed.send(sender=Comment, comments=[comment.pk])
    return comment
