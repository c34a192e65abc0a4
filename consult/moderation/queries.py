"""What each person may moderate, and what was decided."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AnonymousUser, User
from django.db.models import (
    CharField,
    Exists,
    ExpressionWrapper,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
)
from django.utils.translation import gettext as _

from consult.common.templatetags.consult import moment_in_words
from consult.submissions.enums import Status
from consult.submissions.models import Comment, CommentQuerySet, Statement, Submission
from working_groups.models import DraftPage, Version, WorkingGroupPage
from working_groups.models.drafts import DraftQuerySet

from . import rules
from .models import Appeal, Decision

LONGEST_SEARCH = 200
# A number with more digits fits into no column.
LONGEST_NUMBER = 18


def is_number(typed: str) -> bool:
    """Whether `typed` can be looked for as somebody's number."""
    return typed.isdecimal() and len(typed) <= LONGEST_NUMBER


def drafts_to_moderate(user: User | AnonymousUser) -> DraftQuerySet:
    """The drafts whose comments `user` may read and decide: those of the groups they chair.

    Superusers: all. Nobody else, staff included, reads a comment before it is public.
    """
    drafts = DraftPage.objects.all()
    if not user.is_active:
        return drafts.none()
    if user.is_superuser:
        return drafts
    chaired = WorkingGroupPage.objects.filter(chairs__user=user)
    below = chaired.annotate(below=ExpressionWrapper(OuterRef("path"), CharField())).filter(
        below__startswith=F("path")
    )
    return drafts.filter(Exists(below))


def comments_to_moderate(user: User | AnonymousUser) -> CommentQuerySet:
    """The comments that `user` may read and decide, whatever their status."""
    drafts = drafts_to_moderate(user).order_by().values("pk")
    # By their versions, which are few: an index counts the comments of each by status.
    return Comment.objects.filter(version__in=Version.objects.filter(draft__in=drafts).values("pk"))


def newest_number() -> Subquery:
    """For a queryset of comments: the number of the version of their draft that is current."""
    newest = Version.objects.filter(draft=OuterRef("version__draft")).order_by("-number")
    return Subquery(newest.values("number")[:1])


def may_decide_appeals(user: User | AnonymousUser) -> bool:
    """Whether there may be appeals for `user` to decide: staff's, or those of a group they chair."""
    if not user.is_active:
        return False
    chairs = user.groups.filter(working_group__isnull=False)
    return user.has_perm("moderation.change_appeal") or chairs.exists()


# The appeals that somebody is to decide.
OPEN = Q(decision=None, comment__status=Status.REJECTED, against__edition=F("comment__edition"))


def open_appeals(user: User | AnonymousUser) -> QuerySet[Appeal]:
    """The appeals to be decided in the groups that `user` chairs; for staff, in all.

    Where the author withdrew the comment, or changed it, there is nothing to be decided any more:
    the new words are decided like any others.
    """
    if not user.is_active:
        return Appeal.objects.none()
    if user.has_perm("moderation.change_appeal"):
        return Appeal.objects.filter(OPEN)
    theirs = comments_to_moderate(user).values("pk")
    return Appeal.objects.filter(OPEN, comment__in=theirs)


def appeals_to_decide(user: User | AnonymousUser) -> QuerySet[Appeal]:
    """The open appeals that `user` may decide: never where they ever rejected the comment.

    Staff read these comments, and no other before it is public.
    """
    rejections = Decision.objects.filter(
        comment=OuterRef("comment"), to_status=Status.REJECTED, decided_by=user.pk
    )
    return open_appeals(user).filter(~Exists(rejections))


def rejected_for_now(now: datetime) -> CommentQuerySet:
    """The rejected comments with an appeal to be decided, or whose time to appeal is not over."""
    appeals = Appeal.objects.filter(OPEN)
    rejected = Comment.objects.filter(status=Status.REJECTED)
    last = Decision.objects.filter(comment=OuterRef("pk"), to_status=Status.REJECTED)
    since = now - timedelta(days=settings.APPEAL_DAYS)
    return rejected.filter(
        Q(pk__in=appeals.values("comment")) | Exists(last.filter(decided_at__gte=since))
    )


def kept_from_public_once(comment: Comment) -> bool:
    """Whether a chair ever rejected, covered or hid `comment`, whatever was decided since."""
    return comment.decisions.filter(to_status__in=rules.KEEPS_FROM_PUBLIC).exists()


def what_happened(comments: Sequence[Comment]) -> list[str]:
    """What became of each of `comments` last: who did what, when, in words."""
    decisions = Decision.objects.filter(comment__in=comments).select_related("decided_by")
    last = {decision.comment_id: decision for decision in decisions}
    statements = Statement.objects.filter(comment__in=comments).order_by("number")
    written = dict(statements.values_list("comment", "written_at"))
    return [
        _happened(comment, last.get(comment.pk), written.get(comment.pk)) for comment in comments
    ]


def _happened(comment: Comment, decision: Decision | None, written: datetime | None) -> str:
    said: dict[str, Any] = {"comment": comment, "status": comment.get_status_display()}
    if comment.status == Status.WITHDRAWN:
        return _("%(comment)s: its author withdrew it") % said
    if comment.edition > 1 and written and (decision is None or written > decision.decided_at):
        said["when"] = moment_in_words(written)
        return _("%(comment)s: its author changed it (%(when)s); it is now: %(status)s") % said
    if decision:
        said |= {"who": decision.decided_by, "when": moment_in_words(decision.decided_at)}
        return _("%(comment)s: %(status)s, decided by %(who)s (%(when)s)") % said
    return _("%(comment)s: %(status)s") % said


def matching(comments: CommentQuerySet, typed: str) -> CommentQuerySet:
    """Those of `comments` that hold the words `typed`, or have that number."""
    typed = typed.strip()[:LONGEST_SEARCH]
    if not typed:
        return comments
    found = Q(body__icontains=typed) | Q(proposed_text__icontains=typed)
    number = typed.lstrip("№#").strip()
    if is_number(number):
        found |= Q(pk=int(number))
    return comments.filter(found)


def latest_decisions(submission: Submission) -> list[Decision]:
    """The decision that stands on each comment of `submission`; none for the undecided."""
    decisions = Decision.objects.filter(comment__submission=submission)
    return list({decision.comment_id: decision for decision in decisions}.values())
