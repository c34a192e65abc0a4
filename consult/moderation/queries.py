"""What each person may moderate, and what was decided."""

from django.contrib.auth.models import AnonymousUser, User
from django.db.models import CharField, Exists, ExpressionWrapper, F, OuterRef, Q

from consult.submissions.models import Comment, CommentQuerySet, Submission
from working_groups.models import DraftPage, WorkingGroupPage
from working_groups.models.drafts import DraftQuerySet

from .models import Decision

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
    return Comment.objects.filter(
        submission__draft__in=drafts_to_moderate(user).order_by().values("pk")
    )


def matching(comments: CommentQuerySet, typed: str) -> CommentQuerySet:
    """Those of `comments` that hold the words `typed`, or have that number."""
    typed = typed.strip()[:LONGEST_SEARCH]
    found = Q(body__icontains=typed) | Q(proposed_text__icontains=typed)
    number = typed.lstrip("№#").strip()
    if is_number(number):
        found |= Q(pk=int(number))
    return comments.filter(found)


def latest_decisions(submission: Submission) -> list[Decision]:
    """The decision that stands on each comment of `submission`; none for the undecided."""
    decisions = Decision.objects.filter(comment__submission=submission)
    return list({decision.comment_id: decision for decision in decisions}.values())
